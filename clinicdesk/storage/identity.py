"""Patients by the numbers that systems gave them, and numbers that wait for somebody."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from clinicdesk.domain.identity import Details, Number
from clinicdesk.domain.patient import AgeStatement, PatientId
from clinicdesk.storage.database import driver_connection

Holder: TypeAlias = PatientId | None
"""Who has a number: a patient, or somebody whom nobody has recognised yet."""
_PAGE = 10_000
Held: TypeAlias = tuple[Holder, str, str, int, int]
"""Who has which number, and where that was said: holder, system, value, file, row."""


class Numbers:
    """The numbers of the store, looked up as many at a time as a chunk of a file has."""

    def __init__(self, session: Session) -> None:
        self._connection = driver_connection(session.connection())

    def holders(self, system: str, values: Sequence[str]) -> dict[str, list[Holder]]:
        """Who has these numbers of one system."""
        return _grouped(self._connection.execute(_OF_SYSTEM, (json.dumps(values), system)))

    def holders_elsewhere(self, system: str, values: Sequence[str]) -> dict[str, list[Holder]]:
        """Who has these numbers of any other system."""
        return _grouped(self._connection.execute(_ELSEWHERE, (json.dumps(values), system)))

    def details(self, ids: Iterable[PatientId]) -> dict[PatientId, tuple[Number, Details, bool]]:
        """First number, what is known, and whether the record is restricted."""
        found = self._connection.execute(_DETAILS, (json.dumps(sorted(set(ids))),))
        return {
            PatientId(row[0]): (Number(row[1], row[2]), _details(row), bool(row[-1]))
            for row in found
        }

    def without(self, system: str) -> Iterator[list[tuple[PatientId, Details]]]:
        """Every patient who has no number of this system, a page at a time."""
        last = 0
        while page := self._connection.execute(_WITHOUT, (system, last, _PAGE)).fetchall():
            yield [(PatientId(row[0]), _details(row)) for row in page]
            last = page[-1][0]

    def next_id(self) -> PatientId:
        """A row id that no patient has or had."""
        (last,) = self._connection.execute(_LAST).fetchone()
        return PatientId(last + 1)

    def count(self) -> int:
        """How many patients there are, about: by the last row id."""
        (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM patient").fetchone()
        return int(last)

    def add(self, rows: Sequence[Held]) -> None:
        """Write down who has which number. Twice is once."""
        self._connection.executemany(_ADD, rows)

    def settle(self, numbers: Sequence[Number]) -> None:
        """Somebody was recognised: the numbers wait no longer."""
        self._connection.executemany(_SETTLE, numbers)


def _grouped(found: Iterable[tuple[str, Holder]]) -> dict[str, list[Holder]]:
    grouped: dict[str, list[Holder]] = {}
    for value, holder in found:
        grouped.setdefault(value, []).append(holder)
    return grouped


def _details(row: Sequence[Any]) -> Details:
    _, _, _, family, given, born, years, true_on, gender, phone, email, address, _ = row
    return Details(
        family,
        given,
        date.fromisoformat(born) if born else None,
        AgeStatement(years, date.fromisoformat(true_on)) if true_on and years is not None else None,
        gender,
        phone,
        email,
        address,
    )


def numbers_of(session: Session, patient_id: PatientId) -> list[Number]:
    """Every number of a patient, the first one first."""
    found = driver_connection(session.connection()).execute(_NUMBERS, (patient_id,))
    return [Number(system, value) for system, value in found]


_OF_SYSTEM = """
SELECT DISTINCT i.value, i.patient_id FROM json_each(?1)
JOIN patient_identifier i ON i.value = json_each.value AND i.system = ?2
"""
_ELSEWHERE = """
SELECT DISTINCT i.value, i.patient_id FROM json_each(?1)
JOIN patient_identifier i ON i.value = json_each.value AND i.system <> ?2
"""
_DETAILS = """
SELECT patient.id, mrn_system, mrn, family_name, given_name, birth_date, age_years, age_true_on,
gender, phone, email, address, EXISTS (
  SELECT 1 FROM restriction WHERE restriction.patient_id = patient.id AND lifted_at IS NULL
) FROM json_each(?1) JOIN patient ON patient.id = json_each.value
"""
_WITHOUT = """
SELECT id, mrn_system, mrn, family_name, given_name, birth_date, age_years, age_true_on,
gender, phone, email, address, 0 FROM patient
WHERE id > ?2 AND NOT entered_in_error AND NOT EXISTS (
  SELECT 1 FROM patient_identifier WHERE patient_id = patient.id AND system = ?1
) ORDER BY id LIMIT ?3
"""
_LAST = """
SELECT max(coalesce((SELECT max(id) FROM patient), 0),
coalesce((SELECT max(patient_id) FROM patient_identifier), 0))
"""
_ADD = """
INSERT INTO patient_identifier (patient_id, system, value, file_id, row)
SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (
  SELECT 1 FROM patient_identifier WHERE value = ?3 AND system = ?2 AND patient_id IS ?1
)
"""
_SETTLE = "DELETE FROM patient_identifier WHERE system = ?1 AND value = ?2 AND patient_id IS NULL"
_NUMBERS = """
SELECT DISTINCT system, value FROM patient_identifier WHERE patient_id = ? ORDER BY id
"""
