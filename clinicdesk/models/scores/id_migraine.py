"""ID-Migraine: three questions that find migraine among people with headache."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.inputs import yes_no
from clinicdesk.models.scores.tables import From, if_yes

_QUESTIONS = (
    yes_no("limited_activity", "Headache limited activity on a day of the last 3 months"),
    yes_no("nausea", "Nausea with headache"),
    yes_no("photophobia", "Light disturbs with headache"),
)

SCORE = additive(
    id="id_migraine",
    title="ID-Migraine",
    version="2003.1",
    inputs=_QUESTIONS,
    parts=tuple(if_yes(each.name) for each in _QUESTIONS),
    bands={"positive": From(0, {2: 1})},
    citation=(
        "Lipton RB, et al. A self-administered screener for migraine in primary care. Neurology "
        "2003;61:375-82. doi:10.1212/01.WNL.0000078940.53438.83"
    ),
    licence="Copyright Pfizer; the questions are paraphrased here.",
    scope="Adults with headache. Sensitivity about 0.81, specificity about 0.75.",
)
