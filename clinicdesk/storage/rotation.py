"""Encrypt a whole database anew, under another key.

The copy is made beside the file, checked, and put in its place in one step: whatever happens, the
file opens with exactly one of the two keys and has every row. Whoever calls must be alone with the
file: a connection that lived on would write to a file that is not there any more.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Protocol

import sqlcipher3.dbapi2 as sqlcipher

from clinicdesk.errors import StoreError
from clinicdesk.storage.database import keyed_connection, make_file, require_content
from clinicdesk.storage.flushing import flush_file, flush_folder
from clinicdesk.storage.troubles import is_not_this_keys, plain_words
from clinicdesk.wiping import key_text

ROOM = 2.2  # times the size of the database: the copy, and what SQLite needs beside it
_SIDECARS = ("-wal", "-shm", "-journal")


class _Usage(Protocol):
    @property
    def free(self) -> int: ...


DiskUsage = Callable[[Path], _Usage]
_Content = tuple[list[tuple[str, str, str]], dict[str, int]]  # the schema, and rows by table


class CopyDiffers(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "The copy of the store under its new key is not the same as the store, so it was thrown"
            " away; the store is untouched. Check the disk, then try again."
        )


def opens(path: Path, key: bytes) -> bool:
    """Whether the file is a database of this key; raise a StoreError where there is none."""
    require_content(path)
    with plain_words():
        try:
            keyed_connection(path, key).close()
        except sqlcipher.DatabaseError as error:
            if is_not_this_keys(error):
                return False
            raise
    return True


def require_room(path: Path, disk_usage: DiskUsage = shutil.disk_usage) -> None:
    """Raise a StoreError unless the disk has the room that encrypting anew takes."""
    files = (path, path.with_name(path.name + "-wal"))
    needed = ROOM * sum(file.stat().st_size for file in files if file.is_file())
    lacking = needed - disk_usage(path.parent).free
    if lacking > 0:
        raise StoreError(
            f"The disk needs {lacking / 1e6:,.1f} MB more free space to encrypt the store anew."
            " Free some and try again; nothing was changed."
        )


def encrypt_anew(
    path: Path, old: bytes, new: bytes, *, disk_usage: DiskUsage = shutil.disk_usage
) -> None:
    """Replace the database by a checked copy under the new key. Keys: 32 bytes."""
    require_room(path, disk_usage)
    copy = path.with_name(path.name + ".new")
    try:
        _remove(copy)
        _copy(path, old, copy, new)
        flush_file(copy)
        _require_no_log(path)
        os.replace(copy, path)
    except OSError:
        raise StoreError(
            f"{path.name} could not be replaced; the old one is untouched. Check the disk and the"
            " permissions of the folder, then try again."
        ) from None
    finally:
        with suppress(OSError):
            _remove(copy)
    flush_folder(path.parent)


def _copy(path: Path, old: bytes, copy: Path, new: bytes) -> None:
    with plain_words(), _only_user(path, old) as source:
        make_file(copy)
        with key_text(new) as key:
            source.execute("ATTACH DATABASE ? AS anew KEY ?", (str(copy.resolve()), key))
        source.execute("SELECT sqlcipher_export('anew')")
        (version,) = source.execute("PRAGMA main.user_version").fetchone()
        source.execute(f"PRAGMA anew.user_version = {int(version)}")  # the export leaves it out
        source.execute("DETACH DATABASE anew")
        if _content(source) != _checked_content(copy, new):
            raise CopyDiffers


@contextmanager
def _only_user(path: Path, key: bytes) -> Iterator[sqlcipher.Connection]:
    """A connection with the write-ahead log folded in and gone, which nobody else can have."""
    with closing(keyed_connection(path, key)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        if mode != "delete":
            raise StoreError("Another program is using the store. Close it and try again.")
        connection.execute("PRAGMA main.locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")  # kept from here on until the connection closes
        connection.execute("COMMIT")
        yield connection


def _checked_content(copy: Path, key: bytes) -> _Content:
    """What is in the copy, once every page is authentic and every tree is well formed."""
    try:
        with closing(keyed_connection(copy, key)) as made:
            faults = [
                *made.execute("PRAGMA cipher_integrity_check"),
                *(line for line in made.execute("PRAGMA quick_check") if line != ("ok",)),
            ]
            if faults:
                raise CopyDiffers
            return _content(made)
    except sqlcipher.DatabaseError:
        raise CopyDiffers from None


def _content(connection: sqlcipher.Connection) -> _Content:
    return _schema(connection), _counts(connection)


def _schema(connection: sqlcipher.Connection) -> list[tuple[str, str, str]]:
    found = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master")
    return sorted(found.fetchall())


def _counts(connection: sqlcipher.Connection) -> dict[str, int]:
    """Rows of every table, the ones of the search index too."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage")
    return {name: _count(connection, name) for (name,) in tables.fetchall()}


def _count(connection: sqlcipher.Connection, table: str) -> int:
    quoted = '"' + table.replace('"', '""') + '"'
    (count,) = connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()
    return int(count)


def _require_no_log(path: Path) -> None:
    """A log of the old key beside the new file would be taken for the new file's."""
    if any(path.with_name(path.name + sidecar).exists() for sidecar in _SIDECARS):
        raise StoreError("Another program is using the store. Close it and try again.")


def _remove(path: Path) -> None:
    for name in (path.name, *(path.name + sidecar for sidecar in _SIDECARS)):
        path.with_name(name).unlink(missing_ok=True)
