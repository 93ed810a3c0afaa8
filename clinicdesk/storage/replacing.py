"""Put a checked copy in the place of a database in one step: it is the old one, or the new one.

Whoever calls must be alone with the file: a connection that lived on would write to a file that is
not there any more.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from clinicdesk.errors import DiskFailed, StoreBusy, StoreError
from clinicdesk.storage.condition import DiskUsage
from clinicdesk.storage.flushing import flush_file, flush_folder

ROOM = 2.2  # times the size of the database: the copy, and what SQLite needs beside it
SIDECARS = ("-wal", "-shm", "-journal")


def size_of(path: Path) -> int:
    """Bytes of a database and of its log."""
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.is_file())


def require_room(
    path: Path, what: str, disk_usage: DiskUsage = shutil.disk_usage, times: float = ROOM
) -> None:
    """Raise a StoreError unless the disk has room for a copy. what: that it is for."""
    lacking = times * size_of(path) - disk_usage(path.parent).free
    if lacking > 0:
        raise StoreError(
            f"The disk needs {lacking / 1e6:,.1f} MB more free space to {what}."
            " Free some and try again; nothing was changed."
        )


@contextmanager
def replacement(path: Path) -> Iterator[Path]:
    """The name of a file that takes the place of `path` when the block ends well."""
    copy = path.with_name(path.name + ".new")
    try:
        remove(copy)
        yield copy
        flush_file(copy)
        _require_folded(copy)
        _require_no_log(path)
        os.replace(copy, path)
    except OSError:
        raise StoreError(
            f"{path.name} could not be replaced; the old one is untouched. Check the disk and the"
            " permissions of the folder, then try again."
        ) from None
    finally:
        with suppress(OSError):
            remove(copy)
    flush_folder(path.parent)


def remove(path: Path) -> None:
    """Delete a database with all that SQLite keeps beside it."""
    for name in (path.name, *(path.name + sidecar for sidecar in SIDECARS)):
        path.with_name(name).unlink(missing_ok=True)


def counts(connection: sqlcipher.Connection) -> dict[str, int]:
    """Rows of every table, the ones of the search index too."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage")
    return {name: _count(connection, name) for (name,) in tables.fetchall()}


def is_sound(connection: sqlcipher.Connection) -> bool:
    """Whether every page of a closed, folded database is authentic and every tree well formed."""
    pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    trees = connection.execute("PRAGMA quick_check").fetchall()
    return not pages and trees == [("ok",)]


def _count(connection: sqlcipher.Connection, table: str) -> int:
    quoted = '"' + table.replace('"', '""') + '"'
    (count,) = connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()
    return int(count)


def _require_folded(copy: Path) -> None:
    """A copy that a full disk kept from folding its log has rows that the file lacks."""
    if copy.with_name(copy.name + "-wal").exists():
        raise DiskFailed


def _require_no_log(path: Path) -> None:
    """A log of the old file beside the new one would be taken for the new one's."""
    if any(path.with_name(path.name + sidecar).exists() for sidecar in SIDECARS):
        raise StoreBusy
