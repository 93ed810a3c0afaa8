"""init, patients, patient and verify: what people read, what scripts rely on, the exit codes."""

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.cli import init as init_module
from clinicdesk.cli import run
from clinicdesk.cli import store as store_module
from clinicdesk.services.session import unlock_clinic
from tests.conftest import CANARY, LOGIN, PASSWORD
from tests.storage.factories import (
    add_allergy,
    add_condition,
    add_encounter,
    add_file,
    add_medication,
    add_observation,
    add_patient,
    database_of,
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def password_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("password") / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _from_the_variable(password_file: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINICDESK_PASSWORD_FILE", str(password_file))
        yield


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, password_file: Path) -> str:
    """A store with three patients, one with a whole record."""
    folder = tmp_path_factory.mktemp("stores") / "store"
    made = ["init", str(folder), "--login", LOGIN, "--password-file", str(password_file)]
    assert run([*made, "--timezone", "Europe/Berlin", "--json"]) == 0
    clinic = unlock_clinic(folder, login=LOGIN, password=PASSWORD)
    database = database_of(clinic)
    file = add_file(database)
    id = add_patient(database, "M1", prefix="Ms", allergy_status="known", file_id=file, row=3)
    add_observation(
        database,
        id,
        "2160-0",
        1.0,
        unit="mg/dL",
        original_value="88.4",
        original_unit="umol/L",
        file_id=file,
        row=9,
    )
    add_condition(database, id, "Migraine", "2020-01-02")
    add_medication(database, id, "Propranolol", "2020-01-03")
    add_allergy(database, id, "Penicillin")
    add_encounter(database, id, "E1", reason_text="Headache")
    add_patient(database, "M2", "Smith", "John", None, age_years=81)
    add_patient(database, "M3", "Evil\x1b[2J\u202e", "Line\nbreak")
    clinic.lock()
    return str(folder)


def test_init_makes_a_store_and_tells_scripts_its_key(tmp_path: Path, capsys: Capture) -> None:
    assert run(["init", str(tmp_path / "new"), "--login", "Boss", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert set(made) == {"store", "login", "recovery_key"}
    assert (made["store"], made["login"]) == (str(tmp_path / "new"), "Boss")
    assert len(made["recovery_key"]) == 7 * 4 + 6


def test_init_tells_people_and_asks_nothing_without_a_terminal(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert run(["init", str(tmp_path / "new"), "--login", LOGIN]) == 0
    told = capsys.readouterr().out
    assert "Recovery key: " in told
    assert "Asia/Tokyo" in told


def test_at_a_terminal_the_recovery_key_is_typed_back(capsys: Capture) -> None:
    key = "K7Q2-AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"
    asked: list[str] = []
    answers = iter(["wrong", *key.lower().split("-")])

    def ask(question: str) -> str:
        asked.append(question)
        if len(asked) == 1:
            return next(answers)
        return key.split("-")[int(question.split()[2]) - 1].lower() + " "

    init_module.confirm(key, ask, random.Random(1))
    assert len(asked) == 3  # two groups, one of them wrong at first
    assert asked[0] == asked[1] != asked[2]
    assert "not what is written above" in capsys.readouterr().out


def test_init_refuses_a_store_and_a_weak_password(
    store: str, tmp_path: Path, capsys: Capture
) -> None:
    assert run(["init", store, "--login", LOGIN]) == 1
    assert "already holds a store" in capsys.readouterr().err
    (tmp_path / "weak").write_text("secret")
    weak = ["--password-file", str(tmp_path / "weak")]
    assert run(["init", str(tmp_path / "new"), "--login", LOGIN, *weak]) == 1
    assert not (tmp_path / "new").exists()
    assert "secret" not in _one_line(capsys)


def test_patients_as_people_read_them(store: str, capsys: Capture) -> None:
    assert run(["patients", store, "--login", LOGIN, "--search", "zz"]) == 0
    titles, line, _, count = capsys.readouterr().out.splitlines()
    assert titles.split() == ["ID", "Name", "Born", "Gender"]
    assert line.startswith(f"M1  {CANARY.upper()}, Ann  14-Jul-1945 (")
    assert line.endswith("Female")
    assert count == "1 patient"


def test_patients_as_scripts_read_them(store: str, capsys: Capture) -> None:
    assert run(["patients", store, "--login", LOGIN, "--json"]) == 0
    people = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [p["mrn"] for p in people] == ["M3", "M2", "M1"]
    assert people[2] == {
        "mrn": "M1",
        "family_name": CANARY,
        "given_name": "Ann",
        "birth_date": "1945-07-14",
        "sex": "female",
    }
    assert people[1]["birth_date"] is None


def test_a_name_cannot_drive_the_terminal(store: str, capsys: Capture) -> None:
    """A hostile CSV: escape sequences, direction marks and line breaks are shown as signs."""
    run(["patients", store, "--login", LOGIN, "--search", "evil"])
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert len(told.splitlines()) == 4


def test_one_record_as_scripts_read_it(store: str, capsys: Capture) -> None:
    assert run(["patient", store, "M1", "--login", LOGIN, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    collections = ["encounters", "conditions", "observations", "medications", "allergies"]
    assert {name: len(record[name]) for name in collections} == dict.fromkeys(collections, 1)
    assert (record["documents"], record["risks"], record["scores"]) == ([], [], [])
    assert (record["mrn"], record["sex"], record["allergy_status"]) == ("M1", "female", "known")
    assert record["source"] == {"import_id": 1, "file": "patients.csv", "row": 3}
    (creatinine,) = record["observations"]
    assert creatinine == {
        "code": "2160-0",
        "display": "Creatinine [Mass/volume] in Serum or Plasma",
        "effective_at": "2026-03-01T12:00:00+00:00",
        "value": 1.0,
        "text": "",
        "unit": "mg/dL",
        "original_value": "88.4",
        "original_unit": "umol/L",
        "source": {"import_id": 1, "file": "patients.csv", "row": 9},
        "version": 1,
    }
    assert record["encounters"][0]["class"] == "AMB"


def test_one_record_as_people_read_it(store: str, capsys: Capture) -> None:
    assert run(["patient", store, "M1", "--login", LOGIN]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{CANARY.upper()}, Ann (Ms)   Born 14-Jul-1945 (")
    for words in ("01-Mar-2026 13:00", "Migraine", "02-Jan-2020", "Penicillin", "Headache"):
        assert words in told
    assert "Known allergies" in told


def test_nothing_recorded_is_not_nothing_there(store: str, capsys: Capture) -> None:
    """Feature F03: a blank list is no statement about allergies."""
    assert run(["patient", store, "M2", "--login", LOGIN]) == 0
    told = capsys.readouterr().out
    assert "Allergies not recorded" in told
    assert "No known allergies" not in told


def test_nobody_with_this_number(store: str, capsys: Capture) -> None:
    assert run(["patient", store, "M9", "--login", LOGIN, "--json"]) == 1
    _one_line(capsys)


def test_verify_tells_scripts(store: str, capsys: Capture) -> None:
    assert run(["verify", store, "--login", LOGIN, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert {frozenset(check) for check in told["checks"]} == {frozenset({"name", "ok", "detail"})}


def test_verify_tells_people(store: str, capsys: Capture) -> None:
    assert run(["verify", store, "--login", LOGIN]) == 0
    assert "every page is authentic" in capsys.readouterr().out


@pytest.mark.parametrize("harm", ["flip", "empty"])
def test_verify_finds_damage(store: str, tmp_path: Path, capsys: Capture, harm: str) -> None:
    damaged = Path(shutil.copytree(store, tmp_path / "damaged"))
    raw = bytearray((damaged / "clinic.db").read_bytes())
    raw[-100] ^= 1
    (damaged / "clinic.db").write_bytes(raw if harm == "flip" else b"")
    assert run(["verify", str(damaged), "--login", LOGIN, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    failed = {check["name"] for check in told["checks"] if not check["ok"]}
    assert failed & {"encrypted pages", "open"}


@pytest.mark.parametrize("command", ["patients", "patient", "verify"])
@pytest.mark.parametrize("login", [LOGIN, "nobody"])
def test_a_wrong_password_is_exit_3(
    store: str, tmp_path: Path, capsys: Capture, command: str, login: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text(PASSWORD + "!")
    copy = shutil.copytree(store, tmp_path / "copy")  # so that failures do not add up
    more = ["M1"] if command == "patient" else []
    options = ["--login", login, "--password-file", str(wrong), "--json"]
    assert run([command, str(copy), *more, *options]) == 3
    assert _one_line(capsys) == "clinicdesk: The password is not right.\n"


def test_without_a_password_the_way_out_is_said(
    store: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLINICDESK_PASSWORD_FILE")
    assert run(["patients", store, "--login", LOGIN]) == 2
    assert "--password-file" in _one_line(capsys)


def test_without_a_login_the_way_out_is_said(store: str, capsys: Capture) -> None:
    assert run(["patients", store]) == 2
    assert "--login" in _one_line(capsys)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\x00"])
def test_a_password_file_that_is_none(
    store: str, tmp_path: Path, capsys: Capture, content: bytes | None
) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    assert run(["patients", store, "--login", LOGIN, "--password-file", str(file)]) == 1
    assert "password file" in _one_line(capsys)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nsecond line\n"])
def test_the_password_is_the_first_line(
    store: str, tmp_path: Path, capsys: Capture, ending: str
) -> None:
    file = tmp_path / "password"
    file.write_bytes(("\ufeff" + PASSWORD + ending).encode())
    assert run(["patients", store, "--login", LOGIN, "--password-file", str(file)]) == 0


def test_at_a_terminal_the_password_is_asked_for(
    store: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sit_at_a_terminal(monkeypatch, passwords=[PASSWORD])
    monkeypatch.setattr("builtins.input", lambda _prompt: LOGIN)
    assert run(["patients", store]) == 0


def test_a_new_password_is_typed_twice(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sit_at_a_terminal(monkeypatch, passwords=[PASSWORD, PASSWORD + "?"])
    assert run(["init", str(tmp_path / "new"), "--login", LOGIN, "--json"]) == 1
    assert "differ" in _one_line(capsys)
    assert not (tmp_path / "new").exists()


def test_no_folder_is_said(tmp_path: Path, capsys: Capture) -> None:
    assert run(["patients", str(tmp_path / "nowhere"), "--login", LOGIN]) == 1
    assert "no such folder" in _one_line(capsys)


def test_nothing_readable_is_left_behind(store: str, tmp_path: Path, capsys: Capture) -> None:
    """F09: after all of the above, the canary is in no file of the store."""
    run(["patient", store, "M1", "--login", LOGIN])
    capsys.readouterr()
    for file in Path(store).iterdir():
        assert CANARY.encode() not in file.read_bytes()
    assert {oct(file.stat().st_mode & 0o077) for file in Path(store).iterdir()} <= (
        {"0o0"} if os.name == "posix" else {oct(m) for m in range(0o100)}
    )


def _sit_at_a_terminal(monkeypatch: pytest.MonkeyPatch, passwords: list[str]) -> None:
    monkeypatch.delenv("CLINICDESK_PASSWORD_FILE")
    monkeypatch.setattr(store_module, "at_terminal", lambda: True)
    typed = iter(passwords)
    monkeypatch.setattr(store_module.getpass, "getpass", lambda _prompt: next(typed))


def _one_line(capsys: Capture) -> str:
    told: Any = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return str(told.err)
