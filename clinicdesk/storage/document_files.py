"""The folder of large documents beside clinic.db: encrypted files under random names.

A file is written under a name that nobody looks for, flushed, and renamed within the transaction
that adds its row. A crash in between leaves a file without a row, which `sweep` removes: one that
was not finished at once, a whole one after a month, because it may belong to a newer database that
somebody will find again.
"""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from clinicdesk.errors import StoreError
from clinicdesk.storage.flushing import flush_folder

FOLDER = "documents"
_UNFINISHED = ".part"
KEPT_WITHOUT_ROW = timedelta(days=30)
_FILE_ID = re.compile(r"[0-9a-f]{32}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STEP = 1 << 20  # bytes read at a time


class DocumentLost(StoreError):
    """Files of documents are missing or are not what they were."""

    def __init__(self, missing: int, changed: int) -> None:
        super().__init__(
            f"Of the documents in files, {missing} are missing and {changed} were changed. Restore"
            " them from the last backup."
        )


class DocumentFolder:
    """The files of one store. folder: of the store."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FOLDER

    def file(self, file_id: str) -> Path:
        """Where a document lies; nothing but a random id is ever a name here."""
        if not _FILE_ID.fullmatch(file_id):
            raise StoreError("The store names a document file as none is. Restore the last backup.")
        return self.path / file_id

    def write(self, file_id: str, parts: Iterable[bytes]) -> str:
        """Write an encrypted file that is not yet in its place; return its SHA-256.

        Whatever goes wrong, also in what makes the parts, nothing is left of it.
        """
        unfinished = self.unfinished(file_id)
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            return _written(unfinished, parts)
        except BaseException as error:
            _remove(unfinished)
            if isinstance(error, OSError):
                raise _plainly(error) from None
            raise

    def unfinished(self, file_id: str) -> Path:
        """Where a file lies until it is put in its place."""
        place = self.file(file_id)
        return place.with_name(place.name + _UNFINISHED)

    def put_in_place(self, file_id: str) -> None:
        """Give the file its name for good. Within the transaction that adds its row."""
        try:
            os.replace(self.unfinished(file_id), self.file(file_id))
            flush_folder(self.path)
        except OSError as error:
            raise _plainly(error) from None

    def remove_unfinished(self, file_id: str) -> None:
        """Take a file away that was not put in its place."""
        _remove(self.unfinished(file_id))

    def sweep(self, known: Collection[str], now: datetime) -> int:
        """Remove files that no row knows; return how many. Be alone with the store."""
        if not self.path.is_dir():
            return 0
        strays = [
            file
            for file in self.path.iterdir()
            if file.name not in known and _may_go(file, now - KEPT_WITHOUT_ROW)
        ]
        for file in strays:
            _remove(file)
        return len(strays)

    def verify(
        self, files: Iterable[tuple[str, str]], between: Callable[[], None] = lambda: None
    ) -> int:
        """Make sure that each file is what it was when it was written; return how many there are.

        files: of `documents.files`.  between: called between files; what it raises stops it.
        Raise `DocumentLost`.
        """
        missing = changed = whole = 0
        for file_id, digest in files:
            between()
            found = _digest(self.file(file_id))
            missing += found is None
            changed += found not in (None, digest)
            whole += found == digest
        if missing or changed:
            raise DocumentLost(missing, changed)
        return whole


def _may_go(file: Path, before: datetime) -> bool:
    return file.suffix == _UNFINISHED or file.stat().st_mtime < before.timestamp()


def _written(path: Path, parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        for part in parts:
            file.write(part)
            digest.update(part)
        file.flush()
        os.fsync(handle)
    return digest.hexdigest()


def _digest(path: Path) -> str | None:
    """SHA-256 of a file, None where there is none or it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(_STEP):
                digest.update(part)
    except OSError:
        return None
    return digest.hexdigest()


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _plainly(error: OSError) -> StoreError:
    if error.errno in _FULL:
        return StoreError(
            "The disk is full, so the document was not added; the record is as it was. Free some"
            " space, then add it again."
        )
    return StoreError(
        "The document could not be written, so it was not added. Check the disk and the rights of"
        " the store's folder, then add it again."
    )
