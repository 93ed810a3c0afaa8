"""One backup after the other is made while the store is in use."""

import shutil
from collections.abc import Set
from pathlib import Path

from clinicdesk.services.restoring import restore
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.faults.works.documents import SIZES, file_of
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, count_unsound, opening
from tests.services.stores import make_store
from tests.storage.factories import add_patient, database_of

PATIENTS = 20


def prepare(place: Path) -> None:
    clinic, _ = make_store(place / "store")
    for number in range(PATIENTS):
        patient = add_patient(database_of(clinic), f"M{number}")
    clinic.documents.add(patient, file_of(place, "letter", SIZES[1]))
    clinic.lock()
    (place / "backups").mkdir()


def go_on(place: Path, word: str, acknowledge: Acknowledge) -> None:
    with at_work(place / "store") as clinic:
        acknowledge(BEGUN)
        number = 0
        while True:
            number += 1
            clinic.backups.make(place / "backups" / f"{word}b{number}")
            acknowledge(f"{word}b{number}")


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    """Whatever has the name of a backup is whole; what has not is hidden."""
    made = {folder.name: folder for folder in (place / "backups").glob("[!.]*")}
    kept = {name for name in acknowledged if not (place / "seen" / name).exists()}
    tally["lost"] += len(kept - set(made))
    tally["cut short"] += bool(list((place / "backups").glob(".*")))
    for folder in made.values():
        with opening(tally):
            _check_restored(folder, place / "restored", tally)
    with opening(tally), at_work(place / "store") as clinic:
        count_unsound(clinic, tally)
    _forget(place, made)


def _check_restored(backup: Path, folder: Path, tally: Tally) -> None:
    try:
        restore(backup, folder, login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS)
        with at_work(folder) as clinic:
            tally["partial"] += len(clinic.patients.find("ann")) != PATIENTS
            tally["partial"] += clinic.documents.verify() != 1
            count_unsound(clinic, tally)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _forget(place: Path, made: dict[str, Path]) -> None:
    """Each is restored once; the next round makes others."""
    (place / "seen").mkdir(exist_ok=True)
    for name in made:
        (place / "seen" / name).touch()
    shutil.rmtree(place / "backups")
    (place / "backups").mkdir()


WORK = Work(prepare, go_on, check, longest_life=0.3, kills=8, states=8)
