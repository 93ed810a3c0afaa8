"""On a disk that takes nothing people still come in and read; the audit hears of it (C09, E01)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import DiskFull, RestrictedRecord, StoreDamaged
from clinicdesk.services import session as sessions
from clinicdesk.services.clinic import Clinic
from clinicdesk.storage.condition import Condition
from clinicdesk.storage.database import Database
from tests.services.stores import (
    OWN_PASSWORD,
    Clock,
    add_account,
    events,
    make_store,
    unlock,
)
from tests.storage.factories import add_observation, add_patient, database_of


class Disk:
    """As much room as it is told."""

    free = 0

    def __call__(self, _folder: Path) -> "Disk":
        return self


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def admin(tmp_path: Path, clock: Clock) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store", clock)
    yield clinic
    clinic.lock()


@pytest.fixture
def patient(admin: Clinic) -> PatientId:
    patient = add_patient(database_of(admin), "M1")
    add_observation(database_of(admin), patient, "8867-4", 72)
    return patient


def fill(database: Database, disk: Disk) -> None:
    """Let the disk be found full."""
    database.condition = Condition(database.path.parent, disk, spare=7_400_000)
    database.condition.noted(DiskFull())


def test_a_record_opens_and_its_event_is_written_once_there_is_room(
    admin: Clinic, patient: PatientId, disk: Disk, clock: Clock
) -> None:
    fill(database_of(admin), disk)
    opened_at = clock.now
    assert admin.records.open(patient).summary.mrn == "M1"
    assert [each.value for each in admin.records.latest(patient)] == [72]
    assert "patient.view" not in events(admin, "action")
    assert admin.upkeep.health().missing == 7_400_000
    clock.go_on(minutes=7)
    disk.free = 10_000_000
    assert admin.upkeep.try_again().is_writable
    seen = events(admin, "action", "at")
    assert seen[-1] == ("patient.view", int(opened_at.timestamp() * 1000))
    assert [action for action, _ in seen].count("patient.view") == 1
    assert admin.audit.verify().ok


def test_what_is_owed_is_written_before_what_comes_next(
    admin: Clinic, patient: PatientId, disk: Disk
) -> None:
    fill(database_of(admin), disk)
    admin.records.open(patient)
    disk.free = 10_000_000
    admin.settings.change_idle_minutes(7)
    assert events(admin, "action")[-2:] == ["patient.view", "settings.change"]


def test_nothing_is_changed_meanwhile(admin: Clinic, patient: PatientId, disk: Disk) -> None:
    fill(database_of(admin), disk)
    with pytest.raises(DiskFull, match=r"7\.4 MB more are needed"):
        admin.settings.change_idle_minutes(7)
    assert admin.settings.idle_minutes() == 5


def test_a_restricted_record_stays_closed(
    admin: Clinic, patient: PatientId, disk: Disk, clock: Clock
) -> None:
    add_account(admin, "bob", "nurse")
    admin.restrictions.restrict(patient, "a colleague is the patient")
    bob = unlock(admin.folder, "bob", OWN_PASSWORD, clock)
    fill(database_of(bob), disk)
    for _ in range(2):
        with pytest.raises(RestrictedRecord):
            bob.records.open(patient)
    disk.free = 10_000_000
    assert bob.upkeep.try_again().is_writable
    denied = [e for e in events(bob, "action", "outcome") if e == ("patient.view", "denied")]
    assert len(denied) == 2
    bob.lock()


def test_somebody_comes_in_and_that_is_noted_later(
    admin: Clinic, patient: PatientId, disk: Disk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.lock()

    class FullFromTheStart(Database):
        def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
            super().__init__(path, key, create=create)
            fill(self, disk)

    monkeypatch.setattr(sessions, "Database", FullFromTheStart)
    clinic = unlock(admin.folder, now=clock)
    assert any("7.4 MB more" in warning for warning in clinic.warnings)
    before = events(clinic, "action").count("session.unlock")
    assert clinic.records.open(patient).summary.mrn == "M1"
    disk.free = 10_000_000
    assert clinic.upkeep.try_again().is_writable
    assert events(clinic, "action")[-2:] == ["session.unlock", "patient.view"]
    assert events(clinic, "action").count("session.unlock") == before + 1
    clinic.lock()


def test_a_damaged_store_opens_to_nobody(admin: Clinic, patient: PatientId) -> None:
    """C10: that is no disk to wait for."""
    database_of(admin).condition.noted(StoreDamaged())
    with pytest.raises(StoreDamaged):
        admin.records.open(patient)
    health = admin.upkeep.try_again()
    assert (health.damaged, health.is_writable) == (True, False)


def test_the_log_is_folded_at_rest(admin: Clinic) -> None:
    """C14."""
    log = admin.folder / "clinic.db-wal"
    add_patient(database_of(admin), "M2")
    assert log.stat().st_size > 0
    admin.upkeep.rest()
    assert log.stat().st_size == 0


def test_a_large_import_leaves_no_large_log(admin: Clinic) -> None:
    """C14: not above 64 MB, whatever was written at once."""
    with database_of(admin).connected() as connection:
        (limit,) = connection.execute("PRAGMA journal_size_limit").fetchone()
    assert limit == 64 << 20


def test_a_large_store_is_looked_through_once_a_week(
    admin: Clinic, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C05: a small one at every unlocking."""
    assert not admin.upkeep.look_if_due()
    monkeypatch.setattr("clinicdesk.storage.integrity.AT_EVERY_OPENING", 1)
    assert admin.upkeep.look_if_due()
    assert not admin.upkeep.look_if_due()
    clock.go_on(days=8)
    admin._access._began = clock.now
    assert admin.upkeep.look_if_due()
    with database_of(admin).reading() as session:
        assert session.scalar(text("SELECT count(*) FROM store WHERE name LIKE 'integrity%'")) == 1
