"""Keep what somebody typed and has not saved, for nobody but them."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from clinicdesk.domain.draft import Draft
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.trail_tables import DraftRow


def save(session: Session, user_id: int, draft: Draft) -> None:
    """Keep a draft, in the place of the one before."""
    row = session.scalar(select(DraftRow).where(_mine(user_id, draft.place)))
    if row is None:
        row = DraftRow(user_id=user_id, place=draft.place)
        session.add(row)
    row.patient_id = draft.patient_id
    row.content = json.dumps({"focus": draft.focus, "fields": dict(draft.content)})
    row.saved_at = draft.saved_at


def of_user(session: Session, user_id: int) -> list[Draft]:
    """Somebody's drafts, the newest first."""
    query = select(DraftRow).where(DraftRow.user_id == user_id)
    rows = session.scalars(query.order_by(DraftRow.saved_at.desc(), DraftRow.id.desc()))
    return [_draft(row) for row in rows]


def discard(session: Session, user_id: int, place: str) -> None:
    """Forget a draft: it was saved, or given up."""
    session.execute(delete(DraftRow).where(_mine(user_id, place)))


def discard_old(session: Session, user_id: int, before: datetime) -> None:
    """Forget what nobody came back for."""
    old = (DraftRow.user_id == user_id) & (DraftRow.saved_at < before)
    session.execute(delete(DraftRow).where(old))


def _mine(user_id: int, place: str) -> ColumnElement[bool]:
    return (DraftRow.user_id == user_id) & (DraftRow.place == place)


def _draft(row: DraftRow) -> Draft:
    kept: Mapping[str, Mapping[str, str]] = json.loads(row.content)
    patient_id = None if row.patient_id is None else PatientId(row.patient_id)
    return Draft(row.place, patient_id, kept["fields"], str(kept["focus"]), row.saved_at)
