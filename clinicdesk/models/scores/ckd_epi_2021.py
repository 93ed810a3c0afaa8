"""CKD-EPI 2021: glomerular filtration rate from creatinine, without race."""

from clinicdesk.models.scores.inputs import CREATININE, SEX, age
from clinicdesk.models.scores.protocol import Score, Value, Values, number
from clinicdesk.models.scores.tables import From

g_category = From(
    "G5", {15: "G4", 30: "G3b", 45: "G3a", 60: "G2", 90: "G1"}
)  # KDIGO 2024, unrounded


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
        age(),
        CREATININE,
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
