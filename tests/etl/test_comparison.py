"""Before an import is kept, every cell that it would change can be looked at (F32, F33, F34)."""

import pytest
from sqlalchemy import text

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.comparison import CellCounts, Comparison
from clinicdesk.storage.acting import acting
from tests.etl.factories import NOW, Desk

PEOPLE = "patient_id,family_name,given_name,gender,birth_date,phone,email\n"
OLD = PEOPLE + "P1,Ek,Ida,F,1950-02-01,555,ida@x\nP2,Ax,Bo,M,1980-12-31,,\n"
NEW = (
    PEOPLE
    + "P1,Ek,Idah,F,1950-02-01,,ida@x\nP2,Ax,Bo,M,1980-12-31,777,\nP3,Oy,Al,M,1990-01-01,1,\n"
)
VITALS = "patient_id,timestamp,heart_rate,weight_kg\n"


def compared(desk: Desk, files: dict[str, str | bytes], **said: object) -> Comparison:
    comparison = desk.run(files, dry_run=True, **said).comparison
    assert comparison is not None
    return comparison


def test_every_cell_is_new_changed_unchanged_or_blank(desk: Desk) -> None:
    desk.run({"patients.csv": OLD})
    found = compared(desk, {"patients.csv": NEW})
    counts = {label: each for (_, label), each in found.counts.items()}
    assert counts["Given name"] == CellCounts(new=1, changed=1, unchanged=1)
    assert counts["Telephone"] == CellCounts(new=2, kept=1)
    assert counts["E-mail"] == CellCounts(unchanged=1)
    assert counts["Date of birth"] == CellCounts(new=1, unchanged=2)
    assert [(c.column, c.before, c.after, c.row) for c in found.cells] == [
        ("Given name", "Ida", "Idah", 1),
        ("Telephone", "Not recorded", "777", 2),
    ]
    assert found.cells[0].patient == "Ek, Idah (P1)"


def test_a_result_is_one_cell_with_its_unit(desk: Desk) -> None:
    desk.run({"patients.csv": OLD, "v.csv": VITALS + "P1,2026-01-01 08:00,71,70\n"})
    rows = "P1,2026-01-01 08:00,77,70\nP1,2026-01-02 08:00,78,\n"
    found = compared(desk, {"v.csv": VITALS + rows})
    assert found.counts == {
        (Recorded.OBSERVATION, "Result"): CellCounts(new=1, changed=1, unchanged=1)
    }
    [cell] = found.cells
    assert (cell.before, cell.after) == ("71 /min", "77 /min")
    assert cell.file == "v.csv"


def test_what_nobody_knows_yet_is_all_new(desk: Desk) -> None:
    found = compared(desk, {"patients.csv": OLD})
    assert found.total == CellCounts(new=10)
    assert not found.cells


def test_the_report_of_a_dry_run_is_that_of_the_import(desk: Desk) -> None:
    desk.run({"patients.csv": OLD})
    wrong = NEW + "P4,Un,Ed,M,1990-13-01,1,\n"
    trial = desk.run({"patients.csv": wrong}, dry_run=True)
    assert trial.digest == desk.run({"patients.csv": wrong}).digest
    assert trial.digest != desk.run({"patients.csv": wrong}).digest  # now it is known


def test_a_blank_erases_where_somebody_said_so(desk: Desk) -> None:
    desk.run({"patients.csv": OLD})
    found = compared(desk, {"patients.csv": NEW}, blanks={"phone": "erase"})
    assert found.counts[Recorded.PATIENT, "Telephone"] == CellCounts(new=2, erased=1)
    desk.run({"patients.csv": NEW}, blanks={"phone": "erase"})
    assert desk.rows("patient", "phone, email") == [("", "ida@x"), ("777", ""), ("1", "")]


@pytest.mark.parametrize(("said", "kept"), [("keep", "555"), ("null", ""), ("erase", "")])
def test_the_token_is_a_blank_and_erases_alone_where_that_was_said(
    desk: Desk, said: str, kept: str
) -> None:
    desk.run({"patients.csv": OLD})
    rows = "P1,Ek,Ida,F,1950-02-01,\\N,\nP2,Ax,Bo,M,1980-12-31,\\N,b@x\n"
    desk.run({"patients.csv": PEOPLE + rows}, blanks={"phone": said, "email": said})
    email = "" if said == "erase" else "ida@x"
    assert desk.rows("patient", "phone, email") == [(kept, email), ("", "b@x")]


def test_what_a_person_entered_is_not_erased_by_the_same_file_again(desk: Desk) -> None:
    desk.run({"patients.csv": OLD})
    desk.run({"patients.csv": NEW}, blanks={"phone": "erase"})
    with desk.database.writing() as session, acting(session, 1, "asked her", NOW):
        session.execute(text("UPDATE patient SET phone = '999' WHERE mrn = 'P1'"))
    report = desk.run({"patients.csv": NEW}, blanks={"phone": "erase"})
    assert report.counts["patient"].updated == 0
    assert desk.rows("patient", "phone")[0] == ("999",)


def test_a_restricted_record_shows_nothing_of_what_it_says(desk: Desk) -> None:
    desk.run({"patients.csv": OLD})
    with desk.database.writing() as session:
        session.execute(
            text(
                "INSERT INTO restriction (patient_id, reason, user_id, at, lifted_because)"
                " VALUES (1, 'staff', 1, 0, '')"
            )
        )
    [cell, other] = compared(desk, {"patients.csv": NEW}).cells
    assert (cell.patient, cell.before, cell.after) == ("", "", "Idah")
    assert other.patient == "Ax, Bo (P2)"


def test_two_files_that_change_one_row_are_told_one_after_the_other(desk: Desk) -> None:
    desk.run({"patients.csv": OLD})
    second = NEW.replace("777", "888")
    found = compared(desk, {"a.csv": NEW, "b.csv": second})
    phones = [(c.before, c.after) for c in found.cells if c.column == "Telephone"]
    assert phones == [("Not recorded", "777"), ("777", "888")]
