"""The database itself keeps what a clinical row said, and who changed it (C16, E02)."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from clinicdesk.storage.base import Base
from clinicdesk.storage.database import Database
from clinicdesk.storage.tables import Clinical
from tests.storage.factories import (
    add_allergy,
    add_condition,
    add_encounter,
    add_file,
    add_medication,
    add_observation,
    add_patient,
    changing,
)

HEART_RATE = "8867-4"
UNKEPT = {  # what may change and leaves no trace, and why
    ("patient", "updated_at"),  # when a file last named the patient
}
FIXED = {
    "id",
    "version",
    "size",
    "sha256",
    "created_at",
    "entered_by",
    "entered_at",
}  # never change
TABLES = sorted(
    mapper.local_table.name
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, Clinical)
)
CELLS = [
    (table, column.name)
    for table in TABLES
    for column in Base.metadata.tables[table].columns
    if (table, column.name) not in UNKEPT
]


@pytest.fixture
def full(database: Database) -> Database:
    """One row in every clinical table; each has the id 1."""
    add_file(database)
    patient = add_patient(database, "M1", address="1 Hill")
    add_encounter(database, patient, "V1")
    add_observation(database, patient, HEART_RATE, 71.0)
    add_condition(database, patient, "Asthma")
    add_medication(database, patient, "Aspirin")
    add_allergy(database, patient, "Penicillin")
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO document (patient_id, title, content_type, size, sha256, created_at)"
                " VALUES (1, 'Letter', 'application/pdf', 3, 'aa', 0)"
            )
        )
    return database


@pytest.mark.parametrize(("table", "column"), CELLS)
def test_no_column_changes_without_who_and_why(full: Database, table: str, column: str) -> None:
    with pytest.raises(IntegrityError, match=table), full.writing() as session:
        session.execute(text(f'UPDATE "{table}" SET "{column}" = 77'))


@pytest.mark.parametrize(("table", "column"), [c for c in CELLS if c[1] not in FIXED])
def test_what_a_column_said_is_kept(full: Database, table: str, column: str) -> None:
    [before] = _rows(full, f'SELECT * FROM "{table}"')
    new = 0 if column == "entered_in_error" and before[column] else 1
    with changing(full, "Because") as session:
        session.execute(text(f'UPDATE "{table}" SET "{column}" = {new!r}'))
    [after] = _rows(full, f'SELECT * FROM "{table}"')
    changed = [c for c in after if c != "version" and after[c] != before[c]]
    assert changed in ([column], [])
    if changed:
        [kept] = _rows(full, "SELECT * FROM change")
        assert json.loads(kept["before"]) == {column: before[column]}
        assert (kept["table_name"], kept["row_id"], kept["version"]) == (table, 1, 1)
        assert (kept["patient_id"], kept["user_id"], kept["reason"]) == (1, 1, "Because")
        assert after["version"] == 2


@pytest.mark.parametrize("table", TABLES)
def test_nothing_clinical_is_deleted(full: Database, table: str) -> None:
    with pytest.raises(IntegrityError, match="nothing is deleted"), changing(full) as session:
        session.execute(text(f'DELETE FROM "{table}"'))


def test_a_row_is_not_replaced_past_its_history(full: Database) -> None:
    """INSERT OR REPLACE would delete without asking the triggers, did we not say otherwise."""
    columns = [c.name for c in Base.metadata.tables["observation"].columns if c.name != "value"]
    names = ", ".join(f'"{name}"' for name in columns)
    statement = (
        f"INSERT OR REPLACE INTO observation ({names}, value) SELECT {names}, 999 FROM observation"
    )
    with pytest.raises(IntegrityError, match="nothing is deleted"), changing(full) as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE change SET reason = 'nothing'", "DELETE FROM change", "UPDATE change SET id = 9"],
)
def test_what_was_kept_stays(full: Database, statement: str) -> None:
    """E02: append-only."""
    with changing(full) as session:
        session.execute(text("UPDATE observation SET value = 72"))
    with pytest.raises(IntegrityError, match="what was written stays"), full.writing() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("reason", ["", "   "])
def test_why_is_not_left_out(full: Database, reason: str) -> None:
    with pytest.raises(IntegrityError), changing(full, reason) as session:
        session.execute(text("UPDATE observation SET value = 72"))


def test_nobody_acts_after_the_unit_of_work(full: Database) -> None:
    with changing(full) as session:
        session.execute(text("UPDATE observation SET value = 72"))
    assert _rows(full, "SELECT * FROM acting") == []


def test_a_change_to_the_same_is_none(full: Database) -> None:
    with full.writing() as session:
        session.execute(text("UPDATE observation SET value = value"))
    assert _rows(full, "SELECT * FROM change") == []


def test_a_version_counts_only_by_itself(full: Database) -> None:
    with pytest.raises(IntegrityError, match="counts by itself"), changing(full) as session:
        session.execute(text("UPDATE observation SET version = 2"))


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30
)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=6))
def test_the_very_numbers_are_kept(full: Database, values: list[float]) -> None:
    """To the last bit: a value that comes back from the history is the value."""
    [row] = _rows(full, "SELECT value, version FROM observation")
    said, first = [row["value"]], row["version"]
    for value in values:
        with changing(full) as session:
            session.execute(text("UPDATE observation SET value = :v"), {"v": value})
        if value != said[-1]:
            said.append(value)
    kept = _rows(full, f"SELECT before FROM change WHERE version >= {first} ORDER BY version")
    assert [json.loads(each["before"])["value"] for each in kept] == said[:-1]


def _rows(database: Database, query: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [dict(row) for row in session.execute(text(query)).mappings()]
