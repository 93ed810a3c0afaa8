"""Kill whoever writes the header, at any moment, again and again.

    python -m tests.faults.header_kills --count 1000

Each round a child writes without pause and reports every generation that was written; it is
killed after a random time. Then both copies must be readable, nothing reported may be missing,
and the passwords must open the store.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from clinicdesk import vault
from clinicdesk.errors import StoreError
from clinicdesk.vault import KEYS_COPY, KEYS_FILE, Domain, Pins, Unlocked
from tests.vault.support import ADMIN, ADMIN_PASSWORD, OTHER_PASSWORD, added, files_of, made, opened

LONGEST_LIFE = 0.03  # s


@dataclass
class Counts:
    kills: int = 0
    acknowledged: int = 0  # writes reported as done
    lost: int = 0  # reported, and not there afterwards
    unreadable: int = 0
    shut_out: int = 0  # a right password that does not open it, or not with the same key
    repaired: int = 0  # the copies differed, or a file was left behind


def run(folder: Path, count: int, seed: int) -> Counts:
    """Kill a writer `count` times in a store made in the folder."""
    chance = random.Random(seed)
    keys, _ = made(folder)
    bob = added(keys, "bob")
    counts = Counts()
    for _ in range(count):
        written = _killed_writer(keys, bob, chance.uniform(0, LONGEST_LIFE))
        counts.kills += 1
        counts.acknowledged += len(written)
        _check(folder, keys.database_key(), written, counts)
    return counts


def _killed_writer(keys: Unlocked, bob: str, life: float) -> list[int]:
    """Let a child write until it is killed; return the generations it reported."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _write_for_ever(keys, bob, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as reports:
        reports.read(1)  # it has begun
        time.sleep(life)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return [int(line) for line in reports.read().split()]


def _write_for_ever(keys: Unlocked, bob: str, reports: int) -> None:
    """In the child: pins and, every third time, the roster; never returns."""
    try:
        generation = keys.current().generation
        os.write(reports, b"\n")
        while True:
            generation += 1
            if generation % 3:
                vault.write_pins(keys, Domain.CLINICAL, Pins(generation))
            else:
                vault.change_role(keys, bob, ("nurse", "clinician")[generation % 2])
            os.write(reports, b"%d\n" % generation)
    finally:
        os._exit(1)


def _check(folder: Path, key: bytes, written: list[int], counts: Counts) -> None:
    copies = {(folder / name).read_bytes() for name in (KEYS_FILE, KEYS_COPY)}
    counts.repaired += len(copies) > 1 or bool(list(folder.glob("*.new")))
    try:
        generation = files_of(folder).load().generation
        counts.lost += generation < max(written, default=0)
        for login, password in ((ADMIN, ADMIN_PASSWORD), ("bob", OTHER_PASSWORD)):
            unlocked = opened(folder, login, password)
            counts.shut_out += unlocked.database_key() != key
            unlocked.close()
        copies = {(folder / name).read_bytes() for name in (KEYS_FILE, KEYS_COPY)}
        counts.unreadable += len(copies) > 1 or bool(list(folder.glob("*.new")))
    except StoreError:
        counts.unreadable += 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill the writer of the key header.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = run(Path(folder) / "store", arguments.count, arguments.seed)
    sys.stdout.write(json.dumps(asdict(counts)) + "\n")
    return 1 if counts.lost or counts.unreadable or counts.shut_out else 0


if __name__ == "__main__":
    sys.exit(main())
