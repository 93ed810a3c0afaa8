"""Wells score for pulmonary embolism."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.inputs import yes_no
from clinicdesk.models.scores.tables import if_yes, third

_QUESTIONS = (
    (3.0, yes_no("dvt_signs", "Signs of deep vein thrombosis")),
    (3.0, yes_no("pe_most_likely", "Pulmonary embolism at least as likely as anything else")),
    (1.5, yes_no("hr_gt100", "Heart rate above 100")),
    (1.5, yes_no("immobilisation_surgery", "Immobilised or operated on in the last 4 weeks")),
    (1.5, yes_no("previous_dvt_pe", "Thrombosis or embolism before")),
    (1.0, yes_no("haemoptysis", "Haemoptysis")),
    (1.0, yes_no("malignancy", "Cancer")),
)

SCORE = additive(
    id="wells_pe",
    title="Wells PE",
    version="2000.1",
    inputs=tuple(question for _, question in _QUESTIONS),
    parts=tuple(if_yes(question.name, points) for points, question in _QUESTIONS),
    bands={
        "two_tier": lambda total: "likely" if total > 4 else "unlikely",
        "three_tier": lambda total: ("low", "moderate", "high")[third(total, 2, 6)],
    },
    citation=(
        "Wells PS, et al. Derivation of a simple clinical model to categorize patients probability "
        "of pulmonary embolism. Thromb Haemost 2000;83:416-20."
    ),
    scope="Adults in whom pulmonary embolism is suspected; not in pregnancy.",
)
