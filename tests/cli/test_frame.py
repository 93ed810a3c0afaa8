"""The frame of the command line: every command is there, errors are one line, bugs name nobody."""

import os
import subprocess
import sys
from argparse import Namespace
from types import SimpleNamespace
from typing import Any

import pytest

import clinicdesk.cli
from clinicdesk.cli import COMMANDS, output, run
from clinicdesk.errors import BadInput, NotAllowed, StoreError, WrongPassword
from tests.conftest import CANARY

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: Capture) -> None:
    assert run([command, "--help"]) == 0
    assert f"usage: clinicdesk {command}" in capsys.readouterr().out


def test_the_overview_names_every_command(capsys: Capture) -> None:
    assert run(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"\n    {command} " in told for command in COMMANDS)


@pytest.mark.parametrize("argv", [[], ["sing"], ["patients"], ["patients", "x", "--nonsense"]])
def test_wrong_usage_is_exit_2(argv: list[str], capsys: Capture) -> None:
    assert run(argv) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WrongPassword(), 3),
        (NotAllowed("You may not."), 3),
        (StoreError("The disk is full."), 1),
        (BadInput("Line 3 has\nno value."), 1),
        (KeyboardInterrupt(), 1),
    ],
)
def test_an_error_is_one_line_and_a_code(
    error: BaseException, code: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _let_patients_do(monkeypatch, error)
    assert run(["patients"]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1


def test_a_bug_says_where_and_never_what(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """F09: the text of an unforeseen error may hold a patient's data."""
    _let_patients_do(monkeypatch, ValueError(f"{CANARY} has no value"))
    assert run(["patients"]) == 1
    told = capsys.readouterr().err
    assert "ValueError in test_frame.py line" in told
    assert CANARY not in told


def test_a_command_loads_nothing_of_the_others() -> None:
    """Start-up: asking for the list does not load the window, pandas or the models."""
    script = (
        "import sys; from clinicdesk.cli import run; run(['patients', '--help']);"
        "heavy = {'PySide6', 'pandas', 'numpy', 'sklearn', 'shap', 'reportlab'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_the_program_starts_and_leaves_with_the_code_of_the_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "clinicdesk", "sing"], capture_output=True, check=False
    )
    assert ran.returncode == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a screen")
def test_without_a_screen_the_window_is_not_tried() -> None:
    """Qt would abort the process with a page about its plugins."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    blind = {name: value for name, value in os.environ.items() if name not in screens}
    command = [sys.executable, "-m", "clinicdesk"]
    ran = subprocess.run(command, env=blind, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "--help" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    """`clinicdesk ... | head`: no traceback."""
    command = f"{sys.executable} -m clinicdesk --help | true"
    ran = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert ran.stderr == ""


def test_columns_line_up_whatever_the_script(capsys: Capture) -> None:
    output.table(("Name", "Born"), [("王小明", "1"), ("Jose\u0301", "2"), ("", "3")])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["Name    Born", "王小明  1", "Jose\u0301    2", "        3"]


def test_a_terminal_that_knows_few_letters_gets_what_it_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Narrow:
        encoding = "ascii"

        def __init__(self) -> None:
            self.told = ""

        def write(self, text: str) -> None:
            self.told += text.encode("ascii").decode()

    narrow = Narrow()
    monkeypatch.setattr(output, "sys", SimpleNamespace(stdout=narrow))
    output.say("Müller")
    assert narrow.told == "M?ller\n"


def _let_patients_do(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def handler(_args: Namespace) -> int:
        raise error

    def add(commands: Any) -> None:
        commands.add_parser("patients").set_defaults(handler=handler)

    monkeypatch.setattr(clinicdesk.cli, "import_module", lambda _name: SimpleNamespace(add=add))
