"""Let the disk fail at the first change, the second, the third ...; then look at what is left.

    python -m tests.faults.full_disk
    python -m tests.faults.full_disk --every 10 import

Each kind of work is done once for every change it makes to the disk, from unlocking to locking.
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
from tests.faults.kills import MEMORY
from tests.faults.recorded import Enough
from tests.faults.recorder import compiled, environment, why_not
from tests.faults.works import WORKS
from tests.faults.works.work import Tally, Work, faults_in

_UNDER = "FAULTS_UNDER"


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
    """One kind of work on a disk that fails in one way, once for each change it makes."""

    work: Work
    failure: Failure
    folder: Path
    disk: FailingDisk
    tally: Tally = field(default_factory=Counter)

    def run(self, every: int) -> Tally:
        """Fail at the first change, and at each `every` further on."""
        (self.folder / "fresh").mkdir(parents=True)
        self.work.prepare(self.folder / "fresh")
        first = 1
        while self._fails_at(first):
            first += every
        self.tally["changes"] = first
        return self.tally

    def _fails_at(self, first: int) -> bool:
        """Whether there was such a change."""
        place = Path(shutil.copytree(self.folder / "fresh", self.folder / "place"))
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
    parser.add_argument("--every", type=int, default=1, help="changes from one failure to the next")
    arguments = parser.parse_args()
    if missing := why_not():
        sys.exit(f"Not here: {missing}.")
    if _UNDER not in os.environ:
        return _on_a_failing_disk()
    disk, failures, faults = FailingDisk(), 0, 0
    for kind in arguments.kinds or list(WORKS):
        with tempfile.TemporaryDirectory(dir=os.environ[_UNDER]) as folder:
            tallies = {
                name: Trial(WORKS[kind], failure, Path(folder) / name, disk).run(arguments.every)
                for name, failure in FAILURES.items()
            }
        for name, tally in tallies.items():
            sys.stdout.write(json.dumps({"work": kind, "disk": name, **tally}) + "\n")
            failures += tally["failures"]
            faults += sum(faults_in(tally).values())
    sys.stdout.write(json.dumps({"failures": failures, "faults": faults}) + "\n")
    return 1 if faults else 0


def _on_a_failing_disk() -> int:
    """Begin again in a process whose disk can fail."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        under = Path(folder).resolve() / "under"
        under.mkdir()
        watched = environment(compiled(under.parent), under)
        command = [sys.executable, "-m", "tests.faults.full_disk", *sys.argv[1:]]
        return subprocess.run(command, env=watched, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
