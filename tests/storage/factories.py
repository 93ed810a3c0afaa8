"""Small synthetic records, straight into the store; every surname is the canary."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.storage.acting import acting
from clinicdesk.storage.database import Database
from clinicdesk.storage.tables import (
    AllergyRow,
    ConditionRow,
    EncounterRow,
    ImportFileRow,
    ImportRunRow,
    MedicationRow,
    ObservationRow,
    PatientRow,
    UserRow,
)
from tests.conftest import CANARY

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def database_of(clinic: Clinic) -> Database:
    """The database beneath an unlocked store: a test may look inside."""
    return clinic._database


@contextmanager
def changing(database: Database, reason: str = "A test") -> Iterator[Session]:
    """A unit of work that may change clinical rows: in the name of the first account."""
    with database.writing() as session:
        user = session.scalars(select(UserRow)).first() or _user(session)
        with acting(session, user.id, reason, NOON):
            yield session


def _user(session: Session) -> UserRow:
    row = UserRow(
        user_id="00",
        login="someone",
        display_name="",
        role="clinician",
        status="active",
        public_key="",
        created_at=NOON,
    )
    session.add(row)
    session.flush()
    return row


def add_file(database: Database, name: str = "patients.csv") -> int:
    """An import of one file; its id is what rows refer to."""
    with database.writing() as session:
        run = ImportRunRow(started_at=NOON, timezone="Europe/Berlin", counts="{}")
        session.add(run)
        session.flush()
        file = ImportFileRow(import_id=run.id, name=name, sha256="0" * 64, preset="test", rows=1)
        session.add(file)
        session.flush()
        return file.id


def add_patient(
    database: Database,
    mrn: str,
    family: str = CANARY,
    given: str = "Ann",
    born: date | None = date(1945, 7, 14),
    **more: Any,
) -> PatientId:
    row = PatientRow(
        mrn=mrn,
        source="test",
        family_name=family,
        given_name=given,
        birth_date=born,
        gender=more.pop("gender", "female"),
        updated_at=NOON,
        **more,
    )
    return PatientId(_added(database, row))


def add_observation(
    database: Database,
    patient: PatientId,
    code: str,
    value: float | None,
    *,
    unit: str = "/min",
    at: datetime = NOON,
    **more: Any,
) -> int:
    row = ObservationRow(
        patient_id=patient,
        code=code,
        effective_at=at,
        value=value,
        unit=unit,
        original_value=more.pop("original_value", str(value)),
        original_unit=more.pop("original_unit", unit),
        source=more.pop("source", "test"),
        **more,
    )
    return _added(database, row)


def add_encounter(database: Database, patient: PatientId, number: str, **more: Any) -> int:
    row = EncounterRow(
        patient_id=patient,
        number=number,
        source="test",
        class_=more.pop("class_", "AMB"),
        started_at=more.pop("started_at", NOON),
        **more,
    )
    return _added(database, row)


def add_condition(database: Database, patient: PatientId, display: str, onset: str = "") -> int:
    return _added(
        database,
        ConditionRow(patient_id=patient, display=display, onset=onset, source="test"),
    )


def add_medication(database: Database, patient: PatientId, display: str, authored: str = "") -> int:
    return _added(
        database,
        MedicationRow(patient_id=patient, display=display, authored_on=authored, source="test"),
    )


def add_allergy(database: Database, patient: PatientId, display: str, recorded: str = "") -> int:
    return _added(
        database,
        AllergyRow(patient_id=patient, display=display, recorded_on=recorded, source="test"),
    )


def _added(database: Database, row: Any) -> int:
    with database.writing() as session:
        session.add(row)
        session.flush()
        return int(row.id)
