"""The store is encrypted anew under one key after the other.

Afterwards exactly one of the header's keys opens the database, with every row; a clinician's
password opens the store as it is, and an administrator's brings the change to its end.
"""

from collections.abc import Set
from contextlib import closing
from pathlib import Path

from clinicdesk import vault
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.rotation import is_under_way
from clinicdesk.storage.rotation import opens
from clinicdesk.vault import Unlocked
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, count_unsound, opening
from tests.services.stores import OWN_PASSWORD, add_account, make_store
from tests.storage.factories import add_patient, database_of

PATIENTS = 40
NURSE = "bob"


def prepare(place: Path) -> None:
    clinic, _ = make_store(place / "store")
    add_account(clinic, NURSE, "nurse")
    for number in range(PATIENTS):
        add_patient(database_of(clinic), f"M{number}")
    clinic.lock()


def go_on(place: Path, _: str, acknowledge: Acknowledge) -> None:
    with at_work(place / "store") as clinic:
        acknowledge(BEGUN)
        while True:
            clinic.keys.rotate()
            acknowledge(str(_epoch(clinic._unlocked)))


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    store = place / "store"
    with opening(tally):
        with closing(_unlocked(store)) as keys:
            both = [key for key in (keys.database_key(), keys.pending_database_key()) if key]
            epoch = _epoch(keys) + len(both) - 1
        which = [opens(store / "clinic.db", key) for key in both]
        tally["unopenable"] += sum(which) != 1
        tally["two keys"] += len(both) > 1
        tally["on the next key"] += len(both) > 1 and which[-1]
        tally["lost"] += epoch < max(map(int, acknowledged), default=0)
        for login, password in ((NURSE, OWN_PASSWORD), (LOGIN, PASSWORD)):
            with at_work(store, login, password) as clinic:
                tally["lost"] += len(clinic.patients.find("ann")) != PATIENTS
                if login == LOGIN:
                    count_unsound(clinic, tally)
                    _count_unfinished(clinic, tally)


def _count_unfinished(clinic: Clinic, tally: Tally) -> None:
    left = [file for file in clinic.folder.iterdir() if file.name.startswith("clinic.db.new")]
    tally["unfinished"] += is_under_way(clinic._unlocked) or bool(left)


def _unlocked(store: Path) -> Unlocked:
    return vault.unlock(store, LOGIN, PASSWORD, limits=CHEAP_LIMITS)


def _epoch(keys: Unlocked) -> int:
    return keys.current().roster.epochs[vault.Domain.CLINICAL].current


WORK = Work(prepare, go_on, check, longest_life=0.5, kills=10, states=8)
