"""Imported files, byte for byte: in compressed parts of equal size, so that a reader can seek."""

import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.imported import KeptFile
from clinicdesk.errors import RecordNotFound, StoreError
from clinicdesk.storage.bronze_tables import BronzeFileRow, ImportSourceRow
from clinicdesk.storage.database import driver_connection

PART = 1 << 20  # bytes of a file in one part
_ADD = "INSERT INTO bronze_part (sha256, number, content) VALUES (?, ?, ?)"
_PART = "SELECT content FROM bronze_part WHERE sha256 = ? AND number = ?"


class FileDamaged(StoreError):
    """A part of a kept file is missing or is not what was kept."""

    def __init__(self, sha256: str) -> None:
        super().__init__(
            f"The kept file {sha256[:12]} is damaged. Restore the last backup, or import the file"
            " again."
        )


@dataclass(frozen=True, slots=True)
class PickedName:
    """A file of an import as somebody picked it."""

    name: str = field(repr=False)
    sha256: str


class Shelf:
    """Where the files of an import are put, within its transaction."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._session, self._at = session, at
        self._driver = driver_connection(session.connection())

    def holds(self, sha256: str) -> bool:
        """Whether the file is kept already."""
        return self._session.get(BronzeFileRow, sha256) is not None

    def add_part(self, sha256: str, number: int, content: bytes) -> None:
        """Keep a compressed part. number: from 0."""
        self._driver.execute(_ADD, (sha256, number, content))

    def finish(self, sha256: str, size: int, packed: int) -> None:
        """Say that all parts of the file are kept."""
        row = BronzeFileRow(sha256=sha256, size=size, packed=packed, kept_at=self._at)
        self._session.add(row)
        self._session.flush()

    def name_source(self, import_id: int, name: str, sha256: str) -> None:
        """Say that this kept file was picked for the import, and by which name."""
        self._session.add(ImportSourceRow(import_id=import_id, name=name, sha256=sha256))
        self._session.flush()


def sources_of(session: Session, import_id: int) -> list[PickedName]:
    """The files picked for an import, in their order; none for one from before files were kept."""
    query = select(ImportSourceRow).where(ImportSourceRow.import_id == import_id)
    rows = session.scalars(query.order_by(ImportSourceRow.id))
    return [PickedName(row.name, row.sha256) for row in rows]


def files(session: Session) -> list[KeptFile]:
    """Every kept file, oldest first."""
    names: dict[str, list[tuple[str, int]]] = {}
    for row in session.scalars(select(ImportSourceRow).order_by(ImportSourceRow.id)):
        names.setdefault(row.sha256, []).append((row.name, row.import_id))
    kept = session.scalars(select(BronzeFileRow).order_by(BronzeFileRow.kept_at))
    return [_kept(row, names.get(row.sha256, [])) for row in kept]


def get(session: Session, sha256: str) -> KeptFile:
    """The kept file whose SHA-256 begins so; raise `RecordNotFound` unless there is just one."""
    found = [file for file in files(session) if sha256 and file.sha256.startswith(sha256)]
    if len(found) != 1:
        many = "More than one file begins" if found else "No kept file begins"
        raise RecordNotFound(f"{many} with {sha256[:64]}. Look at the list of kept files.")
    return found[0]


def parts(session: Session, sha256: str) -> Iterator[bytes]:
    """The file in order, a part at a time; raise `FileDamaged` unless it is what was kept."""
    digest = hashlib.sha256()
    driver, number = driver_connection(session.connection()), 0
    while row := driver.execute(_PART, (sha256, number)).fetchone():
        part = unpacked(row[0], sha256)
        digest.update(part)
        yield part
        number += 1
    if digest.hexdigest() != sha256:
        raise FileDamaged(sha256)


def verify(session: Session, between: Callable[[], None] = lambda: None) -> int:
    """Read every file back; return how many are whole. Raise `FileDamaged` for one that is not.

    between: called between parts; what it raises stops it.
    """
    kept = files(session)
    for file in kept:
        for _ in parts(session, file.sha256):
            between()
    return len(kept)


def opened(session: Session, sha256: str) -> IO[bytes]:
    """The file to read and to seek in, while the session lasts."""
    size = session.scalar(select(BronzeFileRow.size).where(BronzeFileRow.sha256 == sha256))
    if size is None:
        raise FileDamaged(sha256)
    driver = driver_connection(session.connection())
    return io.BufferedReader(_Kept(driver, sha256, size), PART)


def unpacked(content: bytes, sha256: str) -> bytes:
    """A part as it was; raise `FileDamaged` for one that is none."""
    unpacker = zlib.decompressobj()
    try:
        part = unpacker.decompress(content, PART)
    except zlib.error:
        raise FileDamaged(sha256) from None
    if not unpacker.eof:
        raise FileDamaged(sha256)
    return part


class _Kept(io.RawIOBase):
    """A kept file, of which one part at a time is in memory."""

    def __init__(self, driver: sqlcipher.Connection, sha256: str, size: int) -> None:
        self._driver, self._sha256, self._size = driver, sha256, size
        self._at, self._number, self._part = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, PART)
        some = self._of(number)[offset : offset + len(buffer)]
        if not some:
            raise FileDamaged(self._sha256)
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)

    def _of(self, number: int) -> bytes:
        if number != self._number:
            row = self._driver.execute(_PART, (self._sha256, number)).fetchone()
            self._part = unpacked(row[0], self._sha256) if row else b""
            self._number = number
        return self._part


def _kept(row: BronzeFileRow, picked: list[tuple[str, int]]) -> KeptFile:
    name = picked[0][0] if picked else ""
    imports = tuple(dict.fromkeys(import_id for _, import_id in picked))
    return KeptFile(row.sha256, name, row.size, row.packed, row.kept_at, imports)
