"""Encrypt a whole database anew, under another key.

The copy is made beside the file, checked, and put in its place in one step: whatever happens, the
file opens with exactly one of the two keys and has every row.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from clinicdesk.errors import StoreBusy, StoreError
from clinicdesk.storage import replacing
from clinicdesk.storage.condition import DiskUsage
from clinicdesk.storage.database import keyed_connection, make_file, require_content
from clinicdesk.storage.replacing import counts, is_sound, replacement
from clinicdesk.storage.troubles import is_not_this_keys, plain_words
from clinicdesk.wiping import key_text

Within = Callable[[sqlcipher.Connection, str], None]
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
    with plain_words(path):
        try:
            keyed_connection(path, key).close()
        except sqlcipher.DatabaseError as error:
            if is_not_this_keys(error):
                return False
            raise
    return True


def require_room(path: Path, disk_usage: DiskUsage = shutil.disk_usage) -> None:
    """Raise a StoreError unless the disk has the room that encrypting anew takes."""
    replacing.require_room(path, "encrypt the store anew", disk_usage)


def _as_it_is(_connection: sqlcipher.Connection, _schema: str) -> None:
    """Change nothing of the copy but its key."""


def encrypt_anew(
    path: Path,
    old: bytes,
    new: bytes,
    *,
    within: Within = _as_it_is,
    disk_usage: DiskUsage = shutil.disk_usage,
) -> None:
    """Replace the database by a checked copy under the new key. Keys: 32 bytes. Be alone.

    within: changes what in the copy hangs on the key; given a connection and the copy's name in it.
    """
    require_room(path, disk_usage)
    with replacement(path) as copy:
        _copy(path, old, copy, new, within)


def _copy(path: Path, old: bytes, copy: Path, new: bytes, within: Within) -> None:
    with plain_words(path), _only_user(path, old) as source:
        make_file(copy)
        with key_text(new) as key:
            source.execute("ATTACH DATABASE ? AS anew KEY ?", (str(copy.resolve()), key))
        source.execute("SELECT sqlcipher_export('anew')")
        (version,) = source.execute("PRAGMA main.user_version").fetchone()
        source.execute(f"PRAGMA anew.user_version = {int(version)}")  # the export leaves it out
        within(source, "anew")
        source.execute("DETACH DATABASE anew")
        if _content(source) != _checked_content(copy, new):
            raise CopyDiffers


@contextmanager
def _only_user(path: Path, key: bytes) -> Iterator[sqlcipher.Connection]:
    """A connection with the write-ahead log folded in and gone, which nobody else can have."""
    with closing(keyed_connection(path, key)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        if mode != "delete":
            raise StoreBusy
        connection.execute("PRAGMA main.locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")  # kept from here on until the connection closes
        connection.execute("COMMIT")
        yield connection


def _checked_content(copy: Path, key: bytes) -> _Content:
    """What is in the copy, once every page is authentic and every tree is well formed."""
    try:
        with closing(keyed_connection(copy, key)) as made:
            if not is_sound(made):
                raise CopyDiffers
            return _content(made)
    except sqlcipher.DatabaseError:
        raise CopyDiffers from None


def _content(connection: sqlcipher.Connection) -> _Content:
    return _schema(connection), counts(connection)


def _schema(connection: sqlcipher.Connection) -> list[tuple[str, str, str]]:
    found = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master")
    return sorted(found.fetchall())
