"""The files a user brings: plain, or the members of a zip within limits."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from clinicdesk.errors import BadInput

MEMBERS = 1000
UNPACKED = 4 << 30  # bytes of one archive
RATIO = 100  # a text file that shrinks more than this is no text file
_CSV = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class Source:
    """One file of rows. name: what people call it.  size: bytes."""

    name: str
    size: int
    open: Callable[[], IO[bytes]] = field(repr=False)
    in_archive: bool = False


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """The bytes of a source; what the disk or a damaged archive does to them is said plainly."""
    try:
        with source.open() as stream:
            yield stream
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise BadInput(f"{source.name} is damaged within its archive. Fetch it again.") from None
    except OSError:
        raise BadInput(f"{source.name} cannot be read. Check the disk and its rights.") from None


def sources(files: Sequence[Path]) -> list[Source]:
    """Every file of rows among these files and inside these zips."""
    if not files:
        raise BadInput("No file was given.")
    return [source for path in files for source in _sources(path)]


def _sources(path: Path) -> list[Source]:
    if not path.is_file():
        raise BadInput(f"{path.name} is not there, or is not a file.")
    try:
        if zipfile.is_zipfile(path) and path.suffix.lower() != ".xlsx":
            return _members(path)
        return [Source(path.name, path.stat().st_size, lambda: path.open("rb"))]
    except PermissionError:
        raise BadInput(f"{path.name} cannot be read. Check its permissions.") from None


def _members(path: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError):
        raise BadInput(f"{path.name} is a damaged archive. Fetch it again.") from None
    _check(path.name, entries)
    tables = [entry for entry in entries if entry.filename.lower().endswith(_CSV)]
    if not tables:
        raise BadInput(f"{path.name} holds no CSV file.")
    return [
        Source(entry.filename, entry.file_size, _opener(path, entry.filename), in_archive=True)
        for entry in tables
    ]


def _check(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MEMBERS:
        raise BadInput(f"{name} holds more than {MEMBERS} files. Unpack it and pick the tables.")
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise BadInput(f"{name} is larger than {UNPACKED >> 30} GiB unpacked. Import its parts.")
    for entry in entries:
        if entry.flag_bits & 1:
            raise BadInput(f"{name} is protected by a password. Unpack it first.")
        if entry.file_size > RATIO * max(entry.compress_size, 1) and entry.file_size > 1 << 20:
            raise BadInput(f"{name} holds a file that is no honest table (it unpacks {RATIO}-fold)")


def _opener(path: Path, member: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        archive = zipfile.ZipFile(path)
        stream = archive.open(member)
        archive.close()  # the file itself stays open until the member is closed
        return stream

    return opened
