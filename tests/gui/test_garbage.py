"""Widgets caught in cycles are freed by the UI thread, whichever thread allocates."""

import gc
import threading

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from clinicdesk.services.progress import Progress
from clinicdesk.ui.tasks import TaskRunner


class _Knot:
    """A widget in a cycle; notes which thread takes it apart."""

    freed_by: list[int] = []  # noqa: RUF012 - the test reads it after the knot is gone

    def __init__(self) -> None:
        self.me = self
        self.label = QLabel("knot")

    def __del__(self) -> None:
        self.freed_by.append(threading.get_ident())


def _allocate(_progress: Progress) -> None:
    """Enough containers to make Python collect several times, were it to."""
    kept = [[number] for number in range(200_000)]
    assert kept


def test_a_busy_worker_frees_no_widget(qtbot: QtBot) -> None:
    """A widget freed on a worker thread ends the process, some day."""
    _Knot.freed_by.clear()
    runner, owner = TaskRunner(), QObject()
    with qtbot.waitSignal(runner.start(owner, "first", lambda _: None).finished):
        pass
    for _ in range(50):
        _Knot()
    with qtbot.waitSignal(runner.start(owner, "allocate", _allocate).finished):
        pass
    runner.shutdown()
    gc.collect()
    assert len(_Knot.freed_by) == 50
    assert set(_Knot.freed_by) == {threading.get_ident()}
    assert gc.isenabled()


def test_the_ui_thread_collects_what_is_due(qtbot: QtBot) -> None:
    _Knot.freed_by.clear()
    runner, owner = TaskRunner(), QObject()
    with qtbot.waitSignal(runner.start(owner, "first", lambda _: None).finished):
        pass
    assert not gc.isenabled()
    knots = [_Knot() for _ in range(20)]
    knots.clear()
    ballast = [[number] for number in range(5_000)]
    qtbot.waitUntil(lambda: len(_Knot.freed_by) == 20, timeout=10_000)
    assert ballast
    runner.shutdown()
