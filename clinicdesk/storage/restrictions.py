"""Which records are restricted, and to whom they are open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.restriction import Grant, Restriction
from clinicdesk.storage.tables import RecordGrantRow, RestrictionRow, UserRow

_IS_RESTRICTED = select(RestrictionRow.id).where(  # built once: it goes before every reading
    RestrictionRow.patient_id == bindparam("patient_id"), RestrictionRow.lifted_at.is_(None)
)


def is_restricted(session: Session, patient_id: PatientId) -> bool:
    """Whether the record is open to few."""
    return session.scalar(_IS_RESTRICTED, {"patient_id": patient_id}) is not None


def find(session: Session, patient_id: PatientId) -> Restriction | None:
    """Why the record is restricted, None when it is not."""
    query = (
        select(RestrictionRow, UserRow.login)
        .join(UserRow, UserRow.id == RestrictionRow.user_id)
        .where(_in_force(patient_id))
    )
    row = session.execute(query).one_or_none()
    return Restriction(row[0].reason, row[1], row[0].at) if row else None


def restrict(
    session: Session, patient_id: PatientId, reason: str, *, user_id: int, at: datetime
) -> None:
    """Restrict a record; whoever does is granted it."""
    session.add(RestrictionRow(patient_id=patient_id, reason=reason, user_id=user_id, at=at))
    grant(session, patient_id, user_id, granted_by=user_id, at=at)


def lift(
    session: Session, patient_id: PatientId, reason: str, *, user_id: int, at: datetime
) -> None:
    """Open the record to everybody whose role reads records; its grants go with it."""
    row = session.scalars(select(RestrictionRow).where(_in_force(patient_id))).one()
    row.lifted_by, row.lifted_at, row.lifted_because = user_id, at, reason
    session.execute(delete(RecordGrantRow).where(RecordGrantRow.patient_id == patient_id))


def is_granted(session: Session, patient_id: PatientId, user_id: int) -> bool:
    """Whether a restricted record is open to this account."""
    return session.get(RecordGrantRow, (patient_id, user_id)) is not None


def closed_to(session: Session, user_id: int) -> Sequence[int]:
    """Row ids of the patients whose records are restricted and not granted to this account."""
    mine = select(RecordGrantRow.patient_id).where(RecordGrantRow.user_id == user_id)
    restricted = select(RestrictionRow.patient_id).where(RestrictionRow.lifted_at.is_(None))
    return session.scalars(restricted.where(RestrictionRow.patient_id.not_in(mine))).all()


def grant(
    session: Session, patient_id: PatientId, user_id: int, *, granted_by: int, at: datetime
) -> None:
    """Open a restricted record to an account."""
    session.merge(
        RecordGrantRow(patient_id=patient_id, user_id=user_id, granted_by=granted_by, at=at)
    )


def withdraw(session: Session, patient_id: PatientId, user_id: int) -> None:
    """Close it to that account again."""
    mine = (RecordGrantRow.patient_id == patient_id) & (RecordGrantRow.user_id == user_id)
    session.execute(delete(RecordGrantRow).where(mine))


def grants(session: Session, patient_id: PatientId) -> Sequence[Grant]:
    """To whom a restricted record is open, by login."""
    holder, granter = aliased(UserRow), aliased(UserRow)
    query = (
        select(holder.login, granter.login, RecordGrantRow.at)
        .join(holder, holder.id == RecordGrantRow.user_id)
        .join(granter, granter.id == RecordGrantRow.granted_by)
        .where(RecordGrantRow.patient_id == patient_id)
        .order_by(holder.login)
    )
    return [Grant(login, by, at) for login, by, at in session.execute(query)]


def _in_force(patient_id: PatientId) -> ColumnElement[bool]:
    return (RestrictionRow.patient_id == patient_id) & RestrictionRow.lifted_at.is_(None)
