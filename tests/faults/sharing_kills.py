"""Kill whoever publishes the research copy and shares a record, at any moment, again and again.

    python -m tests.faults.sharing_kills --count 1000

Each round a child publishes and shares without pause and is killed after a random time. Then the
copy for research must be one whole copy, and what was shared must be one whole record, never of a
later moment than the clinic's list says.
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

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import RecordNotFound, UserFacingError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.clock import utc_now
from clinicdesk.services.research import ResearchDesk
from clinicdesk.services.session import Session
from clinicdesk.services.session import unlock as unlock_any
from clinicdesk.services.shared_record import SharedRecord
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.services.stores import OWN_PASSWORD, make_store
from tests.storage.factories import add_observation, add_patient, database_of

MEMORY = Path("/dev/shm")  # a kill spares what was written but not flushed, on any disk
PATIENTS = 40
RESEARCHER, PATIENT = "rosa", "pat"
LONGEST_LIFE = 0.6  # s; one publishing and one sharing take some tenths


@dataclass
class Counts:
    kills: int = 0
    published: int = 0  # different copies that were found
    shared: int = 0  # different shares that were found
    cut_short: int = 0  # left something half made behind, which is swept
    unreadable: int = 0  # what must open did not
    ahead: int = 0  # a share of which the clinic knows nothing


def run(folder: Path, count: int, seed: int) -> Counts:
    """Kill a publisher and sharer `count` times in a store made in the folder."""
    chance = random.Random(seed)
    patient, account = _made(folder)
    counts, copies, shares = Counts(), set(), set()
    for _ in range(count):
        _kill_the_work(folder, patient, account, chance.uniform(0, LONGEST_LIFE))
        counts.kills += 1
        counts.cut_short += any(
            file.name.startswith("research.db.new") for file in folder.iterdir()
        )
        try:
            copies.add(_published(folder))
            shares.add(_shared(folder, counts, patient))
        except UserFacingError as error:
            counts.unreadable += 1
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
    counts.published, counts.shared = len(copies), len(shares)
    return counts


def _made(folder: Path) -> tuple[PatientId, int]:
    """A store with patients, a researcher and a patient's account; published and shared once."""
    clinic, _ = make_store(folder, utc_now)
    for number in range(PATIENTS):
        patient = add_patient(database_of(clinic), f"M{number}")
        add_observation(database_of(clinic), patient, "8867-4", 60.0 + number)
    account = _account(clinic, PATIENT, "patient")
    _account(clinic, RESEARCHER, "researcher")
    clinic.shares.link(account, patient)
    clinic.shares.share(patient, account)
    clinic.publishing.publish()
    clinic.lock()
    return patient, account


def _account(clinic: Clinic, login: str, role: str) -> int:
    added = clinic.accounts.add(login, role)
    session = _unlocked(clinic.folder, login, added.password)
    session.own_account.change_password(added.password, OWN_PASSWORD)
    session.lock()
    return added.account.id


def _unlocked(folder: Path, login: str, password: str = OWN_PASSWORD) -> Session:
    return unlock_any(folder, login=login, password=password, limits=CHEAP_LIMITS)


def _kill_the_work(folder: Path, patient: PatientId, account: int, life: float) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _work_for_ever(folder, patient, account, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as begun:
        begun.read(1)
    time.sleep(life)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _work_for_ever(folder: Path, patient: PatientId, account: int, begun: int) -> None:
    """In the child; never returns."""
    try:
        clinic = _unlocked(folder, LOGIN, PASSWORD)
        assert isinstance(clinic, Clinic)
        os.write(begun, b"\n")
        while True:
            clinic.publishing.publish()
            clinic.shares.share(patient, account)
    finally:
        os._exit(1)


def _published(folder: Path) -> str:
    """When the copy was published, once it was read through."""
    desk = _unlocked(folder, RESEARCHER)
    assert isinstance(desk, ResearchDesk)
    try:
        facts = desk.research.facts()
        whole = facts.copied.subjects == PATIENTS == desk.research.measures()[0].subjects
        if not whole:
            raise RecordNotFound("The copy lacks subjects.")
        return facts.published_at.isoformat()
    finally:
        desk.lock()


def _shared(folder: Path, counts: Counts, patient: PatientId) -> str:
    """When the record was shared, once it was read."""
    session = _unlocked(folder, PATIENT)
    assert isinstance(session, SharedRecord)
    try:
        copy = session.own_record.read()
    finally:
        session.lock()
    clinic = _unlocked(folder, LOGIN, PASSWORD)
    assert isinstance(clinic, Clinic)
    (known,) = clinic.shares.of_patient(patient)
    clinic.lock()
    counts.ahead += known.shared_at is None or copy.shared_at > known.shared_at
    return copy.shared_at.isoformat()


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill whoever publishes and shares.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        counts = run(Path(folder) / "store", arguments.count, arguments.seed)
    sys.stdout.write(json.dumps(asdict(counts)) + "\n")
    return 1 if counts.unreadable or counts.ahead else 0


if __name__ == "__main__":
    sys.exit(main())
