"""The record can be made anew from the imported files (silver from bronze)."""

from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import Cancelled, NotAllowed
from clinicdesk.services.access import Access
from clinicdesk.services.progress import Silent
from clinicdesk.services.rereading import Reread, Rereading
from clinicdesk.services.undoing import Undoing
from clinicdesk.storage.acting import acting
from clinicdesk.storage.database import driver_connection
from tests.etl.factories import NOW, PATIENTS, TABLES, Desk

DESK = Principal(1, "desk", Role.ADMINISTRATOR)
VITALS = "patient_id,timestamp,heart_rate,weight_lb\n"
ROWS = VITALS + "P2,2026-01-01 08:00,80,200\nP1,2026-01-01 08:00,71,180\n"
VISITS = (
    "visit_id,patient_id,visit_date,diagnosis,heart_rate,length_of_stay\n"
    "V1,P1,2026-01-01,flu,66,2\nV2,P2,2026-01-03,flu,67,4\n"
)


@pytest.fixture
def rereading(desk: Desk) -> Rereading:
    desk.run({"patients.csv": PATIENTS, "vitals.csv": ROWS})
    desk.run({"visits.csv": VISITS})
    desk.run({"vitals.csv": ROWS.replace("71,180", "77,180")})
    desk.tomorrow()
    return Rereading(desk.database, Access(DESK), lambda: NOW)


def silver(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    return {table: desk.rows(table) for table in TABLES}


def spoil(desk: Desk, *statements: str) -> None:
    """Do to the database what only damage does: past its own rules."""
    with desk.database.writing() as session:
        driver = driver_connection(session.connection())
        rules = driver.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = rules.fetchall()
        for name, _ in found:
            driver.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            session.execute(text(statement))
        for _, sql in found:
            driver.execute(sql)


def test_a_whole_record_stays_as_it_is(desk: Desk, rereading: Rereading) -> None:
    before = desk.everything()
    assert rereading.run() == Reread(3, {}, {})
    assert desk.everything() == before


def test_what_is_missing_or_wrong_comes_back(desk: Desk, rereading: Rereading) -> None:
    content = "patient_id, code, effective_at, value, unit, original_value, file_id, row, ordinal"
    before = desk.rows("observation", content, "code, patient_id, effective_at")
    spoil(
        desk,
        "DELETE FROM observation WHERE id IN (SELECT id FROM observation LIMIT 2)",
        "UPDATE observation SET value = value * 10 WHERE unit = 'kg'",
        "UPDATE patient SET birth_date = '1900-01-01' WHERE mrn = 'P2'",
        "UPDATE encounter SET length_of_stay = 99 WHERE number = 'V1'",
    )
    look = rereading.check()
    assert look == rereading.run()
    assert look.inserted == {"observation": 2}
    assert look.changed.keys() == {"patient", "encounter", "observation"}
    assert desk.rows("observation", content, "code, patient_id, effective_at") == before
    assert desk.rows("patient", "birth_date") == [("1950-02-01",), ("1980-12-31",)]
    assert desk.rows("encounter", "length_of_stay") == [(2.0,), (4.0,)]
    assert rereading.check().is_whole


def test_what_a_person_corrected_is_not_damage(desk: Desk, rereading: Rereading) -> None:
    with desk.database.writing() as session, acting(session, 1, "a slip", NOW):
        session.execute(text("UPDATE observation SET value = 78 WHERE value = 77"))
        session.execute(text("UPDATE observation SET entered_in_error = 1 WHERE value = 80"))
        session.execute(text("UPDATE patient SET birth_date = '1951-02-01' WHERE mrn = 'P1'"))
    before = silver(desk)
    assert rereading.run().is_whole
    assert silver(desk) == before


def test_what_was_undone_does_not_come_back(desk: Desk, rereading: Rereading) -> None:
    Undoing(desk.database, Access(DESK), lambda: NOW).run(3)
    before = silver(desk)
    assert rereading.run().is_whole
    assert silver(desk) == before


def test_later_imports_that_said_the_same_have_their_word(desk: Desk) -> None:
    """Monday's export is undone; Tuesday's had the same patients, and brings them again."""
    desk.run({"monday.csv": PATIENTS, "vitals.csv": ROWS})
    desk.run({"tuesday.csv": PATIENTS + "P3,F,1990-01-01\n"})
    report = Undoing(desk.database, Access(DESK), lambda: NOW).run(1)
    assert report.removed == {"patient": 2, "observation": 4}
    assert report.brought_again == {"patient": 2}
    found = desk.rows("patient", "mrn, birth_date, file_id", "mrn")
    assert [(mrn, born) for mrn, born, _ in found] == [
        ("P1", "1950-02-01"),
        ("P2", "1980-12-31"),
        ("P3", "1990-01-01"),
    ]
    assert len({file_id for *_, file_id in found}) == 1  # Tuesday's
    assert desk.rows("observation") == []


class Stopping(Silent):
    """Somebody presses cancel at once."""

    def raise_if_cancelled(self) -> None:
        raise Cancelled


def test_stopped_half_way_it_leaves_nothing(desk: Desk, rereading: Rereading) -> None:
    before = desk.everything()
    with pytest.raises(Cancelled):
        rereading.run(Stopping())
    assert desk.everything() == before
    assert not list(Path(desk.database.path.parent).glob("reread*"))


def test_it_is_for_administrators(desk: Desk) -> None:
    access = Access(Principal(1, "desk", Role.CLINICIAN))
    with pytest.raises(NotAllowed):
        Rereading(desk.database, access, lambda: NOW).run()
