"""`clinicdesk import`: what scripts rely on, what people read, the exit codes."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinicdesk.cli import run
from tests.conftest import CANARY, LOGIN, PASSWORD

Capture = pytest.CaptureFixture[str]
PATIENTS = f"patient_id,family_name,gender\nP1,{CANARY},F\nP2,{CANARY},M\n,{CANARY},M\n"
VISITS = "visit_id,patient_id,visit_date,glucose_level\nV1,P1,03/04/2026,5.5\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("stores")
    file = folder / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINICDESK_PASSWORD_FILE", str(file))
        made = ["init", str(folder / "store"), "--login", LOGIN, "--timezone", "Europe/Berlin"]
        assert run([*made, "--json"]) == 0
        yield str(folder / "store")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    (tmp_path / "visits.csv").write_text(VISITS, encoding="utf-8")
    return tmp_path


def imported(store: str, *arguments: str | Path) -> int:
    return run(["import", store, "--login", LOGIN, *map(str, arguments)])


def test_scripts_get_one_document(store: str, files: Path, capsys: Capture) -> None:
    capsys.readouterr()
    dry = ("--dry-run", "--json", files / "patients.csv")
    assert imported(store, *dry) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["import"] is None
    assert report["timezone"] == "Europe/Berlin"
    counts = {"read": 3, "inserted": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert report["tables"] == {"patient": counts}
    [reject] = report["rejects"]
    assert reject["text"] == f",{CANARY},M"
    assert (reject["file"], reject["row"], reject["column"], reject["rule"]) == (
        "patients.csv",
        3,
        "patient_id",
        "missing-id",
    )
    [file] = report["files"]
    assert (file["name"], file["preset"], len(file["sha256"])) == ("patients.csv", "clinic", 64)


def test_people_get_counts_and_reasons_and_no_names(
    store: str, files: Path, capsys: Capture
) -> None:
    rejects = files / "rejects.csv"
    said = ("--unit", "glucose_level=mmol/L", "--date-order", "dmy", "--rejects", rejects)
    assert imported(store, *said, files / "visits.csv", files / "patients.csv") == 0
    told = capsys.readouterr().out
    assert "patient      3     2         0        0          1" in told
    assert "encounter    1     1" in told
    assert "1     patient  patient_id  missing-id  patients.csv  3" in told
    assert "Europe/Berlin" in told
    assert CANARY not in told
    with rejects.open(encoding="utf-8", newline="") as file:
        lines = [row["text"] for row in csv.DictReader(file)]
        assert lines == ["patient_id,family_name,gender", f",{CANARY},M"]
    assert imported(store, "--json", files / "patients.csv") == 0
    again = json.loads(capsys.readouterr().out)["tables"]["patient"]
    assert (again["inserted"], again["updated"], again["unchanged"]) == (0, 0, 2)


def test_what_cannot_be_imported_is_one_line_and_exit_1(
    store: str, files: Path, capsys: Capture
) -> None:
    (files / "empty.csv").write_bytes(b"")
    assert imported(store, files / "patients.csv", files / "empty.csv") == 1
    assert capsys.readouterr().err == "clinicdesk: empty.csv is empty.\n"
    assert imported(store, files / "patients.csv", "--preset", "epic") == 1
    assert "There is no preset epic" in capsys.readouterr().err


@pytest.mark.parametrize("unit", ["glucose", "=mg/dL", "glucose="])
def test_wrong_usage_is_exit_2(store: str, files: Path, unit: str, capsys: Capture) -> None:
    assert imported(store, "--unit", unit, files / "visits.csv") == 2
    assert "COLUMN=UNIT" in capsys.readouterr().err


def test_a_wrong_password_is_exit_3_before_any_file_is_read(
    store: str, files: Path, capsys: Capture
) -> None:
    (files / "wrong").write_text("wrong kettle orbit walnut\n", encoding="utf-8")
    assert imported(store, "--password-file", files / "wrong", files / "none.csv") == 3
    assert "password is not right" in capsys.readouterr().err


def test_a_look_says_what_is_asked_and_how_to_answer(
    store: str, files: Path, capsys: Capture
) -> None:
    (files / "later.csv").write_text(VISITS.replace("V1", "V7"), encoding="utf-8")
    assert imported(store, "--look", files / "later.csv") == 0
    told = capsys.readouterr().out
    assert "visit_date" in told
    assert "3 Apr 2026" in told
    assert "4 Mar 2026" in told
    assert "--date-order visit_date= followed by dmy or mdy" in told
    assert imported(store, "--look", "--json", files / "later.csv") == 0
    [file] = json.loads(capsys.readouterr().out)["files"]
    assert [question["kind"] for question in file["questions"]] == ["date-order", "unit"]
    answers = ("--date-order", "visit_date=mdy", "--unit", "glucose_level=mmol/L", "--json")
    assert imported(store, *answers, files / "patients.csv", files / "later.csv") == 0
    assert json.loads(capsys.readouterr().out)["questions"] == []


def test_an_answer_is_checked_before_anything_is_read(store: str, files: Path) -> None:
    assert imported(store, "--decimal", "semicolon", files / "patients.csv") == 2


def test_the_look_asks_who_somebody_is_and_takes_the_answer(
    store: str, tmp_path: Path, capsys: Capture
) -> None:
    """F41: evidence for people, keys for scripts, answers from a file."""
    header = "patient_id,last_name,first_name,gender,birth_date\n"
    first, second, said = (tmp_path / name for name in ("a.csv", "b.csv", "said.json"))
    first.write_text(header + f"42,{CANARY},Ann,F,1950-02-01\n", encoding="utf-8")
    second.write_text(header + f"42,{CANARY},Boris,M,1981-12-31\n", encoding="utf-8")
    assert imported(store, first) == 0
    capsys.readouterr()
    assert imported(store, "--look", second) == 0
    out = capsys.readouterr().out
    assert "key |42: The number is this patient's, but the file says another given name" in out
    assert "1981-12-31" in out
    assert "1950-02-01" in out
    assert imported(store, "--look", "--json", second) == 0
    people = json.loads(capsys.readouterr().out)["people"]
    assert people["counts"] == {"match": 0, "review": 1, "new": 0}
    [person] = people["persons"]
    said.write_text(json.dumps({person["key"]: "new"}), encoding="utf-8")
    assert imported(store, "--people", said, "--json", second) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["tables"]["patient"]["inserted"] == 1
    assert report["people"] == {"match": 0, "review": 1, "new": 0}


def test_answers_that_are_none_are_refused(store: str, tmp_path: Path, capsys: Capture) -> None:
    said = tmp_path / "said.json"
    said.write_text('{"|42": "perhaps"}', encoding="utf-8")
    assert imported(store, "--people", said, tmp_path / "a.csv") == 2
    assert '"hold"' in capsys.readouterr().err
