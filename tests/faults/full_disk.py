"""Let the disk fail at the first change, the second, the third ...; then look at what is left.

    python -m tests.faults.full_disk
    python -m tests.faults.full_disk --count 10 import

Each kind of work is done once for every change it makes to the disk, from unlocking to locking, or
for `count` of them, evenly spread.
`full`: from that change on nothing more fits. `failing`: that one change, a flush or a rename too,
ends with an input/output error. Whatever happens is said in plain words; afterwards, with room on
the disk, nothing acknowledged is missing, nothing half is there, and the work goes on.
"""

import argparse
import ctypes
import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from clinicdesk.errors import UserFacingError
from tests.faults.recorded import Enough
from tests.faults.recorder import compiled, environment, why_not
from tests.faults.works import WORKS
from tests.faults.works.work import Tally, Work, faults_in, scratch

_UNDER = "FAULTS_UNDER"
_NEVER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Failure:
    """count: of changes that fail.  growing: whether only those fail that take room."""

    count: int
    error: int
    growing: bool


FAILURES = {
    "full": Failure(1_000_000, errno.ENOSPC, growing=True),
    "failing": Failure(1, errno.EIO, growing=False),
}


class FailingDisk:
    """The disk that this process was started on; see disk.c."""

    def __init__(self) -> None:
        self._disk = ctypes.CDLL(None)
        self._disk.disk_changes.restype = ctypes.c_long

    def fail(self, first: int, failure: Failure) -> None:
        """Let it fail at the first change from now, the second ..."""
        many, growing = ctypes.c_long(failure.count), int(failure.growing)
        self._disk.disk_fail(ctypes.c_long(first), many, failure.error, growing)

    def heal(self) -> int:
        """Let it work again; return how many changes could have failed."""
        changes = int(self._disk.disk_changes())
        self._disk.disk_fail(ctypes.c_long(0), ctypes.c_long(0), 0, 0)
        return changes


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of work on a disk that fails in one way, once for each change it makes.

    fresh: the place as it was prepared.
    """

    work: Work
    failure: Failure
    fresh: Path
    disk: FailingDisk
    tally: Tally = field(default_factory=Counter)

    def run(self, count: int) -> Tally:
        """Fail at `count` changes, 0 for each of them."""
        every = max(1, self._changes() // count) if count else 1
        first = 1
        while self._fails_at(first):
            first += every
        self.tally["changes"] = first - 1
        return self.tally

    def _place(self) -> Path:
        return Path(shutil.copytree(self.fresh, self.fresh.with_name("place")))

    def _changes(self) -> int:
        """How many there are when nothing fails."""
        place = self._place()
        self.disk.fail(_NEVER, self.failure)
        self._acknowledged(place)
        changes = self.disk.heal()
        shutil.rmtree(place)
        return changes

    def _fails_at(self, first: int) -> bool:
        """Whether there was such a change."""
        place = self._place()
        self.disk.fail(first, self.failure)
        said = self._acknowledged(place)
        met = self.disk.heal() >= first
        self.tally["failures"] += met
        self.tally["acknowledged"] += len(said)
        self.work.check(place, said, self.tally)
        shutil.rmtree(place)
        return met

    def _acknowledged(self, place: Path) -> set[str]:
        """What the work acknowledged; it does one thing, or says why not."""
        said: set[str] = set()

        def acknowledge(word: str) -> None:
            if word:
                said.add(word)
                raise Enough

        try:
            with suppress(Enough):
                self.work.go_on(place, "f", acknowledge)
        except UserFacingError as error:
            self.tally[type(error).__name__] += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            self.tally["untyped"] += 1
            traceback.print_exc()
        return said


def main() -> int:
    parser = argparse.ArgumentParser(description="Let the disk fail at every change.")
    parser.add_argument("kinds", nargs="*", help=f"of: {', '.join(WORKS)}; all without any")
    parser.add_argument("--count", type=int, default=0, help="of each kind; else every change")
    arguments = parser.parse_args()
    if missing := why_not():
        sys.exit(f"Not here: {missing}.")
    if _UNDER not in os.environ:
        with tempfile.TemporaryDirectory(dir=scratch()) as folder:
            done = on_a_failing_disk(Path(folder), *sys.argv[1:])
        sys.stdout.write(done.stdout + done.stderr)
        return done.returncode
    disk, failures, faults = FailingDisk(), 0, 0
    for kind in arguments.kinds or list(WORKS):
        with tempfile.TemporaryDirectory(dir=os.environ[_UNDER]) as folder:
            fresh = Path(folder) / "fresh"
            fresh.mkdir()
            WORKS[kind].prepare(fresh)
            tallies = {
                name: Trial(WORKS[kind], failure, fresh, disk).run(arguments.count)
                for name, failure in FAILURES.items()
            }
        for name, tally in tallies.items():
            sys.stdout.write(json.dumps({"work": kind, "disk": name, **tally}) + "\n")
            failures += tally["failures"]
            faults += sum(faults_in(tally).values())
    sys.stdout.write(json.dumps({"failures": failures, "faults": faults}) + "\n")
    return 1 if faults else 0


def on_a_failing_disk(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run this program in a process whose disk can fail."""
    under = folder.resolve() / "under"
    under.mkdir()
    command = [sys.executable, "-m", "tests.faults.full_disk", *arguments]
    watched = environment(compiled(folder), under)
    return subprocess.run(command, env=watched, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
