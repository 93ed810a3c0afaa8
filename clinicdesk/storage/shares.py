"""Which account is which patient's, and what of the record lies ready for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import Patient, PatientId
from clinicdesk.domain.risk import RiskAssessment
from clinicdesk.domain.shared import PatientAccount, SharedCopy
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage import (
    allergies,
    conditions,
    encounters,
    medications,
    observations,
    patients,
    risks,
    store,
)
from clinicdesk.storage.tables import PatientAccountRow, UserRow

_Sourced = TypeVar(
    "_Sourced", Patient, AllergyIntolerance, Condition, MedicationRequest, Encounter, Observation
)


def link(session: Session, account_id: int, patient_id: PatientId, at: datetime) -> None:
    """Say whose account it is."""
    session.add(PatientAccountRow(user_id=account_id, patient_id=patient_id, linked_at=at))


def unlink(session: Session, account_id: int) -> None:
    """Say that it is nobody's."""
    session.execute(delete(PatientAccountRow).where(PatientAccountRow.user_id == account_id))


def find(session: Session, account_id: int) -> PatientAccount | None:
    """Whose the account is, None when it is nobody's."""
    found = _read(session, PatientAccountRow.user_id == account_id)
    return found[0] if found else None


def get(session: Session, account_id: int, patient_id: PatientId) -> PatientAccount:
    """The account of this patient; raise `RecordNotFound` when it is not theirs."""
    found = find(session, account_id)
    if found is None or found.patient.id != patient_id:
        raise RecordNotFound(
            "This account is not the patient's. An administrator links an account to a patient."
        )
    return found


def of_patient(session: Session, patient_id: PatientId) -> Sequence[PatientAccount]:
    """The accounts of a patient, by login."""
    return _read(session, PatientAccountRow.patient_id == patient_id)


def note_shared(session: Session, account_id: int, *, by: int, at: datetime) -> None:
    """Note that a copy lies ready since now."""
    row = session.get_one(PatientAccountRow, account_id)
    row.shared_at, row.shared_by = at, by


def note_revoked(session: Session, account_id: int) -> None:
    """Note that no copy lies ready any more."""
    row = session.get_one(PatientAccountRow, account_id)
    row.shared_at = row.shared_by = None


def copy(session: Session, patient_id: PatientId, at: datetime) -> SharedCopy:
    """What the record says, without the files it came from."""
    facts = store.read(session)
    return SharedCopy(
        clinic_name=facts.clinic_name,
        timezone=facts.timezone,
        shared_at=at,
        patient=_without_source(patients.get(session, patient_id)),
        allergies=[_without_source(each) for each in allergies.of_patient(session, patient_id)],
        conditions=[_without_source(each) for each in conditions.of_patient(session, patient_id)],
        medications=[_without_source(each) for each in medications.of_patient(session, patient_id)],
        encounters=[_without_source(each) for each in encounters.of_patient(session, patient_id)],
        observations=[
            _without_source(each) for each in observations.of_patient(session, patient_id)
        ],
        risks=_newest_of_each_model(risks.of_patient(session, patient_id), at),
    )


def _without_source(value: _Sourced) -> _Sourced:
    return replace(value, provenance=None)


def _newest_of_each_model(
    newest_first: Sequence[RiskAssessment], at: datetime
) -> list[RiskAssessment]:
    """Of those that still hold; the patient is shown no number that is over."""
    by_model: dict[str, RiskAssessment] = {}
    for each in newest_first:
        by_model.setdefault(each.estimate.model, each)
    return [each for each in by_model.values() if not each.over(at)]


def _read(session: Session, wanted: ColumnElement[bool]) -> list[PatientAccount]:
    owner, sharer = aliased(UserRow), aliased(UserRow)
    query = (
        select(PatientAccountRow, owner.login, sharer.login)
        .join(owner, owner.id == PatientAccountRow.user_id)
        .outerjoin(sharer, sharer.id == PatientAccountRow.shared_by)
        .where(wanted)
        .order_by(owner.login)
    )
    rows = session.execute(query).all()
    ids = [PatientId(row.patient_id) for row, _, _ in rows]
    people = {person.id: person for person in patients.summaries(session, ids)}
    return [
        PatientAccount(
            account_id=row.user_id,
            login=login,
            patient=people[PatientId(row.patient_id)],
            linked_at=row.linked_at,
            shared_at=row.shared_at,
            shared_by=by or "",
        )
        for row, login, by in rows
    ]
