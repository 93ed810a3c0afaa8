"""Inputs that several scores share: the same name, unit, code and limits wherever they are used."""

from clinicdesk.models.scores.protocol import Choice, Listed, Quantity, Spellings

YES_NO: Spellings = (("yes", "1"), ("no", "0"), ("true", "1"), ("false", "0"))
YES_NO_OPTIONS = ("0", "1")


def yes_no(name: str, label: str, code: str = "") -> Choice:
    """A question that is answered, 1 or 0; not answering it is not a no."""
    return Choice(name, label, YES_NO_OPTIONS, code=code, spellings=YES_NO)


def age(low: float = 18, high: float = 120) -> Quantity:
    """The age in completed years on the day of the measurement."""
    return Quantity("age", "Age", "a", low, high, code="30525-0")


def count(name: str, label: str, high: float, unit: str = "{#}") -> Quantity:
    """A whole number from 0."""
    return Quantity(name, label, unit, 0, high, whole=True)


SEX = Choice(
    "sex",
    "Sex",
    ("male", "female"),
    code="46098-0",
    spellings=(("m", "male"), ("f", "female")),
)
RESPIRATORY_RATE = Quantity("rr", "Respiratory rate", "/min", 1, 120, code="9279-1")
HEART_RATE = Quantity("hr", "Heart rate", "/min", 10, 350, code="8867-4")
SYSTOLIC = Quantity("sbp", "Systolic blood pressure", "mm[Hg]", 20, 375, code="8480-6")
DIASTOLIC = Quantity("dbp", "Diastolic blood pressure", "mm[Hg]", 5, 300, code="8462-4")
TEMPERATURE = Quantity("temp_c", "Temperature", "Cel", 20, 45, code="8310-5")
GCS = Quantity("gcs", "Glasgow coma score", "{score}", 3, 15, code="9269-2", whole=True)
LENGTH_OF_STAY = Quantity("los_days", "Length of stay", "d", 0, 3650)
WEIGHT = Quantity("weight_kg", "Weight", "kg", 10, 650, code="29463-7")
BMI = Quantity("bmi", "Body mass index", "kg/m2", 7, 120, code="39156-5")
CREATININE = Quantity("creatinine_mg_dl", "Creatinine", "mg/dL", 0.1, 30, code="2160-0")
BILIRUBIN = Quantity("bilirubin_mg_dl", "Bilirubin, total", "mg/dL", 0.02, 75, code="1975-2")
ALBUMIN = Quantity("albumin_g_dl", "Albumin", "g/dL", 0.5, 7, code="1751-7")
INR = Quantity("inr", "INR", "{INR}", 0.5, 30, code="6301-6")
SODIUM = Quantity("sodium_mmol_l", "Sodium", "mmol/L", 80, 220, code="2951-2")
EGFR = Quantity("egfr", "eGFR", "mL/min/{1.73_m2}", 1, 250, code="98979-8")
TOTAL_CHOLESTEROL = Quantity(
    "total_chol_mg_dl", "Total cholesterol", "mg/dL", 20, 1500, code="2093-3"
)
HDL = Quantity("hdl_mg_dl", "HDL cholesterol", "mg/dL", 2, 200, code="2085-9")
UACR = Quantity(
    "uacr_mg_g",
    "Urine albumin/creatinine ratio",
    "mg/g",
    0,
    25_000,
    code="9318-7",
    above_low=True,
)
DIALYSIS = yes_no("dialysis", "Dialysis twice in the last week, or CVVHD")
CONDITIONS = Listed("icd10_codes", "Recorded ICD-10 codes")
