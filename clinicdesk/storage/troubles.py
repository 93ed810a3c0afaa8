"""Say the environment's troubles in plain words: full, locked, read-only, damaged."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from clinicdesk.errors import StoreError

_WORDS = {
    "SQLITE_FULL": "The disk is full. Free some space and try again; nothing saved so far is lost.",
    "SQLITE_IOERR": "The disk could not be read or written. Check the disk, then try again.",
    "SQLITE_READONLY": "The store cannot be written. Check the permissions of its folder.",
    "SQLITE_CORRUPT": "The store is damaged. Close ClinicDesk and restore the last backup.",
    "SQLITE_NOTADB": "clinic.db is damaged or is not this store's. Restore the last backup.",
    "SQLITE_CANTOPEN": "clinic.db is missing or cannot be opened. Restore the last backup.",
    "SQLITE_BUSY": "Another program is using the store. Close it and try again.",
    "SQLITE_LOCKED": "Another program is using the store. Close it and try again.",
}

_TELLING = {  # where the code alone does not say it
    "file is not a database": "SQLITE_NOTADB",
    "vtable constructor failed": "SQLITE_CORRUPT",  # the search index cannot be read
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
    for prefix, words in _WORDS.items():
        if name.startswith(prefix):
            raise StoreError(words) from None
    for text, name in _TELLING.items():
        if text in str(error):
            raise StoreError(_WORDS[name]) from None
