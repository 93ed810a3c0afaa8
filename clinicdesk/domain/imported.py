"""The imports there were, and the files they brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One line of the import history."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    timezone: str
    counts: Mapping[str, Mapping[str, int]]
    files: Sequence[str]
    by: str = ""  # the login
    undone_at: datetime | None = None
    undone: Mapping[str, Any] | None = None  # what became of it (domain/undone.py)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """name: the one it was picked by first.  packed: bytes it takes in the store.

    imports: the numbers of those that read it.
    """

    sha256: str
    name: str = field(repr=False)
    size: int
    packed: int
    kept_at: datetime
    imports: tuple[int, ...]
