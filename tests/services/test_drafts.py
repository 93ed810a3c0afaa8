"""What was typed is given back to whoever typed it, from the encrypted store alone (F06)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from tests.services.stores import OWN_PASSWORD, Clock, add_account, events, make_store, unlock
from tests.storage.factories import add_patient, database_of

PLACE = "correct:observation:1"
TYPED = {"value": "1.33", "reason": "Xylophone"}


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


def test_what_was_typed_is_there_after_the_lock(clinic: Clinic, patient: PatientId) -> None:
    clinic.drafts.save(PLACE, {"value": "1"}, focus="value", patient_id=patient)
    clinic.drafts.save(PLACE, TYPED, focus="reason", patient_id=patient)
    clinic.lock()
    again = unlock(clinic.folder)
    [draft] = again.drafts.mine()
    assert (draft.place, draft.content, draft.focus) == (PLACE, TYPED, "reason")
    assert draft.patient_id == patient
    assert again.drafts.find(PLACE) == draft
    again.drafts.discard(PLACE)
    assert again.drafts.find(PLACE) is None
    again.lock()


def test_nobody_else_is_given_it(clinic: Clinic) -> None:
    clinic.drafts.save(PLACE, TYPED)
    add_account(clinic, "carl")
    carl = unlock(clinic.folder, "carl", OWN_PASSWORD)
    assert carl.drafts.mine() == []
    carl.drafts.save(PLACE, {"value": "2"})
    carl.drafts.discard(PLACE)
    carl.lock()
    assert [draft.content for draft in clinic.drafts.mine()] == [TYPED]


def test_emptied_fields_leave_nothing(clinic: Clinic) -> None:
    clinic.drafts.save(PLACE, TYPED)
    clinic.drafts.save(PLACE, {"value": " ", "reason": ""})
    assert clinic.drafts.mine() == []


def test_what_nobody_came_back_for_is_forgotten(clinic: Clinic, clock: Clock) -> None:
    clinic.drafts.save(PLACE, TYPED)
    clinic.lock()
    clock.go_on(days=31)
    again = unlock(clinic.folder, now=clock)
    assert again.drafts.mine() == []
    again.drafts.save("correct:observation:2", TYPED)
    with database_of(again).reading() as session:
        assert session.scalar(text("SELECT count(*) FROM draft")) == 1
    again.lock()


def test_no_file_has_it_in_plain_and_no_event_says_it(clinic: Clinic) -> None:
    """F03, F06."""
    clinic.drafts.save(PLACE, TYPED)
    assert not any("Xylophone" in detail for detail in events(clinic, "detail"))
    clinic.lock()
    for file in clinic.folder.rglob("*"):
        assert not file.is_file() or b"Xylophone" not in file.read_bytes()
