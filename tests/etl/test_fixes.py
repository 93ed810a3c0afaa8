"""What a person mends before the import counts; the file keeps what it said (F31, F35)."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from clinicdesk.errors import BadInput
from clinicdesk.etl.fixes import fix_key
from clinicdesk.etl.plan import Plan
from tests.etl.factories import PATIENTS, Desk, rules_of

VITALS = "patient_id,timestamp,heart_rate,weight_kg\n"
WRONG = (
    VITALS + "P1,2026-01-01 08:00,seventy,70\nP1,2026-01-02 08:00,71,70,9\nP9,2026-01-03,80,90\n"
)


def mending(desk: Desk, files: dict[str, str], fixes: dict[int, dict[str, str]]) -> Plan:
    """The plan that mends these rows of the last file."""
    trial = desk.run(files, dry_run=True)
    return Plan(fixes={trial.files[-1].fix_key: fixes})


def test_a_mended_cell_is_loaded_and_the_rest_stays_out(desk: Desk) -> None:
    files = {"patients.csv": PATIENTS, "vitals.csv": WRONG}
    plan = mending(desk, files, {1: {"heart_rate": "70"}, 3: {"patient_id": "P2"}})
    report = desk.run(files, fixes=plan.fixes)
    assert rules_of(report) == [("observation", 2, "", "ragged-row")]
    assert desk.rows("observation", "row, value, original_value", "row, value") == [
        (1, 70.0, "70"),
        (1, 70.0, "70"),
        (3, 80.0, "80"),
        (3, 90.0, "90"),
    ]


def test_a_row_that_was_none_becomes_one(desk: Desk) -> None:
    files = {"patients.csv": PATIENTS, "vitals.csv": WRONG}
    plan = mending(desk, files, {2: {"": "P1,2026-01-02 08:00,71,70"}})
    report = desk.run(files, fixes=plan.fixes)
    assert (2, 71.0) in desk.rows("observation", "row, value")
    assert report.counts["observation"].rejected == 2
    assert report.counts["observation"].read == 5


def test_the_rejects_show_what_the_file_says(desk: Desk) -> None:
    files = {"patients.csv": PATIENTS, "vitals.csv": WRONG}
    plan = mending(desk, files, {1: {"heart_rate": "still wrong"}})
    report = desk.run(files, fixes=plan.fixes)
    [reject] = [each for each in report.rejects if each.row == 1]
    assert reject.text == "P1,2026-01-01 08:00,seventy,70"


def test_the_fixes_are_kept_with_the_import(desk: Desk) -> None:
    files = {"patients.csv": PATIENTS, "vitals.csv": WRONG}
    plan = mending(desk, files, {1: {"heart_rate": "70"}})
    desk.run(files, fixes=plan.fixes)
    [(kept,)] = desk.rows("import_run", "plan")
    assert Plan.from_json(kept) == plan


def test_mended_cells_tell_how_a_column_is_written(desk: Desk) -> None:
    """A slip that makes a column undecidable is mended before anybody decides."""
    weights = ('"70,5"', "70.5", "70.500")
    rows = "".join(f"P1,2026-01-0{day} 08:00,71,{kg}\n" for day, kg in enumerate(weights, 1))
    files = {"patients.csv": PATIENTS, "vitals.csv": VITALS + rows}
    assert desk.run(files, dry_run=True).rejects
    plan = mending(desk, files, {1: {"weight_kg": "70.5"}})
    assert not desk.run(files, fixes=plan.fixes).rejects


def test_two_sheets_of_a_workbook_are_mended_apart(desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Patients"
    for row in PATIENTS.splitlines():
        book.active.append(row.split(","))
    vitals = book.create_sheet("Vitals")
    for row in (VITALS + "P1,2026-01-01 08:00,x,70\n").splitlines():
        vitals.append(row.split(","))
    book.save(tmp_path / "ward.xlsx")
    trial = desk.imports.run([tmp_path / "ward.xlsx"], dry_run=True)
    keys = [file.fix_key for file in trial.files]
    assert len(set(keys)) == 2
    plan = Plan(fixes={keys[1]: {1: {"heart_rate": "70"}}})
    assert not desk.imports.run([tmp_path / "ward.xlsx"], plan).rejects


@pytest.mark.parametrize(
    ("fix", "told"),
    [({"pulse": "70"}, "which the file lacks"), ({"": "P1,2026-01-01"}, "mend the whole line")],
)
def test_a_fix_that_does_not_fit_is_said(desk: Desk, fix: dict[str, str], told: str) -> None:
    files = {"patients.csv": PATIENTS, "vitals.csv": WRONG}
    plan = mending(desk, files, {2: {"": "P1,2026-01-02 08:00,71,70"} | fix})
    with pytest.raises(BadInput, match=told):
        desk.run(files, fixes=plan.fixes)


def test_a_plain_file_goes_by_its_hash_alone() -> None:
    assert fix_key("ab", "vitals.csv") == "ab"
    assert fix_key("ab", "ward.xlsx!Vitals") == "ab!Vitals"
