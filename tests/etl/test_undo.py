"""An import can be undone at any later time, keeping what people edited since (F37)."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.domain.undone import Why
from clinicdesk.errors import BadInput, NotAllowed, RecordNotFound
from clinicdesk.services.access import Access
from clinicdesk.services.undoing import Undoing
from clinicdesk.storage.corrections import editing
from clinicdesk.storage.guard import RecordGuard
from tests.etl.factories import NOW, PATIENTS, Desk

DESK = Principal(1, "desk", Role.ADMINISTRATOR)
VITALS = "patient_id,timestamp,heart_rate,weight_kg\n"
FIRST = VITALS + "P1,2026-01-01 08:00,71,70\nP2,2026-01-01 08:00,80,90\n"


@pytest.fixture
def undoing(desk: Desk) -> Undoing:
    return Undoing(desk.database, Access(DESK), lambda: NOW)


@pytest.fixture
def correct(desk: Desk) -> Callable[..., None]:
    """Correct a row by hand: kind, row, columns."""
    guard = RecordGuard(desk.database, DESK, lambda: NOW)

    def correct(kind: Recorded, row_id: int, **values: object) -> None:
        table, owner = kind.value, "id" if kind is Recorded.PATIENT else "patient_id"
        (patient_id,) = next(r for r in desk.rows(table, f"id, {owner}") if r[0] == row_id)[1:]
        with editing(
            guard, PatientId(patient_id), user_id=1, reason="a slip of the pen", at=NOW
        ) as edit:
            with desk.database.reading() as session:
                (version,) = session.execute(
                    text(f'SELECT version FROM "{table}" WHERE id = {row_id}')
                ).one()
            edit.correct(kind, edit.held(kind, row_id, version), values)

    return correct


def clinical(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """What the record says."""
    return {
        table: desk.rows(table, columns)
        for table, columns in {
            "patient": "mrn, family_name, phone, gender, entered_in_error",
            "observation": "patient_id, code, effective_at, value, unit, original_value,"
            " entered_in_error, file_id, row",
            "encounter": "patient_id, number, ended_at, entered_in_error",
            "patient_identifier": "patient_id, system, value",
        }.items()
    }


def test_an_import_that_nobody_touched_leaves_nothing(desk: Desk, undoing: Undoing) -> None:
    before = clinical(desk)
    desk.run({"patients.csv": PATIENTS, "vitals.csv": FIRST})
    report = undoing.run(1)
    assert clinical(desk) == before
    assert report.removed == {"observation": 4, "patient": 2}
    assert not report.kept
    assert desk.rows("patient_search", "rowid", "rowid") == []


def test_overwritten_values_are_restored_with_their_origin(desk: Desk, undoing: Undoing) -> None:
    desk.run({"patients.csv": PATIENTS, "vitals.csv": FIRST})
    before = clinical(desk)
    changed = FIRST.replace("71,70", "77.123456789012345,70").replace("80,90", "80,91.1")
    desk.run({"vitals.csv": changed})
    assert clinical(desk) != before
    report = undoing.run(2)
    assert clinical(desk) == before
    assert report.restored == {"observation": 2}
    assert not report.removed


def test_what_a_person_edited_stays_and_is_listed(
    desk: Desk, undoing: Undoing, correct: Callable[..., None]
) -> None:
    desk.run({"patients.csv": PATIENTS, "vitals.csv": FIRST})
    correct(Recorded.OBSERVATION, 1, value=72.0, original_value="72")
    report = undoing.run(1)
    assert [(row.kind, row.row_id, row.why) for row in report.rows] == [
        (Recorded.OBSERVATION, 1, Why.EDITED),
        (Recorded.PATIENT, 1, Why.USED),
    ]
    assert desk.rows("observation", "id, value") == [(1, 72.0)]
    assert desk.rows("patient", "mrn") == [("P1",)]
    assert "P1" in report.rows[0].patient


def test_the_values_of_later_imports_stand(desk: Desk, undoing: Undoing) -> None:
    desk.run({"patients.csv": PATIENTS})
    desk.run({"vitals.csv": FIRST})
    desk.run({"vitals.csv": FIRST.replace("71,70", "77,70")})
    report = undoing.run(2)
    assert (77.0,) in desk.rows("observation", "value")
    assert report.rows[0].why is Why.LATER
    undoing.run(3)
    standing = desk.rows("observation", "entered_in_error")
    assert all(in_error for (in_error,) in standing)


def test_what_was_undone_can_be_imported_again(
    desk: Desk, undoing: Undoing, correct: Callable[..., None]
) -> None:
    desk.run({"patients.csv": PATIENTS, "vitals.csv": FIRST})
    desk.run({"vitals.csv": FIRST.replace("71,70", "77,70")})
    undoing.run(1)
    undoing.run(2)
    desk.run({"patients.csv": PATIENTS, "vitals.csv": FIRST})
    found = desk.rows("observation", "code, value, entered_in_error", "patient_id, code")
    assert [value for _, value, _ in found] == [70.0, 71.0, 90.0, 80.0]
    assert not any(in_error for _, _, in_error in found)
    assert desk.rows("patient", "mrn, entered_in_error") == [("P1", 0), ("P2", 0)]


def test_a_look_changes_nothing_and_says_the_same(desk: Desk, undoing: Undoing) -> None:
    desk.run({"patients.csv": PATIENTS, "vitals.csv": FIRST})
    before = clinical(desk), desk.rows("audit_event", "*", "seq"), desk.rows("import_run")
    look = undoing.preview(1)
    assert (clinical(desk), desk.rows("audit_event", "*", "seq"), desk.rows("import_run")) == before
    assert look == undoing.run(1)


def test_a_patient_whose_record_was_opened_leaves_the_lists_and_keeps_the_number(
    desk: Desk, undoing: Undoing
) -> None:
    desk.run({"patients.csv": PATIENTS})
    guard = RecordGuard(desk.database, DESK, lambda: NOW)
    with guard.viewing(PatientId(2)):
        pass
    undoing.run(1)
    assert desk.rows("patient", "id, entered_in_error") == [(2, 1)]
    assert desk.rows("patient_search", "rowid", "rowid") == []


def test_a_visit_that_results_of_another_import_belong_to_stays(
    desk: Desk, undoing: Undoing
) -> None:
    desk.run({"patients.csv": PATIENTS})
    visits = "visit_id,patient_id,visit_date,diagnosis\nV1,P1,2026-01-01,flu\n"
    desk.run({"visits.csv": visits})
    with desk.database.writing() as session:
        session.execute(
            text(
                "INSERT INTO observation (patient_id, encounter_id, code, effective_at, value,"
                " unit, text, original_value, original_unit, source, ordinal, original_code,"
                " display) VALUES (1, 1, '8867-4', 1, 70, '/min', '', '70', '', 'hand', 0, '', '')"
            )
        )
    report = undoing.run(2)
    assert [(row.kind, row.why) for row in report.rows] == [(Recorded.ENCOUNTER, Why.USED)]


def test_the_undo_is_in_the_audit_and_in_the_history(desk: Desk, undoing: Undoing) -> None:
    desk.run({"patients.csv": PATIENTS})
    undoing.run(1)
    [(action, object_id, detail)] = desk.rows(
        "audit_event", "action, object_id, detail", "seq DESC LIMIT 1"
    )
    assert (action, object_id) == ("import.undone", "1")
    assert "P1" not in detail
    [run] = desk.imports.history()
    assert run.undone_at == NOW


def test_an_import_is_undone_once(desk: Desk, undoing: Undoing) -> None:
    desk.run({"patients.csv": PATIENTS})
    undoing.run(1)
    with pytest.raises(BadInput, match="undone already"):
        undoing.run(1)
    with pytest.raises(RecordNotFound, match="no import 7"):
        undoing.run(7)


def test_a_nurse_does_not_undo_imports(desk: Desk) -> None:
    access = Access(Principal(1, "desk", Role.NURSE))
    with pytest.raises(NotAllowed):
        Undoing(desk.database, access, lambda: NOW).run(1)


def test_nothing_is_deleted_outside_of_an_undo(desk: Desk) -> None:
    desk.run({"patients.csv": PATIENTS, "vitals.csv": FIRST})
    for table in ("observation", "patient"):
        with pytest.raises(Exception, match="nothing is deleted"), desk.database.writing() as s:
            s.execute(text(f"DELETE FROM {table}"))
