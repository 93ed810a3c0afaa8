"""MIDAS: days lost to migraine in three months, from the numbers of the five scored items."""

from clinicdesk.models.scores.answers import total_headline
from clinicdesk.models.scores.inputs import count
from clinicdesk.models.scores.protocol import Score, Value, Values, number
from clinicdesk.models.scores.tables import From, by_number, total

_DAYS = 92  # the longest three months
_ITEMS = tuple(count(f"q{item}", f"Item {item}, days", _DAYS, "d") for item in range(1, 6))
_grade = From("I", {6: "II", 11: "III", 21: "IV-A", 41: "IV-B"})

PARTS = tuple(by_number(each.name, int, _DAYS) for each in _ITEMS)


def _midas(values: dict[str, Value]) -> Values:
    days = total(PARTS, values)
    both = number(values, "q1") + number(values, "q2")
    warning = "Items 1 and 2 are more days than three months have." if both > _DAYS else ""
    return {"total": days, "grade": _grade(days), "warning": warning}


def _headline(values: Values) -> str:
    return f"{total_headline('MIDAS', 'grade')(values)}. {values['warning']}".rstrip(". ")


SCORE = Score(
    id="midas",
    title="MIDAS",
    version="2001.1",
    inputs=_ITEMS,
    outputs=("total", "grade", "warning"),
    citation=(
        "Stewart WF, et al. Development and testing of the Migraine Disability Assessment "
        "questionnaire. Neurology 2001;56(S1):S20-8. doi:10.1212/WNL.56.suppl_1.S20"
    ),
    licence=(
        "Questionnaire: copyright of its owners, licensed for products. Item numbers only; no "
        "wording is kept here."
    ),
    scope="Adults with migraine. Items A and B of the questionnaire are not scored.",
    formula=_midas,
    headline=_headline,
    parts=PARTS,
)
