"""A file that somebody picked: on the disk, or kept in the store from an earlier import."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO, TypeAlias

from clinicdesk.errors import BadInput


@dataclass(frozen=True, slots=True)
class Picked:
    """name: what people call it.  size: bytes.  open: from the start, each time; it can seek."""

    name: str
    size: int
    open: Callable[[], IO[bytes]] = field(repr=False)

    @property
    def suffix(self) -> str:
        """The ending of the name in small letters, with its point."""
        return PurePath(self.name).suffix.lower()


File: TypeAlias = Path | Picked


def picked(file: File) -> Picked:
    """The file to read; raise `BadInput` where a path leads to none."""
    if isinstance(file, Picked):
        return file
    try:
        if not file.is_file():
            raise BadInput(f"{file.name} is not there, or is not a file.")
        return Picked(file.name, file.stat().st_size, lambda: file.open("rb"))
    except PermissionError:
        raise BadInput(f"{file.name} cannot be read. Check its permissions.") from None
