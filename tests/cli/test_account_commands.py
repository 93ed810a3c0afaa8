"""users, password, recovery, rotate and unlock: what people read, what scripts rely on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.cli import run
from clinicdesk.cli import store as store_module
from tests.conftest import LOGIN, PASSWORD
from tests.services.stores import OWN_PASSWORD
from tests.vault.support import OTHER_PASSWORD

Capture = pytest.CaptureFixture[str]


def test_the_life_of_an_account(command: Any, secrets: Callable[[str], str]) -> None:
    code, added, _ = command("users", "add", "bob", "--role", "nurse", "--name", "Bob B.")
    assert code == 0
    temporary = added.pop("temporary_password")
    assert added == {
        "login": "bob",
        "name": "Bob B.",
        "role": "nurse",
        "active": True,
        "must_change_password": True,
        "disputed": False,
    }
    code, _, error = command("patients", who="bob", password=temporary)
    assert (code, "Choose one of your own" in error) == (3, True)
    assert command("unlock", who="bob", password=temporary)[1]["must_change_password"]
    changed = command(
        "password", "--new-password-file", secrets(OWN_PASSWORD), who="bob", password=temporary
    )
    assert changed[:2] == (0, {"login": "bob"})
    assert command("patients", who="bob", password=OWN_PASSWORD, plain=True)[0] == 0
    assert command("unlock", who="bob", password=temporary)[0] == 3
    assert command("users", "role", "bob", "clinician")[1]["role"] == "clinician"
    assert command("users", "deactivate", "BOB")[1]["active"] is False
    code, _, error = command("unlock", who="bob", password=OWN_PASSWORD)
    assert (code, error) == (3, "clinicdesk: The password is not right.\n")
    again = command("users", "reactivate", "bob")[1]
    assert again["temporary_password"] != temporary
    assert command("users", "reset", "bob")[1]["must_change_password"]
    assert command("users", "remove", "bob")[1]["active"] is False
    listed = command("users", "list")[1]["accounts"]
    assert [(each["login"], each["active"]) for each in listed] == [(LOGIN, True), ("bob", False)]


def test_what_people_read(command: Any) -> None:
    code, told, _ = command("users", "add", "bob", "--role", "nurse", plain=True)
    assert code == 0
    assert "Added bob, nurse." in told
    assert told.count("Temporary password: ") == 1
    code, told, _ = command("users", "list", plain=True)
    lines, urged = told.split("\n\n")
    assert urged.startswith("There is one administrator. Add a second")
    assert [line.split() for line in lines.splitlines()] == [
        ["Login", "Name", "Role", "State", "Password"],
        [LOGIN, LOGIN, "administrator", "active"],
        ["bob", "bob", "nurse", "active", "temporary"],
    ]
    assert "closed" in command("users", "deactivate", "bob", plain=True)[1]
    assert "a new key" in command("rotate", plain=True)[1]
    assert command("unlock", plain=True)[1] == f"{LOGIN} opens the store as administrator.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("users", "reset", "nobody"), 1, "no account with this login"),
        (("users", "deactivate", LOGIN), 1, "own account"),
        (("users", "add", LOGIN, "--role", "nurse"), 1, "already"),
        (("users", "add", "bob", "--role", "boss"), 2, "invalid choice"),
        (("users",), 2, "VERB"),
        (("recovery", "check"), 2, "no recovery key"),
        (("password",), 2, "no new password"),
    ],
)
def test_what_cannot_be_done_is_said(
    command: Any, arguments: tuple[str, ...], code: int, words: str
) -> None:
    failed, _, error = command(*arguments, plain=True)
    assert failed == code
    assert words in error


def test_a_nurse_administers_nothing(command: Any, secrets: Callable[[str], str]) -> None:
    """F02, exit code 3."""
    temporary = command("users", "add", "bob", "--role", "nurse")[1]["temporary_password"]
    new = ("--new-password-file", secrets(OWN_PASSWORD))
    assert command("password", *new, who="bob", password=temporary)[0] == 0
    for refused in (("users", "list"), ("rotate",), ("recovery", "replace")):
        code, _, error = command(*refused, who="bob", password=OWN_PASSWORD)
        assert (code, "nurse may not" in error) == (3, True)


def test_a_researcher_changes_a_temporary_password_too(
    command: Any, secrets: Callable[[str], str]
) -> None:
    temporary = command("users", "add", "eve", "--role", "researcher")[1]["temporary_password"]
    new = ("--new-password-file", secrets(OWN_PASSWORD))
    assert command("password", *new, who="eve", password=temporary)[0] == 0
    assert command("password", *new, who="eve", password=temporary)[0] == 3
    assert command("patients", who="eve", password=OWN_PASSWORD)[0] == 3
    assert command("unlock", who="eve", password=OWN_PASSWORD)[1] == {
        "login": "eve",
        "role": "researcher",
        "must_change_password": False,
        "warnings": [],
    }


def test_the_recovery_key_from_the_shell(command: Any, secrets: Callable[[str], str]) -> None:
    """A12."""
    old = ("--recovery-key-file", secrets(command.recovery_key))
    assert command("recovery", "check", *old)[1] == {"opens": True}
    replaced = command("recovery", "replace")[1]["recovery_key"]
    assert command("recovery", "check", *old, plain=True)[:2] == (
        *(1, "This is not the recovery key.\n"),
    )
    new = ("--new-password-file", secrets(OTHER_PASSWORD))
    assert command("recovery", "use", *old, *new)[0] == 3
    code, used, _ = command(
        "recovery", "use", "--recovery-key-file", secrets(replaced), *new, password="forgotten"
    )
    assert (code, used["login"]) == (0, LOGIN)
    assert used["recovery_key"] not in (replaced, command.recovery_key)
    assert command("unlock")[0] == 3
    assert command("unlock", password=OTHER_PASSWORD)[1]["role"] == "administrator"


def test_the_login_may_stand_before_the_verb(
    command: Any, tmp_path: Path, secrets: Callable[[str], str], capsys: Capture
) -> None:
    proof = ["--login", LOGIN, "--password-file", secrets(PASSWORD)]
    assert run(["users", str(tmp_path / "store"), *proof, "--json", "list"]) == 0
    assert json.loads(capsys.readouterr().out)["accounts"][0]["login"] == LOGIN


def test_at_a_terminal_secrets_are_asked_for(
    command: Any, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "at_terminal", lambda: True)
    typed = iter([PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD])
    monkeypatch.setattr(store_module.getpass, "getpass", lambda _prompt: next(typed))
    assert run(["password", str(tmp_path / "store"), "--login", LOGIN]) == 0
    typed = iter([OTHER_PASSWORD, PASSWORD, "something else that is long"])
    assert run(["password", str(tmp_path / "store"), "--login", LOGIN]) == 1
    assert "differ" in capsys.readouterr().err
