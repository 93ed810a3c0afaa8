"""One result is corrected again and again: each time with its history and its event, or not."""

from collections.abc import Set
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from clinicdesk.domain.correction import ResultCorrection
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, count_unsound, opening
from tests.services.stores import make_store, noon
from tests.storage.factories import add_observation, add_patient, database_of

PATIENT, READING = PatientId(1), 1
HEART_RATE = "8867-4"
AT = noon() - timedelta(hours=1)
_NOW = "SELECT version, value FROM observation WHERE id = 1"
_BEFORE = "SELECT version, reason, json_extract(before, '$.value') FROM change ORDER BY id"
_EVENTS = "SELECT count(*) FROM audit_event WHERE action = 'record.correct'"
_FIRST = 60.0


def prepare(place: Path) -> None:
    clinic, _ = make_store(place / "store")
    assert add_patient(database_of(clinic), "M1") == PATIENT
    reading = add_observation(database_of(clinic), PATIENT, HEART_RATE, _FIRST, at=AT)
    assert reading == READING
    clinic.lock()


def go_on(place: Path, word: str, acknowledge: Acknowledge) -> None:
    with at_work(place / "store") as clinic:
        acknowledge(BEGUN)
        number = 0
        while True:
            number += 1
            version, _ = _rows(clinic, _NOW)[0]
            correction = ResultCorrection(str(_value(version + 1)), "/min", AT)
            reason = f"{word}e{number}"
            clinic.editing.correct_observation(PATIENT, READING, version, correction, reason)
            acknowledge(reason)


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    """Every version that there was is there, with who and why, and none that there was not."""
    with opening(tally), at_work(place / "store") as clinic:
        ((version, value),) = _rows(clinic, _NOW)
        changes = _rows(clinic, _BEFORE)
        tally["lost"] += len(acknowledged - {reason for _, reason, _ in changes})
        tally["partial"] += [v for v, _, _ in changes] != list(range(1, version))
        kept = [before for _, _, before in changes] + [value]
        tally["partial"] += kept != [_value(each) for each in range(1, version + 1)]
        tally["partial"] += _rows(clinic, _EVENTS) != [(version - 1,)]
        tally["partial"] += len(clinic.history.of_patient(PATIENT)) != version - 1
        count_unsound(clinic, tally)


def _value(version: int) -> float:
    """What the result says in each of its versions."""
    return _FIRST + (version - 1) % 40


def _rows(clinic: Clinic, query: str) -> list[Any]:
    with database_of(clinic).reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


WORK = Work(prepare, go_on, check, longest_life=0.1, kills=20, states=14)
