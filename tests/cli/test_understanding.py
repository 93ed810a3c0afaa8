"""The shell says what columns and words are, saves that, and watches a folder (F28, F29, F38)."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.cli import run

Command = Callable[..., Any]
MAY = "Nr;Geschl.;Abnahmedatum;Kalium (mmol/l)\n1;w;2026-05-01;4,1\n2;m;2026-05-01;4,4\n"
COLUMNS = ("--map", "Nr=patient.mrn", "--suggested")


@pytest.fixture
def store(command: Command) -> Command:
    """A command of a new store; gives its exit code and what it says."""

    def ran(*arguments: str, plain: bool = False) -> tuple[int, Any]:
        code, told, complaint = command(*arguments, plain=plain)
        return code, complaint or told

    return ran


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_look_suggests_what_the_columns_of_an_unknown_file_are(
    store: Command, tmp_path: Path
) -> None:
    may = written(tmp_path, "may.csv", MAY)
    told = store("import", may, "--look", plain=True)[1]
    assert "observation:2823-3" in told
    assert "Take them with --suggested" in told


def test_columns_are_said_saved_and_used_for_the_next_file(store: Command, tmp_path: Path) -> None:
    may = written(tmp_path, "may.csv", MAY)
    code, report = store("import", may, *COLUMNS)
    assert (code, report["tables"]["observation"]["inserted"]) == (0, 2)
    code, saved = store("templates", may, "--save", "Labor", *COLUMNS)
    assert [template["name"] for template in saved["templates"]] == ["Labor"]
    june = written(tmp_path, "june.csv", MAY.replace("05-01", "06-01"))
    code, report = store("import", june, "--template", "labor")
    assert (code, report["tables"]["observation"]["inserted"]) == (0, 2)
    out = str(tmp_path / "labor.json")
    store("templates", "--write", "Labor", out)
    code, gone = store("templates", "--remove", "Labor")
    assert gone["templates"] == []
    july = written(tmp_path, "july.csv", MAY.replace("05-01", "07-01"))
    code, report = store("import", july, "--template", out)
    assert (code, report["tables"]["observation"]["inserted"]) == (0, 2)


def test_a_template_of_another_layout_says_what_changed(store: Command, tmp_path: Path) -> None:
    may = written(tmp_path, "may.csv", MAY)
    store("templates", may, "--save", "Labor", *COLUMNS)
    changed = written(tmp_path, "june.csv", MAY.replace("Kalium", "Natrium"))
    code, told = store("import", changed, "--template", "Labor")
    assert code == 1
    assert "Kalium (mmol/l) vanished" in told


def test_a_word_is_said(store: Command, tmp_path: Path) -> None:
    path = written(tmp_path, "p.csv", "patient_id,gender\nP1,zz\nP2,yy\n")
    said = ("--word", "patient.gender:zz=other", "--word", "patient.gender:yy=reject")
    code, report = store("import", path, *said)
    assert code == 0
    assert report["tables"]["patient"]["inserted"] == 1
    assert [reject["rule"] for reject in report["rejects"]] == ["refused-word"]


def test_a_file_in_the_watched_folder_is_imported(store: Command, tmp_path: Path) -> None:
    may = written(tmp_path, "may.csv", MAY)
    store("templates", may, "--save", "Labor", *COLUMNS)
    folder = tmp_path / "incoming"
    folder.mkdir()
    assert store("watch", "--list")[1] == {"on": False, "folder": "", "files": []}
    store("watch", "--folder", str(folder))
    path = written(folder, "june.csv", MAY.replace("05-01", "06-01"))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    written(folder, "new.csv", "a;b\n1;2\n")  # just written
    _, seen = store("watch", "--once")
    assert [(file["name"], file["state"]) for file in seen["files"]] == [("june.csv", "imported")]
    assert store("watch", "--off")[1]["on"] is False


def test_a_profile_is_printed(store: Command, tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", "key,word\n" + "1.23E+12,a\n" * 6)
    _, told = store("profile", path)
    [key, word] = told["files"][0]["columns"]
    assert key["warnings"] == {"damaged-id": 6}
    assert word["top"] == [["a", 6]]


def test_all_targets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "--targets"]) == 0
    told = capsys.readouterr().out
    assert "patient.birth_date" in told
    assert "observation:8480-6+8462-4" in told
