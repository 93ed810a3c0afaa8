"""Saved templates of files, the folder that is watched, and what became of its files."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SavedTemplate:
    """fingerprint: of the header it knows.  content: JSON, `etl/templates.py`."""

    id: int
    name: str
    fingerprint: str
    content: str = field(repr=False)
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """Whether a folder is watched, and which. template: the one to use, "" for any that fits."""

    on: bool = False
    folder: str = ""
    template: str = ""


class WatchedState(StrEnum):
    IMPORTED = "imported"
    WAITING = "waiting"  # for a person
    DISMISSED = "dismissed"  # by a person


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file that lay in the watched folder. problem: why it waits, for people."""

    id: int
    name: str = field(repr=False)
    sha256: str
    state: WatchedState
    seen_at: datetime
    import_id: int | None
    problem: str = field(repr=False)
