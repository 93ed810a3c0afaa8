"""A second start of ClinicDesk brings the first window forward (C13)."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.ui.instance import LOCK, REQUEST, Instance

_SECOND_START = """
import sys
from PySide6.QtCore import QCoreApplication
from pathlib import Path
from clinicdesk.ui.instance import Instance
application = QCoreApplication([])
instance = Instance(Path(sys.argv[1]))
if not instance.is_first:
    instance.ask()
print(instance.is_first)
"""
_WHOLE_START = """
import os, sys
os.environ["XDG_CONFIG_HOME"] = sys.argv[1]
from clinicdesk.ui import application
print(application.open_window())
"""


@pytest.fixture
def first(qtbot: QtBot, tmp_path: Path) -> Instance:
    instance = Instance(tmp_path)
    instance.listen()
    return instance


def test_the_second_start_is_heard_by_the_first(
    first: Instance, qtbot: QtBot, tmp_path: Path
) -> None:
    assert first.is_first
    with qtbot.waitSignal(first.wanted, timeout=20_000):
        assert _start(_SECOND_START, tmp_path) == "False"
    assert not (tmp_path / REQUEST).exists()


def test_it_is_heard_every_time(first: Instance, qtbot: QtBot, tmp_path: Path) -> None:
    for _ in range(2):
        with qtbot.waitSignal(first.wanted, timeout=20_000):
            _start(_SECOND_START, tmp_path)


def test_other_files_in_the_folder_say_nothing(
    first: Instance, qtbot: QtBot, tmp_path: Path
) -> None:
    heard: list[bool] = []
    first.wanted.connect(lambda: heard.append(True))
    (tmp_path / "ClinicDesk.ini").write_text("[General]")
    qtbot.wait(100)
    assert heard == []


def test_who_comes_after_the_first_is_gone_is_first(tmp_path: Path) -> None:
    for _ in range(2):
        assert _start(_SECOND_START, tmp_path) == "True"


def test_a_start_that_was_killed_leaves_the_way_free(tmp_path: Path) -> None:
    dying = _SECOND_START + "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n"
    subprocess.run([sys.executable, "-c", dying, tmp_path], check=False, capture_output=True)
    assert (tmp_path / LOCK).exists()
    assert Instance(tmp_path).is_first


def test_without_a_home_every_start_is_the_first() -> None:
    """F12: nothing can be written there, and nothing is asked."""
    nowhere = Path("/proc/self/home/clinicdesk")
    assert Instance(nowhere).is_first
    assert Instance(nowhere).is_first


@pytest.mark.skipif(sys.platform != "linux", reason="where settings go is said as Linux does")
def test_the_program_itself_ends_where_another_is_open(tmp_path: Path) -> None:
    settings = tmp_path / "ClinicDesk"
    first = Instance(settings)
    assert first.is_first
    assert _start(_WHOLE_START, tmp_path) == "0"
    assert (settings / REQUEST).exists()


def test_the_window_comes_forward(shell: QWidget, qtbot: QtBot) -> None:
    shell.showMinimized()
    shell.come_forward()  # type: ignore[attr-defined] # the fixture is a Shell
    qtbot.waitUntil(lambda: not shell.isMinimized() and shell.isVisible())


def _start(script: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, folder],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
