"""The files a user brings: plain, a gzip, or the members of a zip, within limits."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from clinicdesk.errors import BadInput
from clinicdesk.etl.archives import (
    DAMAGE,
    gzip_size,
    is_gzip,
    open_gzip,
    open_member,
    zip_members,
)

_CSV = (".csv", ".tsv", ".txt", ".json", ".ndjson", ".hl7", ".arff")


@dataclass(frozen=True, slots=True)
class Source:
    """One file of rows. name: what people call it.  size: bytes.

    origin: the SHA-256 of the file that a table was taken from, "" for the file itself.
    """

    name: str
    size: int
    open: Callable[[], IO[bytes]] = field(repr=False)
    in_archive: bool = False
    origin: str = ""


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """The bytes of a source; what the disk or a damaged archive does to them is said plainly."""
    try:
        with source.open() as stream:
            yield stream
    except DAMAGE:
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
        if is_gzip(path):
            return [_unpacked(path)]
        return [Source(path.name, path.stat().st_size, lambda: path.open("rb"))]
    except PermissionError:
        raise BadInput(f"{path.name} cannot be read. Check its permissions.") from None


def _members(path: Path) -> list[Source]:
    tables = [each for each in zip_members(path) if _is_table(each.filename)]
    if not tables:
        raise BadInput(f"{path.name} holds no CSV file.")
    return [
        Source(entry.filename, entry.file_size, open_member(path, entry), in_archive=True)
        for entry in tables
    ]


def _is_table(name: str) -> bool:
    """macOS adds to every file one that begins with a point, of what is no content."""
    return name.lower().endswith(_CSV) and not name.rpartition("/")[2].startswith("._")


def _unpacked(path: Path) -> Source:
    """The one file of a gzip, by its name without the ending."""
    size = gzip_size(path)
    name = path.stem if path.suffix.lower() == ".gz" else path.name
    return Source(name, size, open_gzip(path, size), in_archive=True)
