"""The files and rows behind a row of the record, also behind what it said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage import history
from clinicdesk.storage.base import Base
from clinicdesk.storage.tables import ImportFileRow, ImportRunRow, UserRow


@dataclass(frozen=True, slots=True)
class Place:
    """A row of an imported file, and the import that read it. plan: JSON."""

    import_id: int
    imported_at: datetime
    by: str = field(repr=False)
    timezone: str
    plan: str = field(repr=False)
    file: str
    sha256: str
    row: int
    record: Mapping[str, Any] = field(repr=False)  # what the record said when it was from there


def of_row(
    session: Session, patient_id: PatientId, kind: Recorded, row_id: int
) -> tuple[list[Place], list[Change]]:
    """The places the row came from, newest first, and its changes, newest first."""
    table = Base.metadata.tables[kind]
    owner = table.c.id if kind is Recorded.PATIENT else table.c.patient_id
    query = select(table).where(table.c.id == row_id, owner == patient_id)
    now = session.execute(query).mappings().one_or_none()
    if now is None or "file_id" not in now:
        raise RecordNotFound("This is not in the record any more. Open the record again.")
    changes = history.of_row(session, kind, row_id)
    states: Sequence[Mapping[str, Any]] = [dict(now), *(change.before for change in changes)]
    places: dict[tuple[int, int], Place] = {}
    for state in states:
        at = (state["file_id"], state["row"])
        if None not in at and at not in places:
            places[at] = _place(session, state)
    return list(places.values()), changes


def _place(session: Session, state: Mapping[str, Any]) -> Place:
    query = (
        select(ImportFileRow, ImportRunRow, UserRow.login)
        .join(ImportRunRow, ImportRunRow.id == ImportFileRow.import_id)
        .outerjoin(UserRow, UserRow.id == ImportRunRow.user_id)
        .where(ImportFileRow.id == state["file_id"])
    )
    file, run, login = session.execute(query).one()
    return Place(
        run.id,
        run.started_at,
        login or "",
        run.timezone,
        run.plan,
        file.name,
        file.sha256,
        state["row"],
        state,
    )
