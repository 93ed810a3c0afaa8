"""Finnish Diabetes Risk Score: type 2 diabetes within 10 years."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.inputs import BMI, SEX, age, yes_no
from clinicdesk.models.scores.protocol import Choice, Quantity
from clinicdesk.models.scores.tables import From, Part, Read, by_number, by_word, if_yes, third

_WAIST_CM = {"male": (94, 102), "female": (80, 88)}


def _waist_points(read: Read) -> int | None:
    if not {"sex", "waist_cm"} <= read.keys():
        return None
    return (0, 3, 4)[third(float(read["waist_cm"]), *_WAIST_CM[str(read["sex"])])]


def _bmi_points(bmi: float) -> int:
    return (0, 1, 3)[third(bmi, 25, 30)]


def _age_points(years: float) -> int:
    return 4 if years > 64 else _MIDDLE_AGE(years)


_MIDDLE_AGE = From(0, {45: 2, 55: 3})

SCORE = additive(
    id="findrisc",
    title="FINDRISC",
    version="2003.1",
    inputs=(
        age(),
        SEX,
        BMI,
        Quantity("waist_cm", "Waist", "cm", 30, 250, code="8280-0"),
        yes_no("active_30min_daily", "Active for 30 minutes a day"),
        yes_no("daily_veg_fruit", "Vegetables or fruit every day"),
        yes_no("bp_meds", "Ever took medicine for high blood pressure"),
        yes_no("history_high_glucose", "Ever had high blood glucose"),
        Choice("family_history", "Diabetes in the family", ("none", "second", "first")),
    ),
    parts=(
        by_number("age", _age_points, 4),
        by_number("bmi", _bmi_points, 3),
        Part("waist_cm", ("sex", "waist_cm"), _waist_points, 4),
        by_word("active_30min_daily", {"0": 2, "1": 0}),
        by_word("daily_veg_fruit", {"0": 1, "1": 0}),
        if_yes("bp_meds", 2),
        if_yes("history_high_glucose", 5),
        by_word("family_history", {"none": 0, "second": 3, "first": 5}),
    ),
    bands={
        "band": From("low", {7: "slightly_elevated", 12: "moderate", 15: "high", 21: "very_high"}),
        "risk_10y_pct": From(1, {7: 4, 12: 17, 15: 33, 21: 50}),
    },
    citation=(
        "Lindström J, Tuomilehto J. The diabetes risk score. Diabetes Care 2003;26:725-31. "
        "doi:10.2337/diacare.26.3.725; form of the Finnish Diabetes Association."
    ),
    licence="Free to use with credit to the Finnish Diabetes Association.",
    scope=(
        "Adults without diabetes. Family: first is a parent, sibling or child; second is a "
        "grandparent, aunt, uncle or cousin."
    ),
)
