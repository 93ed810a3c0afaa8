"""Find events of the audit, newest first, with the words for whom and what they are about."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clinicdesk.domain.audit import AuditEvent, AuditFilter, Seen
from clinicdesk.domain.display import (
    mrn_text,
    name_text,
)
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage import patients
from clinicdesk.storage.tables import UserRow
from clinicdesk.storage.trail_tables import NOT_AS_USUAL, AuditEventRow

_EVENT = AuditEventRow


def find(
    session: Session, wanted: AuditFilter, *, before: int | None = None, limit: int, names: bool
) -> list[AuditEvent]:
    """The newest events of the filter that are older than `before`. names: of patients too."""
    query = _narrowed(select(_EVENT), wanted).order_by(_EVENT.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(_EVENT.seq < before)
    rows = session.scalars(query).all()
    logins = _logins(session, rows)
    known = _patients(session, rows) if names else {}
    return [_event(row, logins, known) for row in rows]


def seen(session: Session, patient_id: PatientId) -> list[Seen]:
    """Who saw or changed a record, each once, the latest first."""
    said_no = _EVENT.outcome == "denied"
    done = func.count().filter(~said_no)
    last = func.max(_EVENT.at)
    query = (
        select(
            _EVENT.user_id,
            UserRow.login,
            _EVENT.role,
            done,
            func.min(_EVENT.at),
            last,
            func.max(_EVENT.outcome == "emergency"),
            func.count().filter(said_no),
        )
        .outerjoin(UserRow, UserRow.id == _EVENT.user_id)
        .where(
            _EVENT.object_type == "patient",
            _EVENT.object_id == str(patient_id),
            ~_EVENT.action.startswith("audit."),  # to ask who saw a record is not to see it
        )
        .group_by(_EVENT.user_id, UserRow.login, _EVENT.role)
        .order_by(last.desc())
    )
    return [
        Seen(user_id, login or "", role, times, first, latest, bool(emergency), denied)
        for user_id, login, role, times, first, latest, emergency, denied in session.execute(query)
    ]


def _narrowed(query: Select[Any], wanted: AuditFilter) -> Select[Any]:
    if wanted.user_id is not None:
        query = query.where(_EVENT.user_id == wanted.user_id)
    if wanted.actions:
        query = query.where(_EVENT.action.in_(wanted.actions))
    if wanted.patient_id is not None:
        query = query.where(
            _EVENT.object_type == "patient", _EVENT.object_id == str(wanted.patient_id)
        )
    if wanted.outcome:
        query = query.where(_EVENT.outcome == wanted.outcome)
        if wanted.outcome != "success":
            query = query.where(NOT_AS_USUAL)  # lets the index of those be used
    if wanted.since:
        query = query.where(_EVENT.at >= wanted.since)
    if wanted.until:
        query = query.where(_EVENT.at < wanted.until)
    return query


def _logins(session: Session, rows: Sequence[AuditEventRow]) -> dict[int, str]:
    """Of whoever did something, and of whom something was done to."""
    ids = {row.user_id for row in rows} | {_object(row, "user") for row in rows}
    query = select(UserRow.id, UserRow.login).where(UserRow.id.in_(ids - {None}))
    return {row.id: row.login for row in session.execute(query)}


def _patients(session: Session, rows: Sequence[AuditEventRow]) -> dict[int, str]:
    ids = {PatientId(id) for row in rows if (id := _object(row, "patient")) is not None}
    return {
        found.id: f"{name_text(found)} ({mrn_text(found)})"
        for found in patients.summaries(session, sorted(ids))
    }


def _object(row: AuditEventRow, kind: str) -> int | None:
    return int(row.object_id) if row.object_type == kind and row.object_id.isdecimal() else None


def _event(row: AuditEventRow, logins: dict[int, str], known: dict[int, str]) -> AuditEvent:
    user, patient = _object(row, "user"), _object(row, "patient")
    return AuditEvent(
        seq=row.seq,
        at=row.at,
        user_id=row.user_id,
        login=logins.get(row.user_id or 0, ""),
        role=row.role,
        action=row.action,
        object_type=row.object_type,
        object_id=row.object_id,
        object=logins.get(user or 0, "") or known.get(patient or 0, ""),
        outcome=row.outcome,
        detail=_detail(row.detail),
    )


def _detail(text: str) -> dict[str, Any]:
    """What was noted besides; what somebody else put there is shown as nothing."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
