"""Say the environment's troubles in plain words: full, locked, read-only, damaged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
    """There is no file, or it may not be opened."""

    def __init__(self) -> None:
        super().__init__("clinic.db is missing or cannot be opened. Restore the last backup.")


_TROUBLES: dict[str, Callable[[], StoreError]] = {  # by how the name of the code begins
    "SQLITE_FULL": DiskFull,
    "SQLITE_IOERR": DiskFailed,
    "SQLITE_READONLY": StoreReadOnly,
    "SQLITE_CORRUPT": StoreDamaged,
    "SQLITE_NOTADB": StoreUnreadable,
    "SQLITE_CANTOPEN": DatabaseMissing,
    "SQLITE_BUSY": StoreBusy,
    "SQLITE_LOCKED": StoreBusy,
}

_TELLING = {  # where the code alone does not say it
    "file is not a database": StoreUnreadable,
    "vtable constructor failed": StoreDamaged,  # the search index cannot be read
}


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn what the environment does to SQLite into a StoreError; our own bugs pass through."""
    try:
        yield
    except DBAPIError as error:
        _raise_plainly(error.orig)
        raise
    except sqlcipher.Error as error:
        _raise_plainly(error)
        raise


def is_not_this_keys(error: sqlcipher.Error) -> bool:
    """Whether it says that the key does not open the file, or the file is no database."""
    said = getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB"
    return said or "file is not a database" in str(error)


def _raise_plainly(error: BaseException | None) -> None:
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, trouble in _TROUBLES.items():
        if name.startswith(prefix):
            raise trouble() from None
    for text, telling in _TELLING.items():
        if text in str(error):
            raise telling() from None
