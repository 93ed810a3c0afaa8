"""What the two models of a hospital stay ask, and of whose data: 130 US hospitals, 1999-2008.

The files of that register and a record are asked the same questions: a word of the file and a
place of the record mean the same choice. Diagnoses are grouped by ICD-9 and ICD-10 alike.
"""

from clinicdesk.models.card import AGE, CardInput, Choice
from clinicdesk.models.learned.diagnosis_groups import GROUPS

GROUP_COLUMN = "patient_nbr"
# Expired or discharged to a hospice: they cannot come back, and 43 of them are coded as if.
NEVER_BACK = frozenset({"11", "13", "14", "19", "20", "21"})

_NO, _YES = ("0", "no"), ("1", "yes", "steady", "up", "down", "ch")


def _count(
    name: str, label: str, high: float, column: str, *, note: str, found: str = ""
) -> CardInput:
    return CardInput(
        name,
        label,
        "{count}",
        "",
        0,
        high,
        max_age_days=None,
        note=note,
        column=column,
        found=found,
    )


def _words(
    name: str, column: str, label: str, *choices: Choice, found: str = "", note: str = ""
) -> CardInput:
    return CardInput(
        name,
        label,
        "{choice}",
        "",
        0,
        max(each.value for each in choices),
        max_age_days=None,
        note=note,
        choices=choices,
        column=column,
        found=found,
    )


def _drug(name: str, label: str) -> CardInput:
    return _words(
        name,
        name,
        label,
        Choice("no", 0, _NO),
        Choice("yes", 1, _YES),
        found=f"drug:{name}",
        note="Prescribed during the stay, whatever the dose did.",
    )


AGE_AT_STAY = CardInput(
    "Age",
    "Age",
    "a",
    AGE,
    0,
    120,
    max_age_days=None,
    column="age",
    note="Years. The register has decades, [50-60) and so on: their middle was trained on.",
)
SEX = _words(
    "Sex",
    "gender",
    "Sex",
    Choice("female", 0, ("female", "f")),
    Choice("male", 1, ("male", "m")),
    found="sex",
)
ADMITTED_FROM = _words(
    "AdmittedFrom",
    "admission_source_id",
    "Admitted from",
    Choice("home, referred", 0, ("1", "2", "3", "referral")),
    Choice("emergency room", 1, ("7", "emergency")),
    Choice(
        "another hospital or institution",
        2,
        ("4", "5", "6", "10", "18", "19", "22", "25", "26", "transfer"),
    ),
    Choice("elsewhere", 3, ("*",)),
    found="admitted_from",
    note="An emergency visit within a day before the stay counts as the emergency room.",
)
ADMISSION_TYPE = _words(
    "AdmissionType",
    "admission_type_id",
    "Kind of admission",
    Choice("emergency", 0, ("1", "emergency")),
    Choice("urgent", 1, ("2", "urgent")),
    Choice("elective", 2, ("3", "elective")),
    Choice("other or not known", 3, ("*",)),
)
DISCHARGED_TO = _words(
    "DischargedTo",
    "discharge_disposition_id",
    "Discharged to",
    Choice("home", 0, ("1", "home")),
    Choice("home with care", 1, ("6", "8", "home care")),
    Choice("skilled nursing", 2, ("3", "skilled nursing")),
    Choice("nursing home", 3, ("4", "24", "nursing home")),
    Choice("rehabilitation", 4, ("22", "rehabilitation")),
    Choice("another hospital", 5, ("2", "10", "27", "29", "30", "hospital")),
    Choice("other inpatient care", 6, ("5", "9", "15", "inpatient care")),
    Choice("long-term hospital", 7, ("23", "long-term hospital")),
    Choice("psychiatric hospital", 8, ("28", "psychiatric hospital")),
    Choice("left against advice", 9, ("7", "left against advice")),
    Choice("not known", 10, ("*",)),
    note="A record has no place for it: give it when the model is asked.",
)
MAIN_DIAGNOSIS = _words(
    "MainDiagnosis",
    "diag_1",
    "Main diagnosis",
    *GROUPS,
    found="main_diagnosis",
    note="The group of the reason of the stay, by its code of ICD-10 (the register: ICD-9).",
)
SECOND_DIAGNOSIS = _words(
    "SecondDiagnosis", "diag_2", "Second diagnosis", *GROUPS, note="The group of its code."
)
THIRD_DIAGNOSIS = _words(
    "ThirdDiagnosis", "diag_3", "Third diagnosis", *GROUPS, note="The group of its code."
)
HBA1C = _words(
    "HbA1c",
    "A1Cresult",
    "HbA1c during the stay",
    Choice("not measured", 0, ("none",)),
    Choice("7 % and below", 1, ("norm",)),
    Choice("above 7 %", 2, (">7",)),
    Choice("above 8 %", 3, (">8",)),
    found="a1c_of_stay",
)
INSULIN, METFORMIN = _drug("insulin", "Insulin"), _drug("metformin", "Metformin")
CHANGED = _words(
    "Changed",
    "change",
    "Diabetes drugs changed",
    Choice("no", 0, _NO),
    Choice("yes", 1, _YES),
    note="During the stay. A record does not say it.",
)
DAYS = CardInput(
    "Days",
    "Days in hospital",
    "d",
    "",
    0,
    120,
    max_age_days=None,
    column="time_in_hospital",
    found="days_of_stay",
    note="The register has stays of 1 to 14 days.",
)
DIAGNOSES = _count(
    "Diagnoses",
    "Diagnoses",
    100,
    "number_diagnoses",
    note="Problems on the list.",
    found="problems",
)
MEDICATIONS = _count(
    "Medications",
    "Drugs during the stay",
    200,
    "num_medications",
    note="Distinct drugs prescribed during the stay.",
    found="drugs_of_stay",
)
LAB_TESTS = _count(
    "LabTests",
    "Laboratory tests during the stay",
    1000,
    "num_lab_procedures",
    note="Results of a laboratory in the time of the stay.",
    found="tests_of_stay",
)
PROCEDURES = _count(
    "Procedures",
    "Procedures during the stay",
    50,
    "num_procedures",
    note="Other than laboratory tests. A record has no place for them.",
)
INPATIENT_BEFORE = _count(
    "InpatientBefore",
    "Stays in the year before",
    100,
    "number_inpatient",
    note="Inpatient visits that began in the 12 months before the stay.",
    found="visits_before:IMP",
)
EMERGENCY_BEFORE = _count(
    "EmergencyBefore",
    "Emergency visits in the year before",
    200,
    "number_emergency",
    note="In the 12 months before the stay.",
    found="visits_before:EMER",
)
OUTPATIENT_BEFORE = _count(
    "OutpatientBefore",
    "Outpatient visits in the year before",
    200,
    "number_outpatient",
    note="In the 12 months before the stay.",
    found="visits_before:AMB",
)

