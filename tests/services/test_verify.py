"""Each kind of damage fails its own check, and a healthy store passes all (C05)."""

import os
from pathlib import Path

import pytest

from clinicdesk.errors import Cancelled
from clinicdesk.services.clinic import Clinic
from tests.attachments import dicom, write
from tests.storage.factories import add_observation, add_patient, database_of

NAMES = [
    "key files",
    "encryption",
    "encrypted pages",
    "structure",
    "references",
    "schema",
    "store",
    "accounts",
    "pins",
    "audit",
    "search",
    "documents",
    "imported files",
    "rows",
]


@pytest.fixture
def full(clinic: Clinic) -> Clinic:
    """A store with a patient, whose last writes are still in the log."""
    id = add_patient(database_of(clinic), "M1")
    add_observation(database_of(clinic), id, "8867-4", 71.0)
    return clinic


def test_a_healthy_store_passes_every_check(full: Clinic) -> None:
    checks = full.verification.checks()
    assert [check.name for check in checks] == NAMES
    assert all(check.ok for check in checks), checks
    assert "SQLCipher 4" in checks[1].detail
    assert "patient 1" in checks[-1].detail


def test_a_log_left_by_a_crash_is_no_damage(full: Clinic) -> None:
    """The false alarm that the order of the checks is there for."""
    assert (full.folder / "clinic.db-wal").stat().st_size > 0
    assert _failed(full) == set()


def test_a_changed_byte_is_found(full: Clinic) -> None:
    database_of(full).checkpoint()
    database_of(full).engine.dispose()
    _flip(full.folder / "clinic.db", -100)
    assert "encrypted pages" in _failed(full)


def test_a_row_that_points_nowhere_is_found(full: Clinic) -> None:
    _execute(full, "DROP TRIGGER observation_kept")
    _execute(full, "UPDATE observation SET patient_id = 999")
    assert _failed(full) == {"references", "schema"}


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER observation_kept",
        "DROP TRIGGER change_no_delete",
        "CREATE TRIGGER more AFTER INSERT ON patient BEGIN SELECT 1; END",
    ],
)
def test_a_rule_that_is_not_as_it_was_made_is_found(full: Clinic, statement: str) -> None:
    """E02: append-only, and history, are triggers; whoever drops one is noticed."""
    _execute(full, statement)
    assert _failed(full) == {"schema"}


def test_a_patient_the_search_does_not_know_is_found(full: Clinic) -> None:
    _execute(full, "DELETE FROM patient_search WHERE rowid = 1")
    assert _failed(full) == {"search"}


def test_another_schema_and_another_store_are_found(full: Clinic) -> None:
    _execute(full, "UPDATE alembic_version SET version_num = '9999'")
    _execute(full, "UPDATE store SET value = 'ab' WHERE name = 'store_id'")
    assert _failed(full) == {"schema", "store"}


def test_an_account_that_the_keys_know_otherwise_is_found(full: Clinic) -> None:
    """A07."""
    _execute(full, "UPDATE user SET public_key = 'ab'")
    assert _failed(full) == {"accounts"}


def test_an_event_that_is_missing_is_found(full: Clinic) -> None:
    """C07, E03."""
    _execute(full, "DROP TRIGGER audit_event_delete")
    _execute(full, "DELETE FROM audit_event WHERE seq > 1")
    assert _failed(full) == {"pins", "audit", "schema"}


def test_an_event_that_was_changed_is_found(full: Clinic) -> None:
    """E02."""
    _execute(full, "DROP TRIGGER audit_event_update")
    _execute(full, "UPDATE audit_event SET action = 'session.lock' WHERE seq = 1")
    assert _failed(full) == {"audit", "schema"}


@pytest.mark.parametrize("name", ["clinic.keys", "clinic.keys.bak"])
def test_a_lost_or_changed_key_file_is_found(full: Clinic, name: str) -> None:
    _flip(full.folder / name, 10)
    assert _failed(full) == {"key files"}
    (full.folder / name).unlink()
    assert _failed(full) == {"key files"}


def test_verifying_can_be_stopped(full: Clinic) -> None:
    class Stopped:
        def report(self, fraction: float, message: str = "") -> None: ...

        def raise_if_cancelled(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        full.verification.checks(Stopped())


def _failed(clinic: Clinic) -> set[str]:
    return {check.name for check in clinic.verification.checks() if not check.ok}


def _execute(clinic: Clinic, statement: str) -> None:
    """As something other than ClinicDesk would: without the references being watched."""
    with database_of(clinic).engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute(statement)
    database_of(clinic).engine.dispose()


def _flip(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place, os.SEEK_END if place < 0 else os.SEEK_SET)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


def test_a_changed_document_is_found(full: Clinic, tmp_path: Path) -> None:
    """G11: without opening it."""
    (patient, *_) = full.patients.find("")
    full.documents.add(patient, write(tmp_path, dicom(400_000), "IM1"))
    assert _failed(full) == set()
    (file,) = (full.folder / "documents").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert _failed(full) == {"documents"}
