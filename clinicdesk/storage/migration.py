"""Bring a database to the newest schema: on a copy, which takes its place once proved whole."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy.orm import Session

from clinicdesk.errors import StoreBusy, StoreError
from clinicdesk.storage import integrity, schema
from clinicdesk.storage.condition import DiskUsage
from clinicdesk.storage.database import Database, keyed_connection, make_file
from clinicdesk.storage.replacing import counts, replacement, require_room
from clinicdesk.storage.troubles import plain_words

Between = Callable[[str], None]  # told of each step before it begins
Note = Callable[[Session], None]


class MigrationFailed(StoreError):
    """The copy was thrown away."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The store could not be brought to the schema of this ClinicDesk: {why} It is"
            " untouched, and the older ClinicDesk still opens it."
        )


def bring_to_newest(
    path: Path,
    key: bytes,
    *,
    note: Note = lambda _session: None,
    disk_usage: DiskUsage = shutil.disk_usage,
    between: Between = lambda _step: None,
) -> None:
    """Replace the database by a checked copy with the newest schema. Be alone with it.

    The migration is one transaction on the copy; no table may have fewer rows after it.
    note: writes down in it, under the newest schema, that it happened.
    """
    require_room(path, "bring the store up to date", disk_usage)
    with replacement(path) as copy:
        between("copy")
        before = _copied(path, copy, key)
        between("upgrade")
        _upgraded(copy, key, note)
        between("check")
        _require_all_there(copy, key, before)
        between("replace")


def _copied(path: Path, copy: Path, key: bytes) -> dict[str, int]:
    """Copy the whole file as it stands, its log folded in; return the rows of each table."""
    make_file(copy)
    with (
        plain_words(path),
        closing(keyed_connection(path, key)) as source,
        closing(keyed_connection(copy, key)) as made,
    ):
        (busy, _, _) = source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreBusy
        source.backup(made)
        return counts(source)


def _upgraded(copy: Path, key: bytes, note: Note) -> None:
    with closing(Database(copy, key)) as database, database.writing() as session:
        schema.upgrade(session)
        note(session)


def _require_all_there(copy: Path, key: bytes, before: dict[str, int]) -> None:
    with closing(Database(copy, key)) as database:
        integrity.require_authentic_pages(database)
        integrity.require_sound_structure(database)
        with database.reading() as session:
            schema.require_newest(session)
            integrity.require_no_orphans(session)
            integrity.require_complete_search(session)
        with database.connected() as connection:
            after = counts(connection)
    fewer = [table for table, rows in before.items() if after.get(table, 0) < rows]
    if fewer:
        raise MigrationFailed(f"rows would be missing in {', '.join(sorted(fewer))}.")
