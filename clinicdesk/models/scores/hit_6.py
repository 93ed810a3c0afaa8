"""HIT-6: the impact of headache, from the answers to the six items."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.protocol import Choice
from clinicdesk.models.scores.tables import From, by_word

_ANSWERS = {"never": 6, "rarely": 8, "sometimes": 10, "very_often": 11, "always": 13}
_SPELLINGS = (("very often", "very_often"),)
_ITEMS = tuple(
    Choice(f"q{item}", f"Item {item}", tuple(_ANSWERS), spellings=_SPELLINGS)
    for item in range(1, 7)
)

SCORE = additive(
    id="hit_6",
    title="HIT-6",
    version="2003.1",
    inputs=_ITEMS,
    parts=tuple(by_word(each.name, _ANSWERS) for each in _ITEMS),
    bands={"band": From("little_none", {50: "some", 56: "substantial", 60: "severe"})},
    citation=(
        "Kosinski M, et al. A six-item short-form survey for measuring headache impact: the HIT-6. "
        "Qual Life Res 2003;12:963-74. doi:10.1023/A:1026119331193"
    ),
    licence=(
        "Questionnaire: copyright QualityMetric and GSK, its text needs a licence. Item numbers "
        "only; no wording is kept here."
    ),
    scope="Adults with headache, over the last 4 weeks.",
)
