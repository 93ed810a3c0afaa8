"""Work runs elsewhere, its answer comes back here, and nobody hears of work they dropped."""

import gc
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from clinicdesk.errors import UserFacingError
from clinicdesk.services.progress import Progress
from clinicdesk.ui.tasks import TaskRunner
from tests.gui.conftest import WAIT

MAIN = threading.get_ident()


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[QObject]:
    owner = QObject()
    yield owner
    owner.deleteLater()


def thread(_progress: Progress) -> int:
    return threading.get_ident()


def counting(progress: Progress) -> str:
    for at in range(3):
        progress.report(at / 3, f"step {at}")
    return "done"


def refusing(_progress: Progress) -> None:
    raise UserFacingError("no")


def test_the_answer_arrives_on_the_ui_thread(
    qtbot: QtBot, runner: TaskRunner, owner: QObject
) -> None:
    heard: list[tuple[bool, bool]] = []
    task = runner.start(owner, "thread", thread)
    task.succeeded.connect(lambda at: heard.append((at != MAIN, threading.get_ident() == MAIN)))
    with qtbot.waitSignal(task.finished):
        pass
    assert heard == [(True, True)]


def test_progress_comes_in_order_before_the_answer(
    qtbot: QtBot, runner: TaskRunner, owner: QObject
) -> None:
    heard: list[str] = []
    task = runner.start(owner, "count", counting)
    task.progressed.connect(lambda _fraction, message: heard.append(message))
    task.succeeded.connect(heard.append)
    with qtbot.waitSignal(task.finished):
        pass
    assert heard == ["step 0", "step 1", "step 2", "done"]


def test_an_error_is_handed_over(qtbot: QtBot, runner: TaskRunner, owner: QObject) -> None:
    heard: list[Exception] = []
    task = runner.start(owner, "refuse", refusing)
    task.failed.connect(heard.append)
    with qtbot.waitSignal(task.finished):
        pass
    assert [str(error) for error in heard] == ["no"]


def test_cancelling_is_silent(qtbot: QtBot, runner: TaskRunner, owner: QObject) -> None:
    started, heard = threading.Event(), []

    def work(progress: Progress) -> None:
        started.set()
        while True:
            progress.raise_if_cancelled()

    task = runner.start(owner, "wait", work)
    task.failed.connect(heard.append)
    task.succeeded.connect(heard.append)
    assert started.wait(5)
    with qtbot.waitSignal(task.finished):
        task.cancel()
    assert heard == []


def test_many_answers_all_arrive(qtbot: QtBot, runner: TaskRunner, owner: QObject) -> None:
    heard: list[Any] = []
    for at in range(300):
        runner.start(owner, str(at), lambda _p, at=at: at).succeeded.connect(heard.append)
    gc.collect()
    with qtbot.waitSignal(runner.idle, timeout=10_000):
        pass
    assert sorted(heard) == list(range(300))


def test_a_dead_owner_hears_nothing(qtbot: QtBot, runner: TaskRunner) -> None:
    owner, gate, heard = QObject(), threading.Event(), []
    task = runner.start(owner, "wait", lambda _progress: gate.wait(5))
    task.succeeded.connect(heard.append)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    gate.set()
    with qtbot.waitSignal(task.finished):
        pass
    assert heard == []


def test_leaving_stops_what_is_under_way_and_what_waits(qtbot: QtBot, owner: QObject) -> None:
    runner, finished = TaskRunner(threads=2), []

    def work(progress: Progress) -> None:
        while True:
            progress.raise_if_cancelled()

    for at in range(6):  # two run, four wait for a thread
        runner.start(owner, "wait", work).finished.connect(partial(finished.append, at))
    runner.shutdown()
    assert sorted(finished) == list(range(6))
    assert not runner.busy


def test_nothing_starts_after_the_end(qtbot: QtBot, owner: QObject) -> None:
    runner, ran = TaskRunner(), []
    with qtbot.waitSignal(runner.start(owner, "first", ran.append).finished):
        pass
    runner.shutdown()
    late = runner.start(owner, "late", ran.append)
    assert not late.wanted
    assert len(ran) == 1
    assert not runner.busy


def test_what_is_still_queued_at_the_end_never_begins(qtbot: QtBot, owner: QObject) -> None:
    begun, go_on = threading.Event(), threading.Event()
    ran: list[str] = []

    def first(progress: Progress) -> None:
        begun.set()
        go_on.wait(WAIT / 1000)
        progress.raise_if_cancelled()

    def second(_progress: Progress) -> None:
        ran.append("second")

    runner = TaskRunner(threads=1)
    runner.start(owner, "first", first)
    runner.start(owner, "second", second)
    assert begun.wait(WAIT / 1000)
    threading.Timer(0.05, go_on.set).start()
    runner.shutdown()
    assert ran == []
    assert not runner.busy
