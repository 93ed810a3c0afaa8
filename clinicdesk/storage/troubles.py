"""Say the environment's troubles in plain words: full, locked, read-only, damaged."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from clinicdesk.errors import (
    DiskFailed,
    DiskFull,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreReadOnly,
    StoreUnreadable,
)


class DatabaseMissing(StoreError):
    """There is no file."""

    def __init__(self) -> None:
        super().__init__("clinic.db is missing or cannot be opened. Restore the last backup.")


_TROUBLES: dict[str, Callable[[], StoreError]] = {  # by how the name of the code begins
    "SQLITE_FULL": DiskFull,
    "SQLITE_IOERR": DiskFailed,
    "SQLITE_READONLY": StoreReadOnly,
    "SQLITE_CORRUPT": StoreDamaged,
    "SQLITE_NOTADB": StoreUnreadable,
    "SQLITE_BUSY": StoreBusy,
    "SQLITE_LOCKED": StoreBusy,
}

_OF_FILES: dict[int, Callable[[], StoreError]] = {  # the same troubles, with a file beside it
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EFBIG: DiskFull,
    errno.EIO: DiskFailed,
    errno.EROFS: StoreReadOnly,
    errno.EACCES: StoreReadOnly,
    errno.EPERM: StoreReadOnly,
}

_TELLING = {  # where the code alone does not say it
    "file is not a database": StoreUnreadable,
    "database or disk is full": DiskFull,  # a copy's troubles come without a code
    "disk I/O error": DiskFailed,
    "unable to open database file": DiskFailed,
    "vtable constructor failed": StoreDamaged,  # the search index cannot be read
}


@contextmanager
def plain_words(path: Path | None = None) -> Iterator[None]:
    """Turn what the environment does to SQLite into a StoreError; our own bugs pass through.

    path: of the database, to tell one that is missing from one beside which no log can be made.
    """
    try:
        yield
    except DBAPIError as error:
        _raise_plainly(error.orig, path)
        raise
    except sqlcipher.Error as error:
        _raise_plainly(error, path)
        raise


@contextmanager
def plain_words_of_files() -> Iterator[None]:
    """Turn what the environment does to a file or folder into the same; the rest passes through."""
    try:
        yield
    except OSError as error:
        trouble = _OF_FILES.get(error.errno or 0)
        if trouble is None:
            raise
        raise trouble() from None


def is_not_this_keys(error: sqlcipher.Error) -> bool:
    """Whether it says that the key does not open the file, or the file is no database."""
    said = getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB"
    return said or "file is not a database" in str(error)


def _raise_plainly(error: BaseException | None, path: Path | None) -> None:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_CANTOPEN"):
        raise _cannot_open(path) from None
    for prefix, trouble in _TROUBLES.items():
        if name.startswith(prefix):
            raise trouble() from None
    for text, telling in _TELLING.items():
        if text in str(error):
            raise telling() from None


def _cannot_open(path: Path | None) -> StoreError:
    """SQLite says no more when its log finds no room beside the database."""
    if path is None or not path.exists():
        return DatabaseMissing()
    return DiskFailed() if os.access(path, os.R_OK | os.W_OK) else StoreReadOnly()
