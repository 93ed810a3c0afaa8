"""Kill whoever encrypts the store anew, at any moment, again and again.

    python -m tests.faults.rotation_kills --count 1000

Each round a child changes the keys of a store without pause and is killed after a random time.
Then exactly one of the header's keys must open the database, with every row; a clinician's
password must open the store as it is, and an administrator's must bring the change to its end.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from clinicdesk import vault
from clinicdesk.errors import StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.rotation import is_under_way
from clinicdesk.storage import integrity
from clinicdesk.storage.rotation import opens
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.services.stores import OWN_PASSWORD, add_account, make_store, unlock
from tests.storage.factories import add_patient, database_of

MEMORY = Path("/dev/shm")  # a kill spares what was written but not flushed, on any disk
PATIENTS = 40
NURSE = "bob"


@dataclass
class Counts:
    kills: int = 0
    interrupted: int = 0  # the header had two keys when the child died
    on_the_new_key: int = 0  # of those, the database had the next one already
    changes: int = 0  # brought to their end, by a child or afterwards
    unopenable: int = 0  # not exactly one of the keys opens the database
    lost: int = 0  # rows, or their place in the search
    shut_out: int = 0  # a right password that does not open the store
    unfinished: int = 0  # an administrator unlocked it and the header still has two keys


def run(folder: Path, count: int, seed: int) -> Counts:
    """Kill a change of keys `count` times in a store made in the folder."""
    chance = random.Random(seed)
    clinic, _ = make_store(folder)
    add_account(clinic, NURSE, "nurse")
    for number in range(PATIENTS):
        add_patient(database_of(clinic), f"M{number}")
    longest_life = 2 * _seconds_of_a_change(clinic)
    clinic.lock()
    counts = Counts()
    for _ in range(count):
        _kill_a_change(folder, chance.uniform(0, longest_life))
        counts.kills += 1
        try:
            _check(folder, counts)
        except StoreError as error:
            counts.shut_out += 1
            sys.stderr.write(f"{error}\n")
    return counts


def _seconds_of_a_change(clinic: Clinic) -> float:
    began = time.monotonic()
    clinic.keys.rotate()
    return time.monotonic() - began


def _kill_a_change(folder: Path, life: float) -> None:
    """Let a child change keys until it is killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _change_for_ever(folder, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as begun:
        begun.read(1)
    time.sleep(life)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _change_for_ever(folder: Path, begun: int) -> None:
    """In the child; never returns."""
    try:
        clinic = unlock(folder)
        os.write(begun, b"\n")
        while True:
            clinic.keys.rotate()
    finally:
        os._exit(1)


def _check(folder: Path, counts: Counts) -> None:
    with closing(vault.unlock(folder, LOGIN, PASSWORD, limits=CHEAP_LIMITS)) as keys:
        epoch = keys.current().roster.epochs[vault.Domain.CLINICAL].current
        both = [key for key in (keys.database_key(), keys.pending_database_key()) if key]
    opening = [opens(folder / "clinic.db", key) for key in both]
    counts.unopenable += sum(opening) != 1
    counts.interrupted += len(both) > 1
    counts.on_the_new_key += len(both) > 1 and opening[-1]
    for login, password in ((NURSE, OWN_PASSWORD), (LOGIN, PASSWORD)):
        clinic = unlock(folder, login, password)
        counts.lost += not _is_whole(clinic)
        clinic.lock()
    counts.unfinished += is_under_way_still(folder)
    counts.changes = epoch - 1 + (len(both) > 1)


def _is_whole(clinic: Clinic) -> bool:
    database = database_of(clinic)
    integrity.require_authentic_pages(database)
    integrity.require_sound_structure(database)
    with database.reading() as session:
        integrity.require_complete_search(session)
    return len(clinic.patients.find("ann")) == PATIENTS


def is_under_way_still(folder: Path) -> bool:
    with closing(vault.unlock(folder, LOGIN, PASSWORD, limits=CHEAP_LIMITS)) as keys:
        return is_under_way(keys)


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill a change of the store's keys.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        counts = run(Path(folder) / "store", arguments.count, arguments.seed)
    sys.stdout.write(json.dumps(asdict(counts)) + "\n")
    return 1 if counts.unopenable or counts.lost or counts.shut_out or counts.unfinished else 0


if __name__ == "__main__":
    sys.exit(main())
