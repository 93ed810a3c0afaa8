"""The typed values of the record as columns, for the tables computed from them (docs/adr/0014).

Nothing that was entered in error, and nobody who was. Days are numbers like 20261120.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from clinicdesk.storage.database import driver_connection

State: TypeAlias = Session  # one committed state of the record, for whoever computes from it
Columns: TypeAlias = dict[str, NDArray[Any]]
BATCH = 100_000  # rows in memory at a time
_TABLES = ("patient", "encounter", "condition", "observation", "medication", "change")

_STANDING = "NOT entered_in_error"
_WHOSE = "patient_id NOT IN (SELECT id FROM patient WHERE entered_in_error)"
_OF = f"patient_id BETWEEN ?1 AND ?2 AND {_STANDING} AND {_WHOSE}"
_DAY = "CAST(strftime('%Y%m%d', {0}) AS REAL)"
_DIED = "unixepoch(deceased_on) * 1000.0"
_PEOPLE = f"""
SELECT id AS patient_id, gender, {_DAY.format("birth_date")} AS born, age_years,
{_DAY.format("age_true_on")} AS age_true_on, {_DAY.format("deceased_on")} AS died,
{_DIED} AS died_at FROM patient WHERE id BETWEEN ?1 AND ?2 AND {_STANDING} ORDER BY id
"""
_VISITS = f"""
SELECT id AS encounter_id, patient_id, class, started_at, ended_at, severity, length_of_stay,
readmitted, reason_code, reason_text FROM encounter WHERE {_OF}
"""
_CONDITIONS = f"""
SELECT patient_id, encounter_id, code, display AS text, {_DAY.format("nullif(onset, '')")} AS day
FROM condition WHERE {_OF} ORDER BY id
"""
_MEDICATIONS = f"""
SELECT patient_id, encounter_id, display AS name, category,
{_DAY.format("nullif(authored_on, '')")} AS day
FROM medication WHERE {_OF} ORDER BY id
"""
_OBSERVATIONS = f"""
SELECT patient_id, id, code, effective_at AS at, {{0}} FROM observation
WHERE {{1}} BETWEEN ?1 AND ?2 AND {_STANDING} AND {_WHOSE} AND {{2}} AND effective_at < ?4
AND code IN (SELECT value FROM json_each(?3))
"""
_NUMBER, _TEXT = ("value", "value IS NOT NULL"), ("text", "text <> ''")
_WHOLE = {"patient_id", "id", "at", "started_at"}


@dataclass(frozen=True, slots=True)
class Marks:
    """How far the record had come. rows: table -> its last row.  deleted: rows ever deleted."""

    rows: Mapping[str, int]
    deleted: int

    def as_json(self) -> str:
        return json.dumps({**self.rows, "deleted": self.deleted})


def marks(session: Session) -> Marks:
    """What the session sees of the record's growth; it costs a few lookups."""
    driver = driver_connection(session.connection())
    last = {name: _one(driver, f'SELECT coalesce(max(id), 0) FROM "{name}"') for name in _TABLES}
    return Marks(last, _one(driver, "SELECT deleted FROM gold_state"))


def touched(session: Session, since: Marks, most: int) -> list[int] | None:
    """Patients whose rows were made or changed since, in order; None for more than `most`."""
    driver = driver_connection(session.connection())
    found: set[int] = set()
    for query, mark in _touching(since):
        rows = driver.execute(f"{query} LIMIT {most + 1}", (mark,))
        found.update(patient for (patient,) in rows)
        if len(found) > most:
            return None
    return sorted(found)


def _touching(since: Marks) -> Iterator[tuple[str, int]]:
    changed = since.rows["change"]
    yield "SELECT id FROM patient WHERE id > ?", since.rows["patient"]
    yield "SELECT DISTINCT patient_id FROM change WHERE id > ?", changed
    for table in ("encounter", "condition", "observation", "medication"):
        yield f'SELECT DISTINCT patient_id FROM "{table}" WHERE id > ?', since.rows[table]
        moved = f"SELECT row_id FROM change WHERE id > ? AND table_name = '{table}'"
        yield f'SELECT DISTINCT patient_id FROM "{table}" WHERE id IN ({moved})', changed


def last_patient(session: Session) -> int:
    """The highest row id of a patient."""
    return _one(driver_connection(session.connection()), "SELECT coalesce(max(id), 0) FROM patient")


def next_instant(session: Session, after: int) -> int | None:
    """The first instant of a measurement after this one (ms UTC), None when there is none."""
    driver = driver_connection(session.connection())
    query = "SELECT min(effective_at) FROM observation WHERE effective_at >= ?"
    (found,) = driver.execute(query, (after,)).fetchone()
    return None if found is None else int(found)


def people(session: Session, first: int, last: int) -> Columns:
    """Patients of these row ids: what does not change with the day."""
    return _columns(session, _PEOPLE, (first, last), words=("gender",))


def visits(session: Session, first: int, last: int) -> Columns:
    """Their encounters."""
    words = ("class", "reason_code", "reason_text")
    columns = _columns(session, _VISITS, (first, last), words=words)
    return columns | {"encounter_id": columns["encounter_id"].astype(np.int64)}


def conditions(session: Session, first: int, last: int) -> Columns:
    """Their problems and diagnoses."""
    return _columns(session, _CONDITIONS, (first, last), words=("code", "text"))


def medications(session: Session, first: int, last: int) -> Columns:
    """Their prescriptions."""
    return _columns(session, _MEDICATIONS, (first, last), words=("name", "category"))


def measured(
    session: Session,
    codes: Sequence[str],
    before: int,
    *,
    words: bool,
    patients: Sequence[int] | None = None,
) -> Iterator[Columns]:
    """Measurements of these codes before an instant (ms UTC), some at a time, at least once.

    code: its place in `codes`.  words: texts instead of numbers.  patients: only of these, found
    by the index; else of all, in the order in which the disk holds them.
    """
    what, present = _TEXT if words else _NUMBER
    by = "id" if patients is None else "patient_id"
    query = _OBSERVATIONS.format(what, by, present)
    places = {code: place for place, code in enumerate(codes)}
    for first, last in _spans(session, patients):
        span = first, last, json.dumps(codes), before
        columns = _columns(session, query, span, words=("code", "text"))
        place = np.fromiter(map(places.__getitem__, columns["code"]), np.int64)
        yield {**columns, "code": place}


def _spans(session: Session, patients: Sequence[int] | None) -> Iterator[tuple[int, int]]:
    if patients is not None:
        yield from ((patient, patient) for patient in patients or (0,))
        return
    for first in range(1, max(marks(session).rows["observation"], 1) + 1, BATCH):
        yield first, first + BATCH - 1


def _columns(
    session: Session, query: str, parameters: tuple[Any, ...], *, words: Sequence[str]
) -> Columns:
    cursor = driver_connection(session.connection()).execute(query, parameters)
    names = [column[0] for column in cursor.description]
    values = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(names)
    return {n: _array(n, held, words) for n, held in zip(names, values, strict=True)}


def _array(name: str, values: Sequence[Any], words: Sequence[str]) -> NDArray[Any]:
    """Numbers that may be missing are floats: NaN is where nobody knows."""
    if name in words:
        texts = np.empty(len(values), dtype=object)
        texts[:] = values
        return texts
    return np.array(values, dtype=np.int64 if name in _WHOLE else np.float64)


def _one(driver: Any, query: str) -> int:
    return int(driver.execute(query).fetchone()[0])
