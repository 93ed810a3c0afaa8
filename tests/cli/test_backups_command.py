"""`clinicdesk backups`: what a scheduler of the system calls, and what an administrator reads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_made_listed_verified_and_rehearsed(command: Callable[..., Any], tmp_path: Path) -> None:
    code, made, _ = command("backups", "make")
    assert code == 0
    assert Path(made["backup"]["folder"]).parent == tmp_path / "store-backups"
    number = str(made["backup"]["number"])
    for verb in ("verify", "rehearse"):
        code, looked, _ = command("backups", verb, number)
        assert (code, looked["backup"]["number"]) == (0, int(number))
        assert looked["backup"]["verified_at"]
    code, listed, _ = command("backups", "list")
    assert (code, listed["due"], listed["on"]) == (0, False, True)
    assert [each["number"] for each in listed["backups"]] == [int(number)]
    assert listed["last_verified"] == made["backup"]["made_at"]


def test_only_when_due(command: Callable[..., Any]) -> None:
    assert command("backups", "make", "--if-due")[1]["backup"]
    assert command("backups", "make", "--if-due")[1]["backup"] is None


def test_the_plan_is_changed(command: Callable[..., Any], tmp_path: Path) -> None:
    place = tmp_path / "stick"
    code, status, _ = command("backups", "plan", "--folder", str(place), "--off")
    assert (code, status["on"], status["folder"]) == (0, False, str(place))
    assert command("backups", "plan", "--on")[1] == {**status, "on": True, "due": True}
    assert command("backups", "make")[1]["backup"]["folder"].startswith(str(place))


def test_a_damaged_one_is_said(command: Callable[..., Any]) -> None:
    made = command("backups", "make")[1]["backup"]
    (Path(made["folder"]) / "clinic.db").write_bytes(b"")
    code, _, words = command("backups", "verify", str(made["number"]))
    assert code == 1
    assert "not whole" in words
    code, told, _ = command("backups", "list", plain=True)
    assert code == 0
    assert "DAMAGED" in told
    assert "one failure takes both" in told


def test_a_number_that_is_not_there(command: Callable[..., Any]) -> None:
    code, _, words = command("backups", "verify", "77")
    assert code == 1
    assert "no backup number 77" in words
