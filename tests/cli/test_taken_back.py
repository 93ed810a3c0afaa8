"""Undo, kept files, lineage and comparing in the shell (F32, F37, F39)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CANARY

Command = Callable[..., Any]
PEOPLE = f"patient_id,family_name,gender,birth_date,phone\nP1,{CANARY},F,1950-02-01,555\n"
VITALS = "patient_id,timestamp,heart_rate,weight_lb\nP1,2026-01-01 08:00,71,180\n"


@pytest.fixture
def ward(command: Command, tmp_path: Path) -> Path:
    """A store with a patient and two results; the folder of the files they came from."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "vitals.csv").write_text(VITALS)
    code, _, told = command("import", str(tmp_path / "people.csv"), str(tmp_path / "vitals.csv"))
    assert code == 0, told
    return tmp_path


def test_an_import_is_looked_at_and_undone(command: Command, ward: Path) -> None:
    _, looked, _ = command("imports", "undo", "1", "--look")
    _, undone, _ = command("imports", "undo", "1")
    assert looked == undone
    assert undone["removed"] == {"observation": 2, "patient": 1}
    assert command("verify")[0] == 0
    _, listed, _ = command("imports", "list")
    [run] = listed["imports"]
    assert run["files"] == ["people.csv", "vitals.csv"]
    assert run["undone_at"]
    code, _, told = command("imports", "undo", "1")
    assert (code, "undone already" in told) == (1, True)


def test_people_read_what_an_undo_does(command: Command, ward: Path) -> None:
    code, told, _ = command("imports", "undo", "1", "--look", plain=True)
    assert code == 0
    assert "Nothing was changed yet." in told
    _, told, _ = command("imports", "list", plain=True)
    assert "vitals.csv" in told


def test_the_rejects_of_a_past_import_are_written(command: Command, ward: Path) -> None:
    (ward / "vitals.csv").write_text(VITALS + "P1,2026-01-02 08:00,x,180\n")
    assert command("import", str(ward / "vitals.csv"))[0] == 0
    _, written, _ = command("imports", "rejects", "2", "--out", str(ward / "mend.csv"))
    assert written == {"rejects": 1}
    assert "P1,2026-01-02 08:00,x,180" in (ward / "mend.csv").read_text()


def test_a_kept_file_is_listed_checked_and_handed_back(command: Command, ward: Path) -> None:
    _, listed, _ = command("bronze", "list")
    [sha256] = [f["sha256"] for f in listed["files"] if f["name"] == "vitals.csv"]
    out = ward / "back.csv"
    assert command("bronze", "get", sha256[:10], "--out", str(out))[0] == 0
    assert out.read_text() == VITALS
    assert command("bronze", "verify")[1] == {"whole": 2}
    code, _, told = command("bronze", "get", sha256, "--out", str(out))
    assert (code, "exists" in told) == (1, True)


def test_the_record_is_compared_with_its_files(command: Command, ward: Path) -> None:
    _, found, _ = command("bronze", "rebuild", "--look")
    assert found == {"imports": 1, "inserted": {}, "changed": {}}
    _, told, _ = command("bronze", "rebuild", plain=True)
    assert "the record says what the files say" in told


def test_a_result_leads_to_its_line(command: Command, ward: Path) -> None:
    _, found, _ = command("lineage", "P1", "--code", "29463-7")
    [origin] = found["origins"]
    assert (origin["file"], origin["row"]) == ("vitals.csv", 1)
    assert [c["text"] for c in origin["cells"] if c["is_source"]] == ["180"]
    _, told, _ = command("lineage", "P1", "--column", "birth_date", plain=True)
    assert "the value" in told
    code, _, told = command("lineage", "P1", "--kind", "encounter")
    assert (code, "has 0 of this kind" in told) == (1, True)


def test_a_dry_run_shows_the_cells_and_what_blanks_do(command: Command, ward: Path) -> None:
    (ward / "people.csv").write_text(PEOPLE.replace("555", "").replace("1950-02-01", "1950-02-03"))
    dry = (str(ward / "people.csv"), "--dry-run")
    _, report, _ = command("import", *dry)
    totals = report["comparison"]["total"]
    assert (totals["changed"], totals["kept"], totals["erased"]) == (1, 1, 0)
    _, report, _ = command("import", *dry, "--blank", "phone=erase")
    totals = report["comparison"]["total"]
    assert (totals["kept"], totals["erased"]) == (0, 1)
    _, told, _ = command("import", *dry, plain=True)
    assert "01-Feb-1950" in told
    assert "03-Feb-1950" in told
