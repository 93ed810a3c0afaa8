"""Pooled Cohort Equations of 2013: a first atherosclerotic event within 10 years."""

from collections.abc import Mapping
from math import exp, log

from clinicdesk.models.scores.answers import PUBLISHED, risk_headline
from clinicdesk.models.scores.inputs import SEX, age, yes_no
from clinicdesk.models.scores.protocol import Choice, Quantity, Score, Value, Values, number
from clinicdesk.models.scores.tables import From

_Group = tuple[str, str]  # race, sex

# coefficients of the terms that a group's equation has
_COEFFICIENTS: Mapping[_Group, Mapping[str, float]] = {
    ("white_other", "female"): {
        "age": -29.799,
        "age_age": 4.884,
        "chol": 13.540,
        "age_chol": -3.114,
        "hdl": -13.578,
        "age_hdl": 3.149,
        "treated": 2.019,
        "untreated": 1.957,
        "smoker": 7.574,
        "age_smoker": -1.665,
        "diabetes": 0.661,
    },
    ("black", "female"): {
        "age": 17.114,
        "chol": 0.940,
        "hdl": -18.920,
        "age_hdl": 4.475,
        "treated": 29.291,
        "age_treated": -6.432,
        "untreated": 27.820,
        "age_untreated": -6.087,
        "smoker": 0.691,
        "diabetes": 0.874,
    },
    ("white_other", "male"): {
        "age": 12.344,
        "chol": 11.853,
        "age_chol": -2.664,
        "hdl": -7.990,
        "age_hdl": 1.769,
        "treated": 1.797,
        "untreated": 1.764,
        "smoker": 7.837,
        "age_smoker": -1.795,
        "diabetes": 0.658,
    },
    ("black", "male"): {
        "age": 2.469,
        "chol": 0.302,
        "hdl": -0.307,
        "treated": 1.916,
        "untreated": 1.809,
        "smoker": 0.549,
        "diabetes": 0.645,
    },
}
_BASELINE: Mapping[_Group, tuple[float, float]] = {  # mean, survival at it
    ("white_other", "female"): (-29.18, 0.9665),
    ("black", "female"): (86.61, 0.9533),
    ("white_other", "male"): (61.18, 0.9144),
    ("black", "male"): (19.54, 0.8954),
}
_band = From("low", {0.05: "borderline", 0.075: "intermediate", 0.20: "high"})


def _terms(values: Mapping[str, Value]) -> dict[str, float]:
    """Logarithms and indicators; a pressure counts as treated or as untreated, never as both."""
    treated = values["bp_treated"] == "1"
    pressure = log(number(values, "sbp"))
    terms = {
        "chol": log(number(values, "total_chol_mg_dl")),
        "hdl": log(number(values, "hdl_mg_dl")),
        "treated": pressure if treated else 0.0,
        "untreated": 0.0 if treated else pressure,
        "smoker": number(values, "smoker"),
        "age": log(number(values, "age")),
    }
    by_age = {f"age_{name}": terms["age"] * term for name, term in terms.items()}
    return {**terms, **by_age, "diabetes": number(values, "diabetes")}


def _pce(values: dict[str, Value]) -> Values:
    group = str(values["race"]), str(values["sex"])
    terms, (mean, survival) = _terms(values), _BASELINE[group]
    predictor = sum(weight * terms[name] for name, weight in _COEFFICIENTS[group].items())
    risk = 1 - survival ** exp(predictor - mean)
    return {"risk": risk, "band": _band(risk)}


SCORE = Score(
    id="ascvd_pce_2013",
    title="ASCVD Pooled Cohort Equations",
    version="2013.1",
    inputs=(
        age(40, 79),
        SEX,
        Choice("race", "Race, as the equations have it", ("white_other", "black")),
        Quantity("total_chol_mg_dl", "Total cholesterol", "mg/dL", 130, 320, code="2093-3"),
        Quantity("hdl_mg_dl", "HDL cholesterol", "mg/dL", 20, 100, code="2085-9"),
        Quantity("sbp", "Systolic blood pressure", "mm[Hg]", 90, 200, code="8480-6"),
        yes_no("bp_treated", "Treated for high blood pressure"),
        yes_no("smoker", "Smoker", code="72166-2"),
        yes_no("diabetes", "Diabetes"),
    ),
    outputs=("risk", "band"),
    citation=(
        "Goff DC, et al. 2013 ACC/AHA guideline on the assessment of cardiovascular risk. "
        "Circulation 2014;129(25 S2):S49-73. doi:10.1161/01.cir.0000437741.48606.98"
    ),
    licence=PUBLISHED,
    scope=(
        "Age 40-79 without atherosclerotic disease. Race is an input of these equations; SCORE2 "
        "is the one without."
    ),
    formula=_pce,
    headline=risk_headline("ASCVD within 10 years", "band"),
)
