"""HAS-BLED: bleeding under anticoagulation, to find what can be mended."""

from clinicdesk.models.scores.answers import above, additive
from clinicdesk.models.scores.inputs import age, yes_no
from clinicdesk.models.scores.tables import From, by_number, if_yes

_QUESTIONS = (
    yes_no("uncontrolled_htn_sbp_gt160", "Systolic pressure above 160 mmHg, uncontrolled"),
    yes_no("abnormal_renal", "Dialysis, transplant or creatinine above 2.26 mg/dL"),
    yes_no("abnormal_liver", "Cirrhosis, or bilirubin above 2x with AST, ALT or ALP above 3x"),
    yes_no("stroke", "Stroke before"),
    yes_no("bleeding", "Major bleeding before, or a disposition to it"),
    yes_no("labile_inr", "Labile INR (less than 60 % of time in range)"),
    yes_no("antiplatelet_nsaid", "Antiplatelet medicine or NSAID"),
    yes_no("alcohol_ge8_week", "8 or more alcoholic drinks a week"),
)

SCORE = additive(
    id="has_bled",
    title="HAS-BLED",
    version="2010.1",
    inputs=(*_QUESTIONS, age()),
    parts=(*(if_yes(each.name) for each in _QUESTIONS), by_number("age", above(65), 1)),
    bands={"band": From("not_high", {3: "high"})},
    citation=(
        "Pisters R, et al. A novel user-friendly score (HAS-BLED) to assess 1-year risk of major "
        "bleeding in patients with atrial fibrillation. Chest 2010;138:1093-100. "
        "doi:10.1378/chest.10-0134"
    ),
    scope=(
        "Adults with atrial fibrillation. From 3, look for what can be mended; it does not forbid "
        "anticoagulation. Counts age above 65, and 8 or more drinks a week."
    ),
)
