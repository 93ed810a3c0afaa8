"""The files a user brings: plain, a gzip, an xz, or the members of a zip, within limits."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import IO

from clinicdesk.errors import BadInput
from clinicdesk.etl.archives import (
    DAMAGE,
    is_stream,
    is_zip,
    open_member,
    open_stream,
    stream_size,
    zip_members,
)
from clinicdesk.etl.picked import File, Picked, picked

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


def sources(files: Sequence[File]) -> list[Source]:
    """Every file of rows among these files and inside these zips."""
    if not files:
        raise BadInput("No file was given.")
    return [source for file in files for source in _sources(picked(file))]


def _sources(file: Picked) -> list[Source]:
    try:
        if file.suffix != ".xlsx" and is_zip(file):
            return _members(file)
        if is_stream(file):
            return [_unpacked(file)]
        return [Source(file.name, file.size, file.open)]
    except PermissionError:
        raise BadInput(f"{file.name} cannot be read. Check its permissions.") from None


def _members(file: Picked) -> list[Source]:
    tables = [each for each in zip_members(file) if _is_table(each.filename)]
    if not tables:
        raise BadInput(f"{file.name} holds no CSV file.")
    return [
        Source(entry.filename, entry.file_size, open_member(file, entry), in_archive=True)
        for entry in tables
    ]


def _is_table(name: str) -> bool:
    """macOS adds to every file one that begins with a point, of what is no content."""
    return name.lower().endswith(_CSV) and not name.rpartition("/")[2].startswith("._")


def _unpacked(file: Picked) -> Source:
    """The one file of a gzip or an xz, by its name without the ending."""
    size = stream_size(file)
    name = PurePath(file.name).stem if file.suffix in (".gz", ".xz") else file.name
    return Source(name, size, open_stream(file, size), in_archive=True)
