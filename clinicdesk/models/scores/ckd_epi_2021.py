"""CKD-EPI 2021: glomerular filtration rate from creatinine, without race."""

from bisect import bisect_right

from clinicdesk.models.scores.protocol import AGE_CODE, SEX, Quantity, Score, Value, Values, number

_BOUNDS = (15, 30, 45, 60, 90)
_CATEGORIES = ("G5", "G4", "G3b", "G3a", "G2", "G1")


def egfr_ckd_epi_2021(creatinine: float, age: float, female: bool) -> float:
    """Estimate the glomerular filtration rate.

    creatinine: serum, IDMS, mg/dL (LOINC 2160-0), 0.1-30.  age: completed years, 18 and over.
    Returns mL/min/{1.73_m2} (LOINC 98979-8).
    Inker et al., N Engl J Med 2021, doi:10.1056/NEJMoa2102953.
    """
    kappa, alpha, factor = (0.7, -0.241, 1.012) if female else (0.9, -0.302, 1.0)
    ratio = creatinine / kappa
    shape = min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -1.200
    return float(142 * shape * 0.9938**age * factor)


def g_category(egfr: float) -> str:
    """The KDIGO 2024 category of an unrounded eGFR in mL/min/{1.73_m2}."""
    return _CATEGORIES[bisect_right(_BOUNDS, egfr)]


def _ckd_epi(values: dict[str, Value]) -> Values:
    female = values["sex"] == "female"
    egfr = egfr_ckd_epi_2021(number(values, "creatinine_mg_dl"), number(values, "age"), female)
    return {"egfr_ml_min_1_73m2": egfr, "g_category": g_category(egfr)}


def _headline(values: Values) -> str:
    return f"eGFR {values['egfr_ml_min_1_73m2']:.0f} mL/min/1.73 m² - {values['g_category']}"


SCORE = Score(
    id="ckd_epi_2021",
    title="CKD-EPI 2021 eGFR",
    version="2021.1",
    inputs=(
        SEX,
        Quantity("age", "Age", "a", 18, 120, code=AGE_CODE),
        Quantity("creatinine_mg_dl", "Creatinine", "mg/dL", 0.1, 30, code="2160-0"),
    ),
    outputs=("egfr_ml_min_1_73m2", "g_category"),
    citation=(
        "Inker LA, et al. New creatinine- and cystatin C-based equations to estimate GFR without "
        "race. N Engl J Med 2021;385:1737-49. doi:10.1056/NEJMoa2102953"
    ),
    licence="Published equation; cite.",
    scope=(
        "Adults with stable creatinine. Not in acute kidney injury or pregnancy; unreliable at "
        "extremes of muscle mass. Chronic kidney disease needs more than 3 months' persistence."
    ),
    formula=_ckd_epi,
    headline=_headline,
)
