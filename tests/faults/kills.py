"""Kill whoever is at work, at any moment, again and again; then look at what is left.

    python -m tests.faults.kills --count 2000
    python -m tests.faults.kills --count 1000 rotation

Each round a child goes on with its work and is killed after a random time. Nothing that it had
acknowledged may be missing, nothing half may be there, and everything must open. The kinds of
work take turns, in the shares they have.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.works import WORKS
from tests.faults.works.work import Tally, Work, faults_in, scratch

_PATIENCE = 20.0  # s
_ROUNDS_A_STORE = 40  # then a new one, so that it stays small


@dataclass
class Killing:
    """One kind of work, killed again and again in places under a folder."""

    work: Work
    folder: Path
    chance: random.Random
    tally: Tally = field(default_factory=Counter)
    _rounds: int = 0
    _acknowledged: set[str] = field(default_factory=set)

    def kill_once(self) -> None:
        """Let a child work until it is killed, then check what it left."""
        place = self._place()
        life = self.chance.uniform(0, self.work.longest_life)
        done = _killed(self.work, place, f"r{self._rounds}", life)
        self._rounds += 1
        self._acknowledged.update(done)
        self.tally["kills"] += 1
        self.tally["acknowledged"] += len(done)
        self.work.check(place, self._acknowledged, self.tally)

    def _place(self) -> Path:
        place = self.folder / str(self._rounds // _ROUNDS_A_STORE)
        if not place.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            place.mkdir(parents=True)
            self._acknowledged.clear()
            self.work.prepare(place)
        return place


def _killed(work: Work, place: Path, word: str, life: float) -> list[str]:
    """What a child acknowledged before it was killed. life: from when it has begun."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _work(work, place, word, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as words:
        words.read(1)  # it has begun
        _let_it_work(child, life)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            raise AssertionError("The child ended before it was killed.")
        return [line.decode() for line in words.read().split()]


def _let_it_work(child: int, seconds: float) -> None:
    """Until it has had the processor for so long: on a busy computer it has it late and seldom."""
    deadline = time.monotonic() + _PATIENCE
    clock = (~child << 3) | 2  # as clock_getcpuclockid(3) numbers the clock of a process
    until = time.clock_gettime(clock) + seconds
    while time.clock_gettime(clock) < until and time.monotonic() < deadline:
        time.sleep(0.001)


def _work(work: Work, place: Path, word: str, words: int) -> None:
    """In the child; never returns."""

    def acknowledge(done: str) -> None:
        os.write(words, done.encode() + b"\n")

    try:
        work.go_on(place, word, acknowledge)
    except BaseException:  # noqa: BLE001 - the last frame of a process: whatever it was, say it
        traceback.print_exc()
    finally:
        os._exit(1)


def run(folder: Path, count: int, seed: int, kinds: Sequence[str]) -> dict[str, Tally]:
    """Kill `count` times in all; return what was counted, by kind of work."""
    works = {
        kind: Killing(WORKS[kind], folder / kind, random.Random(f"{seed} {kind}")) for kind in kinds
    }
    chance = random.Random(seed)
    shares = [WORKS[kind].kills for kind in kinds]
    for kind in chance.choices(list(kinds), shares, k=count):
        works[kind].kill_once()
    return {kind: killing.tally for kind, killing in works.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill whoever is at work.")
    parser.add_argument("kinds", nargs="*", help=f"of: {', '.join(WORKS)}; all without any")
    parser.add_argument("--count", type=int, default=2000, help="kills in all")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if sys.platform != "linux":
        sys.exit("Not here: it forks, and asks Linux how long each child worked.")
    kinds = arguments.kinds or list(WORKS)
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        tallies = run(Path(folder), arguments.count, arguments.seed, kinds)
    faults = {kind: found for kind, tally in tallies.items() if (found := faults_in(tally))}
    for kind, tally in tallies.items():
        sys.stdout.write(json.dumps({"work": kind, **tally}) + "\n")
    kills = sum(tally["kills"] for tally in tallies.values())
    acknowledged = sum(tally["acknowledged"] for tally in tallies.values())
    total = {"kills": kills, "acknowledged": acknowledged, "faults": faults}
    sys.stdout.write(json.dumps(total) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
