"""Files are imported one after the other; each import is there as a whole, or not at all."""

import json
from collections.abc import Set
from pathlib import Path

from sqlalchemy import text

from clinicdesk.services.clinic import Clinic
from clinicdesk.services.imports import Imports
from tests.conftest import CANARY
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, count_unsound, opening
from tests.services.stores import make_store
from tests.storage.factories import database_of

PATIENTS, READINGS = 30, 300  # of each import
_IMPORTS = "SELECT id, counts, finished_at FROM import_run"
_EVENTS = "SELECT object_id, count(*) FROM audit_event WHERE action = 'import.run' GROUP BY 1"
_PATIENTS = "SELECT substr(mrn, 1, instr(mrn, '-') - 1), count(*) FROM patient GROUP BY 1"
_READINGS = (
    "SELECT substr(mrn, 1, instr(mrn, '-') - 1), count(*)"
    " FROM observation JOIN patient ON patient.id = patient_id GROUP BY 1"
)


def prepare(place: Path) -> None:
    clinic, _ = make_store(place / "store")
    clinic.lock()
    (place / "given").mkdir()


def go_on(place: Path, word: str, acknowledge: Acknowledge) -> None:
    with at_work(place / "store") as clinic:
        importer: Imports = clinic.imports  # imported above: the child would take its time
        acknowledge(BEGUN)
        number = 0
        while True:
            number += 1
            feed = f"{word}i{number}"
            importer.run(_files(place / "given", feed))
            acknowledge(feed)


def _files(folder: Path, feed: str) -> list[Path]:
    patients, vitals = folder / "patients.csv", folder / "vitals.csv"
    names = [f"{feed}-{number}" for number in range(PATIENTS)]
    people = (f"{name},{CANARY},Ann,Female,1950-02-01\n" for name in names)
    patients.write_text("patient_id,family_name,given_name,gender,birth_date\n" + "".join(people))
    readings = (
        f"{names[n % PATIENTS]},2026-01-01T{n // 60:02}:{n % 60:02}:00,{60 + n % 40}\n"
        for n in range(READINGS)
    )
    vitals.write_text("patient_id,timestamp,heart_rate\n" + "".join(readings))
    return [patients, vitals]


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    with opening(tally), at_work(place / "store") as clinic:
        feeds = _count(clinic, _PATIENTS)
        tally["lost"] += len(acknowledged - set(feeds))
        tally["partial"] += sum(count != PATIENTS for count in feeds.values())
        readings = _count(clinic, _READINGS)
        tally["partial"] += sum(readings.get(feed) != READINGS for feed in feeds)
        tally["partial"] += not _agree(clinic, len(feeds))
        count_unsound(clinic, tally)


def _count(clinic: Clinic, query: str) -> dict[str, int]:
    with database_of(clinic).reading() as session:
        return {str(name): int(count) for name, count in session.execute(text(query))}


def _agree(clinic: Clinic, feeds: int) -> bool:
    """Whether history, audit and rows tell of the same imports."""
    with database_of(clinic).reading() as session:
        runs = session.execute(text(_IMPORTS)).all()
    counts = [json.loads(counts) for _, counts, finished in runs if finished]
    whole = all(count["patient"]["inserted"] == PATIENTS for count in counts)
    events = _count(clinic, _EVENTS)
    return whole and len(runs) == len(counts) == feeds and events == {str(r[0]): 1 for r in runs}


WORK = Work(prepare, go_on, check, longest_life=0.15, kills=24, states=24)
