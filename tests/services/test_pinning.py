"""E03: what the key header remembers while somebody works, so that the newest events are missed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from clinicdesk import vault
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.pinning import EVENTS
from clinicdesk.storage import audit
from clinicdesk.vault import Domain
from tests.services.stores import OWN_PASSWORD, Clock, add_account, die, execute, make_store, unlock
from tests.storage.factories import add_patient, database_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def clinic(tmp_path: Path, clock: Clock) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store", clock)
    yield clinic
    clinic.lock()


@pytest.fixture
def patient(clinic: Clinic) -> PatientId:
    return add_patient(database_of(clinic), "M1")


def head(clinic: Clinic) -> int:
    with database_of(clinic).reading() as session:
        return audit.head(session).seq


def pinned(clinic: Clinic) -> int:
    return vault.read_pins(clinic._unlocked, Domain.CLINICAL).audit_seq


def test_coming_and_going_is_pinned(clinic: Clinic) -> None:
    assert pinned(clinic) == head(clinic)
    clinic.lock()
    again = unlock(clinic.folder)
    assert pinned(again) == head(again)
    again.lock()


def test_a_hundred_events_are_pinned(clinic: Clinic, patient: PatientId) -> None:
    before = head(clinic)
    for _ in range(EVENTS - 1):
        clinic.records.open(patient)
    assert pinned(clinic) == before
    clinic.records.open(patient)
    assert pinned(clinic) == head(clinic) == before + EVENTS


def test_a_minute_is_pinned_with_what_comes_next_and_without(
    clinic: Clinic, patient: PatientId, clock: Clock
) -> None:
    before = head(clinic)
    clinic.records.open(patient)
    assert pinned(clinic) == before
    clock.go_on(seconds=60)
    clinic.records.open(patient)
    assert pinned(clinic) == head(clinic)
    clinic.records.open(patient)
    clinic.pinner.pin_if_due()
    assert pinned(clinic) == head(clinic) - 1
    clock.go_on(seconds=60)
    clinic.pinner.pin_if_due()
    assert pinned(clinic) == head(clinic)


def test_what_was_cut_off_behind_a_session_is_missed_when_it_ends(
    clinic: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    """The session remembers what it has committed, pinned or not, and would not pin less."""
    kept = head(clinic)
    for _ in range(3):
        clinic.records.open(patient)
    execute(clinic, "DROP TRIGGER audit_event_delete")
    execute(clinic, f"DELETE FROM audit_event WHERE seq > {kept}")
    clinic.pinner.pin()
    die(clinic)
    with pytest.raises(StoreError, match="older copy"):
        unlock(clinic.folder)


def test_what_was_recorded_before_a_crash_is_pinned_by_who_comes_next(
    clinic: Clinic, patient: PatientId
) -> None:
    clinic.records.open(patient)
    last = head(clinic)
    die(clinic)
    again = unlock(clinic.folder)
    assert pinned(again) > last
    assert again.audit.verify().ok
    again.lock()


def test_of_two_programs_the_later_pin_stays(clinic: Clinic, patient: PatientId) -> None:
    add_account(clinic, "bob")
    other = unlock(clinic.folder, "bob", OWN_PASSWORD, clinic.now)
    clinic.records.open(patient)
    old = clinic.pinner._known
    other.records.open(patient)
    other.pinner.pin()
    latest = pinned(other)
    pins = vault.Pins(old.seq, old.seq, old.mac, "")
    vault.write_pins(clinic._unlocked, Domain.CLINICAL, pins)
    assert pinned(clinic) == latest
    other.lock()


def test_a_store_that_went_another_way_is_not_pinned_over(
    clinic: Clinic, patient: PatientId, clock: Clock
) -> None:
    """C07: the pin stays what is missed."""
    before = pinned(clinic)
    execute(clinic, "DROP TRIGGER audit_event_update")
    execute(clinic, f"UPDATE audit_event SET mac = zeroblob(32) WHERE seq = {before}")
    clock.now += timedelta(minutes=2)
    clinic.records.open(patient)
    assert pinned(clinic) == before
    die(clinic)
    with pytest.raises(StoreError, match="older copy"):
        unlock(clinic.folder)
