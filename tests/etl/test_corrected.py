"""A file and a person who corrected what it brought: neither silently undoes the other."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.correction import PatientCorrection, ResultCorrection
from clinicdesk.domain.patient import AdministrativeGender, PatientId
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.services.access import Access
from clinicdesk.services.editing import Editing
from clinicdesk.storage import history
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import RecordGuard
from tests.etl.factories import NOW, Desk

PATIENTS = "patient_id,gender,birth_date,phone\nP1,Female,1950-02-01,123\n"
LABS = "patient_id,date,test,value,unit\nP1,2026-03-01T08:00,Creatinine,{value},mg/dL\n"
ONE, WHY = PatientId(1), "Typed in the wrong unit"
AT = datetime(2026, 3, 1, 7, tzinfo=UTC)


@pytest.fixture
def editing(database: Database) -> Editing:
    principal = Principal(1, "desk", Role.ADMINISTRATOR)
    guard = RecordGuard(database, principal, lambda: NOW)
    return Editing(Access(principal), guard, UTC, lambda: NOW)


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> Desk:
    desk = Desk(tmp_path, database)
    bring(desk, "13.3")
    return desk


def bring(desk: Desk, value: str) -> Mapping[str, Any]:
    """The hospital's file; what became of the observations."""
    report = desk.run({"patients.csv": PATIENTS, "labs.csv": LABS.format(value=value)})
    counts = report.counts["observation"]
    return {"inserted": counts.inserted, "updated": counts.updated, "unchanged": counts.unchanged}


def values(desk: Desk) -> list[tuple[Any, ...]]:
    """The results that stand."""
    found = desk.rows("observation", "value, effective_at, version, entered_in_error")
    return [row[:3] for row in found if not row[3]]


def changes(desk: Desk) -> list[Change]:
    with desk.database.reading() as session:
        return history.of_patient(session, ONE)


def to(value: str, at: datetime = AT) -> ResultCorrection:
    return ResultCorrection(value, "mg/dL", at)


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def test_an_import_changes_in_its_own_name(desk: Desk) -> None:
    bring(desk, "1.4")
    [change] = changes(desk)
    assert (change.by, change.reason, change.import_id) == ("desk", "Import 2", 2)
    assert (change.before["value"], change.after["value"]) == (13.3, 1.4)
    assert desk.rows("acting", "*") == []


def test_the_same_file_does_not_bring_back_what_was_corrected(desk: Desk, editing: Editing) -> None:
    editing.correct_observation(ONE, 1, 1, to("1.33"), WHY)
    assert bring(desk, "13.3") == {"inserted": 0, "updated": 0, "unchanged": 1}
    assert values(desk) == [(1.33, millis(AT), 2)]


def test_what_the_file_newly_says_is_brought(desk: Desk, editing: Editing) -> None:
    """A correction of the laboratory's own, after ours."""
    editing.correct_observation(ONE, 1, 1, to("1.33"), WHY)
    assert bring(desk, "1.5")["updated"] == 1
    assert values(desk) == [(1.5, millis(AT), 3)]
    assert bring(desk, "13.3")["updated"] == 0  # and not the first one again
    assert values(desk) == [(1.5, millis(AT), 3)]


def test_the_same_file_does_not_bring_a_moved_result_twice(desk: Desk, editing: Editing) -> None:
    later = AT + timedelta(days=1)
    editing.correct_observation(ONE, 1, 1, to("13.3", later), WHY)
    assert bring(desk, "13.3") == {"inserted": 0, "updated": 0, "unchanged": 1}
    assert [row[:2] for row in values(desk)] == [(13.3, millis(later))]
    editing.correct_observation(ONE, 1, 2, to("13.3"), "It was right")  # back to where it came from
    assert bring(desk, "13.3")["inserted"] == 0
    assert [row[:2] for row in values(desk)] == [(13.3, millis(AT))]


def test_what_was_in_error_stays_so_until_the_file_says_something_else(
    desk: Desk, editing: Editing
) -> None:
    editing.mark_in_error(ONE, Recorded.OBSERVATION, 1, 1, "Haemolysed")
    assert bring(desk, "13.3")["updated"] == 0
    assert values(desk) == []
    assert bring(desk, "4.1")["updated"] == 1
    assert values(desk) == [(4.1, millis(AT), 3)]
    newest = changes(desk)[0]
    assert (newest.import_id, newest.before["entered_in_error"]) == (3, True)


def test_a_corrected_telephone_stays_and_a_new_address_comes(desk: Desk, editing: Editing) -> None:
    correction = PatientCorrection(
        family_name="Zzyzx",
        given_name="Ann",
        prefix="",
        birth_date=datetime(1950, 2, 1, tzinfo=UTC).date(),
        gender=AdministrativeGender.FEMALE,
        deceased_on=None,
        address="",
        phone="456",
        email="",
    )
    editing.correct_patient(ONE, 1, correction, "Asked")
    desk.run({"patients.csv": PATIENTS})
    assert desk.rows("patient", "phone, family_name") == [("456", "Zzyzx")]
    desk.run({"patients.csv": PATIENTS.replace("123", "789")})
    assert desk.rows("patient", "phone") == [("789",)]


def test_a_first_import_changes_nothing(desk: Desk) -> None:
    """Patients with an allergy are known to have one at its end: nobody saw them otherwise."""
    desk.run({"patients.csv": "patient_id,gender,allergies\nP7,F,Penicillin\n"})
    assert desk.rows("patient", "allergy_status", "mrn")[-1] == ("known",)
    assert desk.rows("change", "*") == []
    desk.run({"patients.csv": "patient_id,gender,allergies\nP1,Female,Latex\n"})
    [change] = changes(desk)
    assert (change.before["allergy_status"], change.import_id) == ("not-recorded", 3)
