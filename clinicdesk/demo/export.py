"""The hospital's files: one CSV a table, as the importer of a clinic meets them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from clinicdesk.demo import allergies
from clinicdesk.demo.allergies import SUBSTANCES, Allergies
from clinicdesk.demo.arrays import Ints, Texts, blanked, days_as_text, numbers_as_text, texts
from clinicdesk.demo.checkups import Written
from clinicdesk.demo.diagnoses import CHRONIC, DIAGNOSES
from clinicdesk.demo.people import People
from clinicdesk.demo.prescriptions import Prescriptions, column, prescribed_on
from clinicdesk.demo.readings import Readings
from clinicdesk.demo.visits import Visits

Table = Mapping[str, Texts]

PATIENTS, VISITS = "patients.csv", "visits.csv"
ALLERGIES = "allergies.csv"
PRESCRIPTIONS, OBSERVATIONS = "prescriptions.csv", "observations.csv"
SMOKING = texts(["Never", "Former", "Current"])
ALCOHOL = texts(["Never", "Moderate", "Heavy"])
ACTIVITY = texts(["Low", "Moderate", "High"])
YES, NO = texts(["Yes", "True", "1", "yes"]), texts(["No", "False", "0", "no"])


def append(path: Path, table: Table) -> None:
    """Write the rows below what the file has; a new file gets a header."""
    frame = pd.DataFrame(dict(table))
    frame.to_csv(path, mode="a", header=not path.exists(), index=False, lineterminator="\n")


def patients(rng: np.random.Generator, people: People) -> Table:
    """Who they are; habits and weight are missing as often as elsewhere, save of the cast."""
    cast = len(people.characters)
    return {
        "patient_id": people.mrn,
        "family_name": people.family,
        "given_name": people.given,
        "birth_date": days_as_text(people.born),
        "gender": people.gender,
        "location": blanked(rng, people.address, 0.03, cast),
        "phone": blanked(rng, people.phone, 0.12, cast),
        "bmi": blanked(rng, numbers_as_text(people.bmi, 1), 0.1, cast),
        "smoker_status": blanked(rng, SMOKING[people.smoker], 0.08, cast),
        "alcohol_use": blanked(rng, ALCOHOL[people.alcohol], 0.15, cast),
        "physical_activity_level": blanked(rng, ACTIVITY[people.activity], 0.25, cast),
        "chronic_conditions": _conditions(people),
        "allergies": allergies.answers(rng, people),
        "registration_date": days_as_text(people.registered),
        "deceased_date": days_as_text(people.died),
        "insurance_type": blanked(rng, people.insurance, 0.05, cast),
    }


def intolerances(found: Allergies, people: People) -> Table:
    """One allergy a line, as it was told at registration."""
    named = [SUBSTANCES[row] for row in found.substance]
    return {
        "patient_id": people.mrn[found.who],
        "allergen": texts([substance.name for substance in named]),
        "category": texts([substance.category for substance in named]),
        "reaction": found.reaction,
        "severity": found.severity,
        "recorded_date": days_as_text(people.registered[found.who]),
    }


def visits(rng: np.random.Generator, people: People, table: Visits, written: Written) -> Table:
    """Every visit and stay; readmission in the four spellings that exports have."""
    code = texts([diagnosis.code for diagnosis in DIAGNOSES])[table.reason]
    text = texts([diagnosis.text for diagnosis in DIAGNOSES])[table.reason]
    spelling = rng.integers(0, len(YES), len(table))
    back = texts(np.where(table.readmitted, YES[spelling], NO[spelling]))
    return {
        "visit_id": texts([""] * len(table)),  # numbered by the generator, across batches
        "patient_id": people.mrn[table.who],
        "visit_date": np.datetime_as_string(table.start).astype(object),
        "visit_type": texts(np.where(table.stay, "Inpatient", "Outpatient")),
        "diagnosis_code": code,
        "diagnosis_description": text,
        "severity_score": blanked(rng, table.severity.astype(str).astype(object), 0.04),
        "blood_pressure": written.blood_pressure,
        "glucose_level_mg_dl": written.glucose,
        "heart_rate": written.heart_rate,
        "length_of_stay": texts(np.where(table.present, "", numbers_as_text(table.days, 1))),
        "previous_visit_gap_days": numbers_as_text(table.gap, 0),
        "readmitted_within_30_days": texts(np.where(table.stay & ~table.present, back, "")),
    }


def prescriptions(lines: Prescriptions, table: Visits, mrn: Texts, visit_ids: Texts) -> Table:
    """What was prescribed, when, how much."""
    return {
        "prescription_id": texts([""] * len(lines)),  # as above
        "visit_id": texts(np.where(lines.linked, visit_ids[lines.visit], "")),
        "patient_id": mrn[table.who[lines.visit]],
        "drug_name": column(lines, "name"),
        "drug_category": column(lines, "category"),
        "dosage": column(lines, "dosage"),
        "quantity": numbers_as_text(lines.quantity, 0),
        "days_supply": column(lines, "days"),
        "prescribed_date": days_as_text(prescribed_on(lines, table)),
        "refill_count": lines.refills.astype(str).astype(object),
    }


def observations(people: People, blocks: Sequence[Readings]) -> Table:
    """All results of these people, by patient and time."""
    who = np.concatenate([block.who for block in blocks])
    at = np.concatenate([block.at for block in blocks])
    order = np.lexsort((at, who))
    lengths = [len(block) for block in blocks]
    return {
        "patient_id": people.mrn[who[order]],
        "timestamp": np.datetime_as_string(at[order]).astype(object),
        "code": np.repeat(texts([block.code for block in blocks]), lengths)[order],
        "value": np.concatenate([block.value for block in blocks])[order],
        "unit": np.repeat(texts([block.unit for block in blocks]), lengths)[order],
    }


def numbered(prefix: str, first: int, count: int, digits: int) -> Texts:
    """`count` identifiers in a row."""
    return texts([f"{prefix}{number:0{digits}d}" for number in range(first, first + count)])


def _conditions(people: People) -> Texts:
    """The chronic conditions, `Migraine, unspecified (G43.9)`, between semicolons."""
    lists: list[list[str]] = [[] for _ in range(len(people))]
    rows: Ints = np.argwhere(people.chronic)
    for person, condition in rows:
        lists[person].append(f"{CHRONIC[condition].text} ({CHRONIC[condition].code})")
    return texts(["; ".join(words) for words in lists])
