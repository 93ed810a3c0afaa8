"""Emergencies in which a restricted record was opened, and their review."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.restriction import GLASS_BROKEN, EmergencyAccess, is_running
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage import patients
from clinicdesk.storage.tables import EmergencyAccessRow, UserRow


def open_record(
    session: Session, patient_id: PatientId, reason: str, *, user_id: int, at: datetime
) -> EmergencyAccess:
    """Open a restricted record to an account, for 60 minutes."""
    row = EmergencyAccessRow(
        patient_id=patient_id,
        user_id=user_id,
        reason=reason,
        at=at,
        expires_at=at + GLASS_BROKEN,
    )
    session.add(row)
    session.flush()
    return get(session, row.id)


def is_open(session: Session, patient_id: PatientId, user_id: int, now: datetime) -> bool:
    """Whether an emergency opens the record to the account now."""
    query = select(EmergencyAccessRow.at, EmergencyAccessRow.expires_at).where(
        EmergencyAccessRow.patient_id == patient_id,
        EmergencyAccessRow.user_id == user_id,
        EmergencyAccessRow.expires_at > now,
    )
    return any(is_running(at, until, now) for at, until in session.execute(query))


def open_to(session: Session, user_id: int, now: datetime) -> Sequence[EmergencyAccess]:
    """What emergencies open to the account now, the oldest first."""
    mine = (EmergencyAccessRow.user_id == user_id) & (EmergencyAccessRow.expires_at > now)
    found = _read(session, mine)
    return [each for each in found if is_running(each.at, each.expires_at, now)]


def to_review(session: Session) -> Sequence[EmergencyAccess]:
    """What nobody has reviewed yet, the oldest first."""
    return _read(session, EmergencyAccessRow.reviewed_at.is_(None))


def reviewed(session: Session) -> Sequence[EmergencyAccess]:
    """What was reviewed, the oldest first."""
    return _read(session, EmergencyAccessRow.reviewed_at.is_not(None))


def get(session: Session, id: int) -> EmergencyAccess:
    """One of them; raise `RecordNotFound` when there is none."""
    found = _read(session, EmergencyAccessRow.id == id)
    if not found:
        raise RecordNotFound("There is no such emergency access. Look at the queue again.")
    return found[0]


def sign_off(session: Session, id: int, comment: str, *, user_id: int, at: datetime) -> None:
    """Note what the review found. It ends an access that still ran: nothing follows a review."""
    row = session.get_one(EmergencyAccessRow, id)
    row.reviewed_by, row.reviewed_at, row.comment = user_id, at, comment
    row.expires_at = min(row.expires_at, at)


def _read(session: Session, wanted: ColumnElement[bool]) -> Sequence[EmergencyAccess]:
    opener, reviewer = aliased(UserRow), aliased(UserRow)
    query = (
        select(EmergencyAccessRow, opener.login, reviewer.login)
        .join(opener, opener.id == EmergencyAccessRow.user_id)
        .outerjoin(reviewer, reviewer.id == EmergencyAccessRow.reviewed_by)
        .where(wanted)
        .order_by(EmergencyAccessRow.at, EmergencyAccessRow.id)
    )
    rows = session.execute(query).all()
    ids = [PatientId(row.patient_id) for row, _, _ in rows]
    people = {person.id: person for person in patients.summaries(session, ids)}
    return [
        EmergencyAccess(
            id=row.id,
            patient=people[PatientId(row.patient_id)],
            login=login,
            reason=row.reason,
            at=row.at,
            expires_at=row.expires_at,
            reviewed_by=reviewer_login or "",
            reviewed_at=row.reviewed_at,
            comment=row.comment,
        )
        for row, login, reviewer_login in rows
    ]
