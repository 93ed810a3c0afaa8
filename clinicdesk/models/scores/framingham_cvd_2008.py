"""Framingham general cardiovascular risk of 2008, within 10 years."""

from math import exp, log

from clinicdesk.models.scores.answers import PUBLISHED, risk_headline
from clinicdesk.models.scores.inputs import HDL, SEX, SYSTOLIC, TOTAL_CHOLESTEROL, age, yes_no
from clinicdesk.models.scores.protocol import Score, Value, Values, number

# ln age, ln total cholesterol, ln HDL, ln SBP treated, ln SBP untreated, smoker, diabetes
_COEFFICIENTS = {
    "male": (3.06117, 1.12370, -0.93263, 1.99881, 1.93303, 0.65451, 0.57367),
    "female": (2.32888, 1.20904, -0.70833, 2.82263, 2.76157, 0.52873, 0.69154),
}
_BASELINE = {"male": (23.9802, 0.88936), "female": (26.1931, 0.95012)}  # mean, survival at it


def _framingham(values: dict[str, Value]) -> Values:
    sex, treated = str(values["sex"]), number(values, "bp_treated")
    pressure = log(number(values, "sbp"))
    terms = (
        log(number(values, "age")),
        log(number(values, "total_chol_mg_dl")),
        log(number(values, "hdl_mg_dl")),
        pressure * treated,
        pressure * (1 - treated),
        number(values, "smoker"),
        number(values, "diabetes"),
    )
    mean, survival = _BASELINE[sex]
    predictor = sum(a * b for a, b in zip(_COEFFICIENTS[sex], terms, strict=True))
    return {"risk": 1 - survival ** exp(predictor - mean)}


SCORE = Score(
    id="framingham_cvd_2008",
    title="Framingham general CVD",
    version="2008.1",
    inputs=(
        age(30, 74),
        SEX,
        TOTAL_CHOLESTEROL,
        HDL,
        SYSTOLIC,
        yes_no("bp_treated", "Treated for high blood pressure"),
        yes_no("smoker", "Smoker", code="72166-2"),
        yes_no("diabetes", "Diabetes"),
    ),
    outputs=("risk",),
    citation=(
        "D'Agostino RB, et al. General cardiovascular risk profile for use in primary care. "
        "Circulation 2008;117:743-53. doi:10.1161/CIRCULATIONAHA.107.699579"
    ),
    licence=PUBLISHED,
    scope="Age 30-74 without cardiovascular disease. Not the ATP III score of coronary disease.",
    formula=_framingham,
    headline=risk_headline("Cardiovascular disease within 10 years"),
)
