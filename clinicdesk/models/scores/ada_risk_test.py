"""American Diabetes Association risk test: who should be tested for diabetes."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.inputs import BMI, SEX, age, yes_no
from clinicdesk.models.scores.tables import From, Part, Read, by_number, by_word, if_yes


def _gestational(read: Read) -> int | None:
    """A man is not asked, and an answer for him does not count."""
    if read.get("sex") == "male":
        return 0
    known = {"sex", "gestational_dm"} <= read.keys()
    return int(str(read["gestational_dm"])) if known else None


SCORE = additive(
    id="ada_risk_test",
    title="ADA risk test",
    version="2009.1",
    inputs=(
        age(),
        SEX,
        yes_no("gestational_dm", "Diabetes in a pregnancy"),
        yes_no("first_degree_family", "Parent, sibling or child with diabetes"),
        yes_no("hypertension", "Hypertension"),
        yes_no("physically_active", "Physically active"),
        BMI,
    ),
    parts=(
        by_number("age", From(0, {40: 1, 50: 2, 60: 3}), 3),
        by_word("sex", {"male": 1, "female": 0}),
        Part("gestational_dm", ("sex", "gestational_dm"), _gestational, 1),
        if_yes("first_degree_family"),
        if_yes("hypertension"),
        by_word("physically_active", {"0": 1, "1": 0}),
        by_number("bmi", From(0, {25: 1, 30: 2, 40: 3}), 3),
    ),
    bands={"band": From("not_increased", {5: "increased"})},
    citation=(
        "Bang H, et al. Development and validation of a patient self-assessment score for diabetes "
        "risk. Ann Intern Med 2009;151:775-83. doi:10.7326/0003-4819-151-11-200912010-00005"
    ),
    scope="Adults without diagnosed diabetes. In Asian Americans BMI points begin at 23.",
)
