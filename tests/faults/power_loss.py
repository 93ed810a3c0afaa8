"""Take the power away from whoever is at work, again and again; then look at what the disk has.

    python -m tests.faults.power_loss --count 3000
    python -m tests.faults.power_loss --control --count 100

Each kind of work is recorded once: every write, flush and rename in their order, and every word
that acknowledged something. Each state is a disk whose power went at some moment of that. Nothing
acknowledged before may be missing, nothing half may be there, and everything must open.
The control flushes nothing and must fail: it proves that the instrument sees damage.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.disk import Disk, write_out
from tests.faults.recorder import Entry, compiled, entries, environment, why_not
from tests.faults.works import WORKS
from tests.faults.works.work import Tally, Work, faults_in, scratch

ACKNOWLEDGED = 10  # things, of each recording
_UNFLUSHED = {"FAULTS_UNFLUSHED": "1"}
CONTROLS = ("import", "header")  # the database and the files beside it


@dataclass(frozen=True, slots=True)
class Recording:
    """What one work did to a disk. disk: as it was before."""

    work: Work
    place: Path
    disk: Disk
    diary: list[Entry]

    def lose_power(self, count: int, chance: random.Random, to: Path) -> Tally:
        """Check `count` states, in the order of their moments; half of them with torn writes."""
        tally: Tally = Counter()
        said: set[str] = set()
        at = 0
        for cut in sorted(chance.choices(range(1, len(self.diary) + 1), k=count)):
            for entry in self.diary[at:cut]:
                self.disk.go_on(entry)
                said.update({entry.content.decode()} - {""} if entry.kind == "A" else ())
            at = cut
            found = self.disk.after_power_loss(chance, torn=chance.random() < 0.5)
            self._check(found, to, said, tally)
        return tally

    def _check(
        self, found: Mapping[str, bytes | None], to: Path, said: set[str], tally: Tally
    ) -> None:
        tally["states"] += 1
        tally["acknowledged"] += len(said)
        to.mkdir()
        write_out(found, self.place, to)
        before = _faults(tally)
        self.work.check(to, said, tally)
        tally["bad"] += _faults(tally) > before
        shutil.rmtree(to)


def _faults(tally: Tally) -> int:
    return sum(faults_in(tally).values())


def recorded(kind: str, folder: Path, library: Path, *, flushing: bool = True) -> Recording:
    """Let the work go on for a while on a watched disk."""
    place, diary = folder / "place", folder / "diary"
    place.mkdir(parents=True)
    WORKS[kind].prepare(place)
    disk = Disk(place)
    watched = {**environment(library, place, diary), **({} if flushing else _UNFLUSHED)}
    command = [sys.executable, "-m", "tests.faults.recorded", kind, str(place), str(ACKNOWLEDGED)]
    subprocess.run(command, env=watched, check=True)
    return Recording(WORKS[kind], place, disk, list(entries(diary)))


def run(folder: Path, kind: str, count: int, seed: int, *, flushing: bool = True) -> Tally:
    """Record the work and check `count` states of it."""
    folder = folder.resolve()
    recording = recorded(kind, folder / kind, compiled(folder), flushing=flushing)
    chance = random.Random(f"{seed} {kind}")
    tally = recording.lose_power(count, chance, folder / "after")
    tally["changes"] = len(recording.diary)
    return tally


def states_of(kind: str, count: int, kinds: Collection[str]) -> int:
    """The kind's share of `count` states."""
    return -(-count * WORKS[kind].states // sum(WORKS[each].states for each in kinds))


def main() -> int:
    parser = argparse.ArgumentParser(description="Take the power away from whoever is at work.")
    parser.add_argument("kinds", nargs="*", help=f"of: {', '.join(WORKS)}; all without any")
    parser.add_argument("--count", type=int, default=3000, help="states in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="flush nothing, and be found out")
    arguments = parser.parse_args()
    if missing := why_not():
        sys.exit(f"Not here: {missing}.")
    kinds = CONTROLS if arguments.control else arguments.kinds or list(WORKS)
    tallies = []
    for kind in kinds:
        states = states_of(kind, arguments.count, kinds)
        with tempfile.TemporaryDirectory(dir=scratch()) as folder:
            found = run(Path(folder), kind, states, arguments.seed, flushing=not arguments.control)
        sys.stdout.write(json.dumps({"work": kind, **found}) + "\n")
        tallies.append(found)
    total = {name: sum(tally[name] for tally in tallies) for name in ("states", "bad")}
    sys.stdout.write(json.dumps({**total, "control": arguments.control}) + "\n")
    fine = all(bool(tally["bad"]) == arguments.control for tally in tallies)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
