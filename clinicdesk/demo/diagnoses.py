"""What people come to a general clinic with: ICD-10 (WHO 2019) codes, how often, and in whom.

Prevalences are round figures of a western European practice by age 20, 40, 60 and 80; they make
lists that look right and are no epidemiology.
"""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Bools, Floats

AGES = (20.0, 40.0, 60.0, 80.0)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A condition, and how often it is the reason for a visit or a stay (relative weights).

    chronic: prevalence at AGES, empty for what passes.  needs: a chronic code it complicates.
    """

    code: str
    text: str
    visits: float = 0.0
    stays: float = 0.0
    ages: tuple[float, float] = (18, 120)
    chronic: tuple[float, ...] = ()
    needs: str = ""
    women: float = 1.0  # times the men's frequency
    fever: float = 0.0  # degrees when gravely ill
    lungs: float = 0.3  # 1: oxygen falls with every step


CHRONIC = (
    Diagnosis("I10", "Essential (primary) hypertension", 6, 0.5, chronic=(0.01, 0.1, 0.38, 0.62)),
    Diagnosis("E11.9", "Type 2 diabetes mellitus without complications", 6, 1,
              chronic=(0.004, 0.03, 0.13, 0.18), women=0.8),
    Diagnosis("N18.3", "Chronic kidney disease, stage 3", 4, 0.6,
              chronic=(0.001, 0.006, 0.05, 0.22)),
    Diagnosis("N18.4", "Chronic kidney disease, stage 4", 6, 2,
              chronic=(0.0003, 0.002, 0.008, 0.025)),
    Diagnosis("J44.9", "Chronic obstructive pulmonary disease, unspecified", 4, 1,
              chronic=(0.0, 0.008, 0.07, 0.12), lungs=1),
    Diagnosis("I48.9", "Atrial fibrillation and atrial flutter, unspecified", 4, 2,
              chronic=(0.0, 0.003, 0.025, 0.14), women=0.75),
    Diagnosis("I25.9", "Chronic ischaemic heart disease, unspecified", 3, 2,
              chronic=(0.0, 0.005, 0.07, 0.2), women=0.5),
    Diagnosis("I50.9", "Heart failure, unspecified", 5, 5, chronic=(0.0, 0.002, 0.015, 0.1),
              lungs=0.9),
    Diagnosis("J45.9", "Asthma, unspecified", 3, 1, (4, 120), (0.1, 0.08, 0.07, 0.06), lungs=1),
    Diagnosis("G43.9", "Migraine, unspecified", 3, 0.2, (10, 120), (0.09, 0.13, 0.06, 0.02),
              women=2.6),
    Diagnosis("F32.9", "Depressive episode, unspecified", 4, 0.4, (14, 120),
              (0.08, 0.1, 0.09, 0.07), women=1.6),
    Diagnosis("F41.1", "Generalized anxiety disorder", 3, 0.1, (14, 120),
              (0.06, 0.06, 0.04, 0.03), women=1.7),
    Diagnosis("E78.5", "Hyperlipidaemia, unspecified", 3, 0, chronic=(0.01, 0.1, 0.3, 0.38)),
    Diagnosis("E03.9", "Hypothyroidism, unspecified", 2, 0, (10, 120), (0.01, 0.03, 0.05, 0.08),
              women=4),
    Diagnosis("E66.9", "Obesity, unspecified", 1.5, 0),
    Diagnosis("M17.9", "Gonarthrosis, unspecified", 3, 1.2, chronic=(0.0, 0.01, 0.14, 0.3),
              women=1.4),
    Diagnosis("M81.9", "Osteoporosis, unspecified", 2, 0.2, chronic=(0.0, 0.003, 0.06, 0.2),
              women=4),
    Diagnosis("K21.9", "Gastro-oesophageal reflux disease without oesophagitis", 2, 0.1,
              chronic=(0.03, 0.08, 0.13, 0.15)),
    Diagnosis("N40", "Hyperplasia of prostate", 2, 0.5, (40, 120), (0.0, 0.01, 0.14, 0.26),
              women=0),
    Diagnosis("D50.9", "Iron deficiency anaemia, unspecified", 2, 0.4, (12, 120),
              (0.04, 0.05, 0.03, 0.06), women=3),
    Diagnosis("F03", "Unspecified dementia", 3, 2.5, (65, 120), (0.0, 0.0, 0.01, 0.13)),
)  # fmt: skip

PASSING = (
    Diagnosis("J06.9", "Acute upper respiratory infection, unspecified", 5, ages=(0, 120)),
    Diagnosis("J20.9", "Acute bronchitis, unspecified", 1.6, 0.2, (1, 120), fever=1.2, lungs=0.6),
    Diagnosis("H66.9", "Otitis media, unspecified", 3, ages=(0.5, 12)),
    Diagnosis("A09.9", "Gastroenteritis and colitis of unspecified origin", 1.4, 0.8, (1, 120),
              fever=1.4),
    Diagnosis("N39.0", "Urinary tract infection, site not specified", 1.6, 1.6, (4, 120), women=4,
              fever=2),
    Diagnosis("L03.1", "Cellulitis of other parts of limb", 0.8, 1.2, fever=1.8),
    Diagnosis("M54.5", "Low back pain", 3, 0.2),
    Diagnosis("R51", "Headache", 1.4, 0.2, (8, 120)),
    Diagnosis("R07.4", "Chest pain, unspecified", 0.9, 1.8, (25, 120)),
    Diagnosis("S93.4", "Sprain and strain of ankle", 1, ages=(6, 80)),
    Diagnosis("Z00.0", "General medical examination", 4),
    Diagnosis("Z00.1", "Routine child health examination", 7, ages=(0, 16)),
    Diagnosis("Z23", "Need for immunization against single bacterial diseases", 1.2, ages=(0, 120)),
    Diagnosis("J18.9", "Pneumonia, unspecified", 0.3, 4, (16, 120), fever=2.2, lungs=1),
    Diagnosis("A41.9", "Sepsis, unspecified", 0, 1.6, (16, 120), fever=2.6, lungs=0.6),
    Diagnosis("J44.1", "Chronic obstructive pulmonary disease with acute exacerbation, unspecified",
              1, 7, needs="J44.9", fever=0.6, lungs=1),
    Diagnosis("I21.9", "Acute myocardial infarction, unspecified", 0, 1.2, (35, 120), lungs=0.4),
    Diagnosis("I63.9", "Cerebral infarction, unspecified", 0, 1.4, (45, 120)),
    Diagnosis("S72.0", "Fracture of neck of femur", 0, 1.6, (65, 120), women=2.2),
    Diagnosis("K35.8", "Acute appendicitis, other and unspecified", 0, 0.8, (16, 60), fever=1.4),
    Diagnosis("K80.2", "Calculus of gallbladder without cholecystitis", 0.6, 1, (25, 120),
              women=1.8),
    Diagnosis("P59.9", "Neonatal jaundice, unspecified", 1, 6, (0, 0.08)),
    Diagnosis("Z38.0", "Singleton, born in hospital", 0, 2, (0, 0.02)),
)  # fmt: skip

DIAGNOSES = (*CHRONIC, *PASSING)
CHRONIC_INDEX = {diagnosis.code: index for index, diagnosis in enumerate(CHRONIC)}


def draw_chronic(
    rng: np.random.Generator, age: Floats, female: Bools, bmi: Floats, smoked: Bools
) -> Bools:
    """Who has which chronic condition: one row a person, one column a condition of CHRONIC.

    age: years.  bmi: kg/m2.  smoked: now or formerly.
    """
    has = np.zeros((len(age), len(CHRONIC)), dtype=bool)
    for column, diagnosis in enumerate(CHRONIC):
        odds = _prevalence(diagnosis, age, female)
        odds *= _raised(diagnosis.code, has, bmi, smoked)
        has[:, column] = rng.random(len(age)) < odds
    has[:, CHRONIC_INDEX["E66.9"]] = (bmi >= 30) & (age >= 18) & (rng.random(len(age)) < 0.6)
    has[has[:, CHRONIC_INDEX["N18.4"]], CHRONIC_INDEX["N18.3"]] = False
    return has


def _prevalence(diagnosis: Diagnosis, age: Floats, female: Bools) -> Floats:
    if not diagnosis.chronic:
        return np.zeros(len(age))
    men, women = 2 / (1 + diagnosis.women), 2 * diagnosis.women / (1 + diagnosis.women)
    base = np.interp(age, AGES, diagnosis.chronic) * np.where(female, women, men)
    return np.where((age >= diagnosis.ages[0]) & (age <= diagnosis.ages[1]), base, 0.0)


def _raised(code: str, has: Bools, bmi: Floats, smoked: Bools) -> Floats:
    """How much the likelihood is raised by what a person already has; about 1 on average."""

    def ill(other: str) -> Bools:
        column: Bools = has[:, CHRONIC_INDEX[other]]
        return column

    raised = np.ones(len(bmi))
    match code:
        case "I10" | "E78.5":
            raised = np.interp(bmi, (20, 27, 38), (0.6, 1.0, 1.6))
        case "E11.9":
            raised = np.interp(bmi, (20, 27, 33, 40), (0.3, 0.9, 1.9, 3.0))
        case "N18.3" | "N18.4":
            raised = np.where(ill("E11.9"), 2.4, 0.8) * np.where(ill("I10"), 1.3, 0.7)
        case "J44.9":
            raised = np.where(smoked, 2.0, 0.15)
        case "I48.9" | "I25.9":
            raised = np.where(ill("I10"), 1.4, 0.7) * np.where(ill("E11.9"), 1.3, 0.95)
        case "I50.9":
            raised = np.where(ill("I25.9"), 2.6, 0.6) * np.where(ill("I48.9"), 1.8, 0.8)
    return raised
