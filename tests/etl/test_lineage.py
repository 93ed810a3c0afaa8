"""From any value to its file, row, column and line, and to what was done with it (F39)."""

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.lineage import Lineage, Origin
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import RecordNotFound, RestrictedRecord
from clinicdesk.services.access import Access
from clinicdesk.services.lineage import Lineages
from clinicdesk.storage.acting import acting
from clinicdesk.storage.guard import RecordGuard
from tests.etl.factories import NOW, PATIENTS, Desk

DESK = Principal(1, "desk", Role.ADMINISTRATOR)
VITALS = "patient_id,timestamp,heart_rate,weight_lb\n"
ROWS = VITALS + "P2,2026-01-01 08:00,80,200\nP1,2026-01-01 08:00,71,180\n"


@pytest.fixture
def lineages(desk: Desk) -> Lineages:
    guard = RecordGuard(desk.database, DESK, lambda: NOW)
    return Lineages(Access(DESK), guard, desk.imports._zone, lambda: NOW)


def weight_of_first(desk: Desk, lineages: Lineages) -> Lineage:
    found = desk.rows("observation", "id, patient_id, code")
    [row_id] = [id for id, owner, code in found if (owner, code) == (1, "29463-7")]
    return lineages.of(PatientId(1), Recorded.OBSERVATION, row_id)


def marked(origin: Origin) -> list[tuple[str, str]]:
    return [(cell.header, cell.text) for cell in origin.cells if cell.is_source]


def test_a_value_leads_to_its_line_with_its_cell_marked(desk: Desk, lineages: Lineages) -> None:
    desk.run({"patients.csv": PATIENTS, "vitals.csv": ROWS})
    [origin] = weight_of_first(desk, lineages).origins
    assert (origin.file, origin.row, origin.by) == ("vitals.csv", 2, "desk")
    assert origin.line == "P1,2026-01-01 08:00,71,180"
    assert marked(origin) == [("weight_lb", "180")]
    assert [c.header for c in origin.cells if c.is_used] == ["patient_id", "timestamp", "weight_lb"]
    assert any("180 lb" in step and "converted to 81.6" in step for step in origin.steps)
    assert any("as the header says" in step for step in origin.steps)


def test_a_mended_cell_shows_both(desk: Desk, lineages: Lineages) -> None:
    wrong = ROWS.replace("180", "18O")
    files = {"patients.csv": PATIENTS, "vitals.csv": wrong}
    key = desk.run(files, dry_run=True).files[1].fix_key
    desk.run(files, fixes={key: {2: {"weight_lb": "180"}}})
    [origin] = weight_of_first(desk, lineages).origins
    [cell] = [cell for cell in origin.cells if cell.is_source]
    assert (cell.text, cell.mended) == ("18O", "180")
    assert origin.line.endswith("18O")
    assert "The cell weight_lb was mended before the import." in origin.steps


def test_what_people_did_since_is_told_and_the_older_file_too(
    desk: Desk, lineages: Lineages
) -> None:
    desk.run({"patients.csv": PATIENTS, "vitals.csv": ROWS})
    desk.run({"later.csv": ROWS.replace("71,180", "71,190")})
    with desk.database.writing() as session, acting(session, 1, "weighed again", NOW):
        session.execute(
            text(
                "UPDATE observation SET value = 90, file_id = NULL WHERE value > 86 AND value < 87"
            )
        )
    found = weight_of_first(desk, lineages)
    assert [(o.import_id, o.file) for o in found.origins] == [(2, "later.csv"), (1, "vitals.csv")]
    assert [o.line[-3:] for o in found.origins] == ["190", "180"]
    assert len(found.changes) == 1
    assert "desk" in found.changes[0]


def test_a_member_of_a_zip_is_found(desk: Desk, lineages: Lineages) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/patients.csv", PATIENTS)
        archive.writestr("a/vitals.csv", ROWS)
    desk.run({"all.zip": packed.getvalue()})
    [origin] = weight_of_first(desk, lineages).origins
    assert (origin.picked, origin.file, origin.row) == ("all.zip", "a/vitals.csv", 2)
    assert marked(origin) == [("weight_lb", "180")]


def test_one_column_of_a_patient(desk: Desk, lineages: Lineages) -> None:
    desk.run({"patients.csv": PATIENTS})
    found = lineages.of(PatientId(1), Recorded.PATIENT, 1, "birth_date")
    assert marked(found.origins[0]) == [("birth_date", "1950-02-01")]


def test_a_fhir_bundle_leads_to_the_row_made_of_it(
    desk: Desk, lineages: Lineages, shared_data: Path
) -> None:
    bundle = min((shared_data / "fhir_r4" / "synthea_bundles").glob("*.json.xz"))
    desk.imports.run([bundle])
    found = lineages.of(PatientId(1), Recorded.PATIENT, 1)
    assert found.origins[0].picked == bundle.name
    assert found.origins[0].line


def test_a_file_that_was_not_kept_says_so(desk: Desk, lineages: Lineages) -> None:
    desk.run({"patients.csv": PATIENTS})
    with desk.database.writing() as session:
        session.execute(text("DELETE FROM import_source"))
    [origin] = lineages.of(PatientId(1), Recorded.PATIENT, 1).origins
    assert (origin.file, origin.row, origin.line) == ("patients.csv", 1, "")
    assert "before files were kept" in origin.missing


def test_nobody_sees_the_line_of_a_closed_record(desk: Desk, lineages: Lineages) -> None:
    desk.run({"patients.csv": PATIENTS})
    with desk.database.writing() as session:
        session.execute(
            text(
                "INSERT INTO restriction (patient_id, reason, user_id, at, lifted_because)"
                " VALUES (1, 'staff', 1, 0, '')"
            )
        )
    with pytest.raises(RestrictedRecord):
        lineages.of(PatientId(1), Recorded.PATIENT, 1)
    with pytest.raises(RecordNotFound):
        lineages.of(PatientId(2), Recorded.PATIENT, 1)
