"""Synthetic patients with everything a page can show."""

from datetime import date, datetime, timedelta

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.storage.database import Database
from clinicdesk.storage.tables import ObservationRow
from tests.storage.factories import (
    add_allergy,
    add_condition,
    add_encounter,
    add_file,
    add_medication,
    add_patient,
    database_of,
)

VITALS = {"8867-4": 72.0, "8480-6": 128.0, "8462-4": 84.0, "9279-1": 16.0, "59408-5": 97.0}
RESULTS = {"39156-5": 31.4, "2345-7": 148.0, "2160-0": 1.1, "29463-7": 82.5}
FULL = 6  # patients with readings


def fill(
    clinic: Clinic, now: datetime, born: date, family: str, *, hours: timedelta
) -> list[PatientId]:
    """Add twelve patients; a third of them men, every fourth has died."""
    database = database_of(clinic)
    file = add_file(database, "vitals.csv")
    ids = [
        add_patient(
            database,
            f"M{at:04}",
            f"{family}{at:02}",
            "Ann",
            born + timedelta(days=500 * at),
            gender="male" if at % 3 == 2 else "female",
            deceased_on=date(2026, 1, 9) if at % 4 == 3 else None,
            prefix="Dr",
        )
        for at in range(12)
    ]
    for at, patient in enumerate(ids[:FULL]):
        _readings(database, patient, [now - hours * n for n in range(12)], at, file=file)
        add_condition(database, patient, "Essential hypertension", "2011-03-04")
        add_medication(database, patient, "Lisinopril 10 mg tablet", "2011-03-04")
        add_encounter(database, patient, f"E{at}", started_at=now - timedelta(days=5))
    add_allergy(database, ids[0], "Penicillin V", "2026-02-03")
    return ids


def _readings(
    database: Database, patient: PatientId, times: list[datetime], shift: int, *, file: int
) -> None:
    """Vital signs at these times and one result of each kind; `shift` tells patients apart."""
    with database.writing() as session:
        for when in times:
            for code, value in VITALS.items():
                session.add(observation(patient, code, value + shift, when, file))
        for code, value in RESULTS.items():
            early = times[0] - timedelta(days=20)
            session.add(observation(patient, code, value + shift, early, file))


def observation(
    patient: PatientId, code: str, value: float, at: datetime, file: int | None = None
) -> ObservationRow:
    concept = catalog()[code]
    return ObservationRow(
        patient_id=patient,
        code=code,
        display=concept.display,
        effective_at=at,
        value=value,
        unit=concept.unit,
        original_value=str(value),
        original_unit=concept.unit,
        source="test",
        file_id=file,
        row=1 if file else None,
    )
