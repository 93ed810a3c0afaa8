"""Cockcroft-Gault: creatinine clearance, as many dosing tables ask for it."""

from clinicdesk.models.scores.answers import PUBLISHED
from clinicdesk.models.scores.inputs import CREATININE, SEX, WEIGHT, age
from clinicdesk.models.scores.protocol import Score, Value, Values, number


def creatinine_clearance(years: float, weight: float, creatinine: float, female: bool) -> float:
    """Estimate the clearance in mL/min, with the actual body weight.

    years: of age.  weight: kg (LOINC 29463-7).  creatinine: serum, mg/dL (LOINC 2160-0).
    Cockcroft and Gault, Nephron 1976, doi:10.1159/000180580.
    """
    return (140 - years) * weight * (0.85 if female else 1) / (72 * creatinine)


def _clearance(values: dict[str, Value]) -> Values:
    years, weight = number(values, "age"), number(values, "weight_kg")
    creatinine, female = number(values, "creatinine_mg_dl"), values["sex"] == "female"
    return {"crcl_ml_min": creatinine_clearance(years, weight, creatinine, female)}


def _headline(values: Values) -> str:
    return f"Creatinine clearance {values['crcl_ml_min']:.0f} mL/min (actual weight)"


SCORE = Score(
    id="cockcroft_gault",
    title="Cockcroft-Gault clearance",
    version="1976.1",
    inputs=(age(), SEX, WEIGHT, CREATININE),
    outputs=("crcl_ml_min",),
    citation=(
        "Cockcroft DW, Gault MH. Prediction of creatinine clearance from serum creatinine. "
        "Nephron 1976;16:31-41. doi:10.1159/000180580"
    ),
    licence=PUBLISHED,
    scope=(
        "Adults with stable creatinine, for doses of medicines. Takes the actual body weight, "
        "which says too much in obesity and oedema."
    ),
    formula=_clearance,
    headline=_headline,
)
