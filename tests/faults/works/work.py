"""What an interrupted work is: how it goes on until it is cut off, and what must be true then.

Everything happens in one place: `store/` in it is the store, `given/` what the work is given.
A work acknowledges by a word what it was promised to be durable; by BEGUN, that it has begun.
"""

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clinicdesk.errors import UserFacingError
from clinicdesk.services.clinic import Clinic
from tests.conftest import LOGIN, PASSWORD
from tests.services.stores import noon, unlock

Acknowledge = Callable[[str], None]
Tally = Counter[str]

BEGUN = ""
_ROOM = 2_000_000_000  # bytes

FAULTS = frozenset(
    {
        "lost",  # acknowledged, and not there
        "partial",  # half of something
        "unopenable",  # what must open does not
        "unsound",  # opens, and a check of it fails
        "untyped",  # a trouble that was not said in plain words
        "unfinished",  # what the next administrator should have brought to its end
    }
)


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work.

    go_on: is given the place, a word that no earlier round had, and where to acknowledge; it says
    BEGUN once it is ready, and does not return.
    check: is given the place, everything that was acknowledged, and where to count.
    longest_life: s of the processor until a kill, at most.
    kills, states: its share among the kinds.
    """

    prepare: Callable[[Path], None]
    go_on: Callable[[Path, str, Acknowledge], None]
    check: Callable[[Path, Set[str], Tally], None]
    longest_life: float
    kills: int
    states: int


def scratch() -> Path | None:
    """Where stores are made quickly, with room for some hundred; None for the system's choice.

    What was written and not flushed outlives a kill there as on any disk.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    return memory if roomy else None


def faults_in(tally: Tally) -> dict[str, int]:
    """What must not have been counted, and was."""
    return {name: tally[name] for name in sorted(FAULTS) if tally[name]}


@contextmanager
def opening(tally: Tally) -> Iterator[None]:
    """Count it when something does not open, and say in which words."""
    try:
        yield
    except UserFacingError as error:
        tally["unopenable"] += 1
        sys.stderr.write(f"{type(error).__name__}: {error}\n")


@contextmanager
def at_work(
    folder: Path,
    login: str = LOGIN,
    password: str = PASSWORD,
    now: Callable[[], datetime] = noon,
) -> Iterator[Clinic]:
    """The store, unlocked for the block."""
    clinic = unlock(folder, login, password, now)
    try:
        yield clinic
    finally:
        clinic.lock()


def count_unsound(clinic: Clinic, tally: Tally) -> None:
    """Look through the store with every check that it offers."""
    for check in clinic.verification.checks():
        if not check.ok:
            tally["unsound"] += 1
            sys.stderr.write(f"{check.name}: {check.detail}\n")