REFERENCES = (
    "Strack B, DeShazo JP, Gennings C, et al. Impact of HbA1c measurement on hospital readmission "
    "rates: analysis of 70,000 clinical database patient records. BioMed Res Int 2014:781670. "
    "doi:10.1155/2014/781670",
    "Clore J, Cios K, DeShazo J, Strack B. Diabetes 130-US hospitals for years 1999-2008. UCI "
    "Machine Learning Repository 2014. doi:10.24432/C5230J",
    "Collins GS, et al. TRIPOD+AI statement. BMJ 2024;385:e078378. doi:10.1136/bmj-2023-078378",
)
DATA = {
    "population": (
        "Inpatients of 130 hospitals in the United States with diabetes on the list of diagnoses, "
        "who stayed 1 to 14 days and had laboratory tests and drugs."
    ),
    "data_source": (
        "Diabetes 130-US hospitals, UCI 296, Strack et al. 2014. Real stays, without names. Of its "
        "101,766 stays the number under `n` was used, whole patients together."
    ),
    "data_licence": "CC BY 4.0.",
    "data_citation": "Strack et al. 2014; Clore et al. 2014 (see references).",
    "data_dates": "Stays from 1999 to 2008.",
    "background": (
        "None is needed: the trees are explained along their own paths. No patient's row is in any "
        "file of the model; what is kept of the training stays are quantiles, means and "
        "correlations of columns."
    ),
    "fairness": (
        "One country. Race is in the register and is not an input: it added nothing in "
        "cross-validation. Figures by age group are under `metrics`."
    ),
    "regulatory": (
        "Not a certified medical device. For demonstration, teaching and research until it has "
        "been validated and certified for its place of use."
    ),
    "owner": "ClinicDesk developers",
}
