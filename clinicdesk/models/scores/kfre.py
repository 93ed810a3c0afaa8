"""Kidney Failure Risk Equation: how soon may chronic kidney disease need dialysis."""

from collections.abc import Mapping
from math import exp, log

from clinicdesk.models.scores.inputs import ALBUMIN, SEX, UACR, age, yes_no
from clinicdesk.models.scores.protocol import (
    Choice,
    Given,
    Quantity,
    Score,
    Value,
    Values,
    absent,
    number,
)

# coefficient of (term - centre), for 4, 6 and 8 variables; 0 where the term is not in the equation
_CENTRES = {
    "age": 7.036,
    "male": 0.5642,
    "egfr": 7.222,
    "ln_uacr": 5.137,
    "dm": 0.5106,
    "htn": 0.8501,
    "albumin": 3.997,
    "phosphate": 3.916,
    "bicarbonate": 25.57,
    "calcium": 9.355,
}
_COEFFICIENTS: dict[str, dict[str, float]] = {
    "4": {"age": -0.2201, "male": 0.2467, "egfr": -0.5567, "ln_uacr": 0.4510},
    "6": {
        "age": -0.2218,
        "male": 0.2553,
        "egfr": -0.5541,
        "ln_uacr": 0.4562,
        "dm": -0.1475,
        "htn": 0.1426,
    },
    "8": {
        "age": -0.1992,
        "male": 0.1602,
        "egfr": -0.4919,
        "ln_uacr": 0.3364,
        "albumin": -0.3441,
        "phosphate": 0.2604,
        "bicarbonate": -0.07354,
        "calcium": -0.2228,
    },
}
# survival without kidney failure at the centre: (variables, years, North America)
_BASELINE = {
    ("4", "2", "1"): 0.9750,
    ("4", "5", "1"): 0.9240,
    ("6", "2", "1"): 0.9750,
    ("6", "5", "1"): 0.9240,
    ("8", "2", "1"): 0.9780,
    ("8", "5", "1"): 0.9301,
    ("4", "2", "0"): 0.9832,
    ("4", "5", "0"): 0.9365,
    ("6", "2", "0"): 0.9830,
    ("6", "5", "0"): 0.9370,
    ("8", "2", "0"): 0.9827,
    ("8", "5", "0"): 0.9245,
}
_ALWAYS = ("model_vars", "years", "north_america", "age", "sex", "egfr", "uacr_mg_g")
_MORE = {
    "6": ("dm", "htn"),
    "8": ("albumin_g_dl", "phosphate_mg_dl", "bicarbonate_mmol_l", "calcium_mg_dl"),
}


def kfre_risk(terms: Mapping[str, float], variables: str, years: str, north_america: str) -> float:
    """Estimate the risk of kidney failure within 2 or 5 years, as a fraction.

    terms: age/10 (years), male (0/1), egfr/5 (mL/min/{1.73_m2}), ln_uacr (mg/g), and by equation
    dm, htn (0/1), albumin (g/dL), phosphate (mg/dL), bicarbonate (mmol/L), calcium (mg/dL).
    Tangri et al., JAMA 2011, doi:10.1001/jama.2011.451; 2016, doi:10.1001/jama.2015.18202.
    """
    predictor = sum(
        coefficient * (terms[name] - _CENTRES[name])
        for name, coefficient in _COEFFICIENTS[variables].items()
    )
    return float(1 - _BASELINE[variables, years, north_america] ** exp(predictor))


def _terms(values: Mapping[str, Value]) -> dict[str, float]:
    terms = {
        "age": number(values, "age") / 10,
        "male": float(values["sex"] == "male"),
        "egfr": number(values, "egfr") / 5,
        "ln_uacr": log(number(values, "uacr_mg_g")),
    }
    for name in (*_MORE["6"], *_MORE["8"]):
        if name in values:
            terms[name.split("_")[0]] = number(values, name)
    return terms


def _needed(given: Given) -> set[str]:
    variables = "" if absent(given, "model_vars") else _VARIABLES.read(given["model_vars"] or "")
    return {*_ALWAYS, *_MORE.get(variables, ())}


def _kfre(values: dict[str, Value]) -> Values:
    choices = (str(values[name]) for name in ("model_vars", "years", "north_america"))
    return {"risk": kfre_risk(_terms(values), *choices)}


def _headline(values: Values) -> str:
    return f"Kidney failure {float(values['risk'] or 0) * 100:.1f} %"


def action(risk: float, years: str) -> str:
    """What KDIGO 2024 suggests at this risk, "" below every threshold. risk: 0-1."""
    if years == "5":
        return "consider referral to nephrology (5-year risk 3 % or more)" if risk >= 0.03 else ""
    if risk > 0.40:
        return "prepare kidney replacement therapy (2-year risk above 40 %)"
    return "multidisciplinary care (2-year risk above 10 %)" if risk > 0.10 else ""


_VARIABLES = Choice("model_vars", "Variables of the equation", ("4", "6", "8"))

SCORE = Score(
    id="kfre",
    title="Kidney Failure Risk Equation",
    version="2016.1",
    inputs=(
        _VARIABLES,
        Choice("years", "Horizon in years", ("2", "5")),
        yes_no("north_america", "North American calibration"),
        age(18, 100),
        SEX,
        Quantity("egfr", "eGFR", "mL/min/{1.73_m2}", 1, 60, code="98979-8", below_high=True),
        UACR,
        yes_no("dm", "Diabetes"),
        yes_no("htn", "Hypertension"),
        ALBUMIN,
        Quantity("phosphate_mg_dl", "Phosphate", "mg/dL", 0.3, 20, code="2777-1"),
        Quantity("bicarbonate_mmol_l", "Bicarbonate", "mmol/L", 2, 60, code="1963-8"),
        Quantity("calcium_mg_dl", "Calcium", "mg/dL", 3, 20, code="17861-6"),
    ),
    outputs=("risk",),
    citation=(
        "Tangri N, et al. A predictive model for progression of chronic kidney disease to kidney "
        "failure. JAMA 2011;305:1553-9. doi:10.1001/jama.2011.451; multinational assessment: "
        "JAMA 2016;315:164-74. doi:10.1001/jama.2015.18202"
    ),
    licence="Published equation; cite.",
    scope=(
        "Adults 18-100 with CKD G3a-G5 (eGFR below 60), not on kidney replacement therapy. "
        "Developed on the 2009 CKD-EPI equation; the 2021 equation moves the risk a little."
    ),
    formula=_kfre,
    headline=_headline,
    needed=_needed,
)
