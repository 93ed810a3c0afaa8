"""The window goes on while a key is derived from the password (A03)."""

import time
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk import vault
from clinicdesk.services.progress import Progress
from clinicdesk.ui.tasks import TaskRunner
from tests.conftest import LOGIN, PASSWORD


def test_the_window_beats_while_the_key_is_derived(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    """At the cost that clinics have. `bench unlock` measures the pauses where nothing else runs."""
    vault.create(tmp_path / "store", vault.NewAccount(LOGIN, "administrator", PASSWORD))[0].close()
    took: list[float] = []
    beats: list[float] = []

    def unlock(_progress: Progress) -> None:
        started = time.perf_counter()
        vault.unlock(tmp_path / "store", LOGIN, PASSWORD).close()
        took.append(time.perf_counter() - started)

    window = QWidget()
    qtbot.addWidget(window)
    heart = QTimer(window, interval=2)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    with qtbot.waitSignal(runner.start(window, "unlock", unlock).finished, timeout=60_000):
        heart.start()
    heart.stop()
    longest = max(after - before for before, after in pairwise(beats))
    assert len(beats) > 10
    assert longest < took[0] / 2
