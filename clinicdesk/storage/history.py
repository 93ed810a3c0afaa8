"""Read what rows said before they were changed, who changed them, when and why."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Date, Select, Table, select
from sqlalchemy.orm import Session

from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.base import Base
from clinicdesk.storage.tables import UserRow
from clinicdesk.storage.trail_tables import ChangeRow
from clinicdesk.storage.types import Instant, from_millis

_BATCH = 500  # ids a statement
_Key = tuple[str, int]  # table, row


def of_patient(session: Session, patient_id: PatientId, most: int = 1000) -> list[Change]:
    """The changes of a patient's record, newest first. most: how many."""
    mine = _query().where(ChangeRow.patient_id == patient_id)
    return _changes(session, mine.limit(most))


def of_row(session: Session, kind: Recorded, row_id: int, since: int = 1) -> list[Change]:
    """The changes of one row, newest first. since: from this version on."""
    mine = (ChangeRow.table_name == kind) & (ChangeRow.row_id == row_id)
    return _changes(session, _query().where(mine, ChangeRow.version >= since))


def with_ids(session: Session, ids: Sequence[int]) -> list[Change]:
    """These changes, newest first; of each row there must be none after them that is left out."""
    return _changes(session, _query().where(ChangeRow.id.in_(ids)))


def digest(session: Session, change: Change) -> str:
    """SHA-256 of a change as it was kept: what the audit notes, so that both must agree."""
    row = session.get_one(ChangeRow, change.id)
    said = [getattr(row, column.key) for column in ChangeRow.__table__.columns]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def _query() -> Select[ChangeRow, str]:
    query = select(ChangeRow, UserRow.login).join(UserRow, UserRow.id == ChangeRow.user_id)
    return query.order_by(ChangeRow.id.desc())


def _changes(session: Session, query: Select[ChangeRow, str]) -> list[Change]:
    """Step back from what the rows say now, one change at a time."""
    found = [(row, login) for row, login in session.execute(query)]
    states = dict(_rows_now(session, {(row.table_name, row.row_id) for row, _ in found}))
    newest = {key: state["version"] for key, state in states.items()}
    changes = []
    for row, login in found:
        key = row.table_name, row.row_id
        after = states[key]
        before = after | _old_values(Base.metadata.tables[row.table_name], row.before)
        changes.append(_change(row, login, before, after, newest[key] == row.version + 1))
        states[key] = before
    return changes


def _rows_now(session: Session, keys: set[_Key]) -> Iterator[tuple[_Key, dict[str, Any]]]:
    for name in {table for table, _ in keys}:
        table = Base.metadata.tables[name]
        ids = [row_id for each, row_id in keys if each == name]
        for first in range(0, len(ids), _BATCH):
            query = select(table).where(table.c.id.in_(ids[first : first + _BATCH]))
            for row in session.execute(query).mappings():
                yield (name, row["id"]), dict(row)


def _old_values(table: Table, before: str) -> dict[str, Any]:
    kept: Mapping[str, Any] = json.loads(before)
    return {name: _value(table.c[name], value) for name, value in kept.items()}


def _value(column: Column[Any], kept: Any) -> Any:
    """What the column's type makes of what JSON held."""
    if kept is None:
        return None
    if isinstance(column.type, Instant):
        return from_millis(kept)
    if isinstance(column.type, Date):
        return date.fromisoformat(kept)
    return bool(kept) if isinstance(column.type, Boolean) else kept


def _change(
    row: ChangeRow,
    login: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    is_newest: bool,
) -> Change:
    return Change(
        id=row.id,
        kind=Recorded(row.table_name),
        row_id=row.row_id,
        patient_id=PatientId(row.patient_id),
        version=row.version,
        at=row.at,
        by=login,
        reason=row.reason,
        import_id=row.import_id,
        before=before,
        after=after,
        is_newest=is_newest,
    )
