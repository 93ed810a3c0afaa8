"""What the kept files say, all imports after another, beside the record: then one into the other.

The imports are loaded again into an empty database of their own, encrypted under a key that is
never written down. It has the row ids of the patients and visits of the record and nothing that the
record says of them. What it says in the end is then loaded into the record as an import would be:
where the record says the same, nothing changes, and what people corrected stays.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from clinicdesk.storage import acting, schema
from clinicdesk.storage.database import Database, driver_connection
from clinicdesk.storage.imports import TARGETS, Loader, close_allergies
from clinicdesk.storage.replacing import remove
from clinicdesk.storage.tables import ImportRunRow
from clinicdesk.storage.trail_tables import ActingRow

_NAME = "reread.db"
_BATCH = 5000  # rows at a time
_AS_THEY_ARE = ("user", "import_run", "import_file")
_SKELETON: Mapping[str, Mapping[str, str]] = {  # table -> column -> what stands for its value
    "patient": {
        "id": "id",
        "mrn": "mrn",
        "mrn_system": "mrn_system",
        "source": "source",
        "updated_at": "updated_at",
        "family_name": "''",
        "given_name": "''",
        "prefix": "''",
        "gender": "'unknown'",
        "original_gender": "''",
        "address": "''",
        "phone": "''",
        "email": "''",
        "insurance": "''",
        "allergy_status": "'not-recorded'",
    },
    "encounter": {
        "id": "id",
        "patient_id": "patient_id",
        "number": "number",
        "source": "source",
        "started_at": "started_at",
        "class": "'UNK'",
        "type_code": "''",
        "type_text": "''",
        "reason_code": "''",
        "reason_text": "''",
        "original_readmitted": "''",
    },
}
_LEFT_OUT = ("version", "entered_in_error")
_WITH_ID = ("patient", "encounter")


@dataclass(frozen=True, slots=True)
class PastRun:
    """An import to be read again. files: name and SHA-256 -> row id."""

    id: int
    user_id: int
    started_at: datetime
    timezone: str
    plan: str = field(repr=False)
    files: Mapping[tuple[str, str], int]


def standing_runs(session: Session) -> list[PastRun]:
    """The imports that nobody has undone and whose files are kept, oldest first."""
    kept = "SELECT 1 FROM import_source WHERE import_source.import_id = import_run.id"
    driver = driver_connection(session.connection())
    ids = [id for (id,) in driver.execute(f"SELECT id FROM import_run WHERE EXISTS ({kept})")]
    runs = select(ImportRunRow).where(
        ImportRunRow.id.in_(ids),
        ImportRunRow.finished_at.is_not(None),
        ImportRunRow.undone_at.is_(None),
    )
    return [_past(session, run) for run in session.scalars(runs.order_by(ImportRunRow.id))]


def _past(session: Session, run: ImportRunRow) -> PastRun:
    driver = driver_connection(session.connection())
    query = "SELECT name, sha256, id FROM import_file WHERE import_id = ?"
    files = {(name, sha256): id for name, sha256, id in driver.execute(query, (run.id,))}
    return PastRun(run.id, run.user_id or 0, run.started_at, run.timezone, run.plan, files)


@contextmanager
def scratch(session: Session, folder: Path) -> Iterator[Database]:
    """An empty database beside the record, with the ids of its patients and visits."""
    path = folder / _NAME
    remove(path)
    database = Database(path, secrets.token_bytes(32), create=True)
    try:
        with database.writing() as inner:
            schema.upgrade(inner)
            _copy_skeleton(session, inner)
        yield database
    finally:
        database.close()
        remove(path)


def _copy_skeleton(session: Session, into: Session) -> None:
    for table in _AS_THEY_ARE:
        _copy(session, into, table, {name: f'"{name}"' for name in _columns(session, table)})
    for table, columns in _SKELETON.items():
        _copy(session, into, table, columns)
    driver_connection(into.connection()).execute("DELETE FROM patient_identifier")
    columns = {name: f'"{name}"' for name in _columns(session, "patient_identifier")}
    _copy(session, into, "patient_identifier", columns)


def _copy(source: Session, into: Session, table: str, columns: Mapping[str, str]) -> None:
    rows = driver_connection(source.connection()).execute(
        f'SELECT {", ".join(columns.values())} FROM "{table}"'
    )
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    insert = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
    target = driver_connection(into.connection())
    while some := rows.fetchmany(_BATCH):
        target.executemany(insert, some)


def _columns(session: Session, table: str) -> list[str]:
    found = driver_connection(session.connection()).execute(f'PRAGMA table_info("{table}")')
    return [row[1] for row in found]


class Again(Loader):
    """Loads an import that there was, under its own number and those of its files."""

    def __init__(self, session: Session, run: PastRun) -> None:
        super().__init__(session)
        self._run = run

    def start(self, at: datetime, user_id: int, timezone: str, plan: str = "{}") -> int:
        reason = f"Import {self._run.id}"
        acting.begin(self._session, user_id, reason, at, import_id=self._run.id)
        return self._run.id

    def add_file(self, import_id: int, name: str, sha256: str, preset: str) -> int:
        self._met.clear()
        return self._run.files[name, sha256]

    def reject(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """What was rejected is known."""

    def finish_file(self, file_id: int, rows: int) -> None:
        """How many rows it has is known."""

    def finish(self, import_id: int, at: datetime, counts: Mapping[str, Mapping[str, int]]) -> None:
        close_allergies(self._session, import_id)
        acting.end(self._session)


def merge(
    said: Session,
    into: Session,
    name_import: Callable[[int], tuple[int, str]],
    between: Callable[[], None] = lambda: None,
) -> dict[str, tuple[int, int]]:
    """Load what the one database says into the other; somebody must be acting there.

    name_import: import -> under which number and for which reason its word is taken.  Return how
    many rows of each table were inserted and how many changed.
    """
    loader = Loader(into)
    driver = driver_connection(said.connection())
    import_of = dict(driver.execute("SELECT id, import_id FROM import_file"))
    started = dict(driver.execute("SELECT id, started_at FROM import_run"))
    for table in TARGETS:
        for import_id, columns in _batches(said, table, import_of):
            between()
            _act_for(into, *name_import(import_id))
            loader.load(table, columns, said_at=started[import_id])
    return {table: loader.changes(table) for table in TARGETS}


def _act_for(session: Session, import_id: int, reason: str) -> None:
    row = session.get_one(ActingRow, 1)
    row.import_id, row.reason = import_id, reason
    session.flush()


def _batches(
    said: Session, table: str, import_of: Mapping[int, int]
) -> Iterator[tuple[int, dict[str, list[Any]]]]:
    """The rows that files brought, as columns, those of one import at a time."""
    left_out = _LEFT_OUT if table in _WITH_ID else (*_LEFT_OUT, "id")
    names = [name for name in _columns(said, table) if name not in left_out]
    chosen = ", ".join(f'"{name}"' for name in names)
    cursor = driver_connection(said.connection()).execute(
        f'SELECT {chosen} FROM "{table}" WHERE file_id IS NOT NULL AND NOT entered_in_error'
        " ORDER BY file_id, id"
    )
    at = names.index("file_id")
    while rows := cursor.fetchmany(_BATCH):
        by_import: dict[int, list[Row[Any]]] = {}
        for row in rows:
            by_import.setdefault(import_of[row[at]], []).append(row)
        for import_id, mine in by_import.items():
            columns = [list(column) for column in zip(*mine, strict=True)]
            yield import_id, dict(zip(names, columns, strict=True))
