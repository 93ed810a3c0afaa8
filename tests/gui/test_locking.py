"""Locked: nothing of anybody is left to see, and the same person is back where they were (F06)."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import NotAllowed
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.idle import LockReason
from clinicdesk.ui.locking import WORDS, AutoLock
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.place import NOWHERE, focused_at
from clinicdesk.ui.shell import Shell
from clinicdesk.ui.system_lock import SystemLock
from clinicdesk.ui.tasks import TaskRunner
from tests.conftest import CANARY, LOGIN, PASSWORD
from tests.gui.conftest import WAIT, show
from tests.gui.people import everything_said, hire

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def strangers(application: QApplication) -> list[QWidget]:
    """What earlier tests left behind, held so that none is taken for one of ours."""
    return QApplication.allWidgets()


@pytest.fixture
def at_work(qtbot: QtBot, shell: Shell, clinic: Clinic, ward: list[PatientId]) -> MainWindow:
    """A window over the record of the first patient, its second tab open."""
    shell.enter(clinic)
    work = shell.work
    assert isinstance(work, MainWindow)
    with qtbot.waitSignal(work.patient.loaded, timeout=WAIT):
        work.open_patient(ward[0])
    work.patient.tabs.setCurrentIndex(1)
    return work


def _locked(qtbot: QtBot, shell: Shell, runner: TaskRunner) -> None:
    assert shell.page is shell.unlock
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _come_back(qtbot: QtBot, shell: Shell, login: str, password: str) -> MainWindow:
    assert shell.unlock is not None
    shell.unlock._login.line.setText(login)
    with qtbot.waitSignal(shell.opened, timeout=WAIT):
        shell.unlock.attempt_with(password)
    assert isinstance(shell.work, MainWindow)
    return shell.work


def _said_now(strangers: list[QWidget]) -> str:
    return everything_said(each for each in QApplication.allWidgets() if each not in strangers)


def test_no_word_of_a_patient_is_left(
    strangers: list[QWidget],
    qtbot: QtBot,
    shell: Shell,
    at_work: MainWindow,
    runner: TaskRunner,
) -> None:
    clinic = at_work._clinic
    at_work.patients._text.setText(CANARY)
    at_work.notices.done(f"{CANARY} was here")
    said = _said_now(strangers)
    assert CANARY.upper() in said
    assert "M0000" in said
    qtbot.keyClick(at_work, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not at_work.isVisible()
    _locked(qtbot, shell, runner)
    said = _said_now(strangers)
    assert CANARY.casefold() not in said.casefold()
    assert "M0000" not in said
    assert "ClinicDesk" in said
    with pytest.raises(NotAllowed):
        clinic.patients.find("")


def test_dialogs_are_hidden_at_once(
    qtbot: QtBot,
    shell: Shell,
    at_work: MainWindow,
    runner: TaskRunner,
) -> None:
    at_work.patient._ask_report()
    assert any(isinstance(w, QFileDialog) and w.isVisible() for w in QApplication.topLevelWidgets())
    shell.lock()
    visible = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert visible == [shell]
    _locked(qtbot, shell, runner)
    assert shell.findChildren(QDialog) == []


def test_the_same_person_is_back_in_the_same_place(
    qtbot: QtBot,
    shell: Shell,
    at_work: MainWindow,
    runner: TaskRunner,
    ward: list[PatientId],
) -> None:
    at_work.patient.results._filter.setFocus()
    field = focused_at(at_work.patient)
    assert field != NOWHERE
    shell.lock_for(WORDS[LockReason.IDLE])
    _locked(qtbot, shell, runner)
    assert shell.unlock is not None
    assert shell.unlock.login == LOGIN
    assert shell.unlock._locked.text() == WORDS[LockReason.IDLE]
    work = _come_back(qtbot, shell, LOGIN, PASSWORD)
    qtbot.waitUntil(lambda: work.patient.banner.patient_id == ward[0], timeout=WAIT)
    assert work.patient.tabs.currentIndex() == 1
    qtbot.waitUntil(work.patient.results._filter.hasFocus, timeout=WAIT)
    assert focused_at(work.patient) == field
    shell.lock()


def test_somebody_else_starts_at_the_list(
    qtbot: QtBot,
    shell: Shell,
    at_work: MainWindow,
    runner: TaskRunner,
    clinic: Clinic,
) -> None:
    password = hire(clinic, "second", "clinician")
    shell.switch_user()
    _locked(qtbot, shell, runner)
    assert shell.unlock is not None
    assert shell.unlock.login == ""
    work = _come_back(qtbot, shell, "second", password)
    assert work.pages.currentWidget() is work.patients
    assert work.patient.patient_id is None
    shell.lock()


def test_a_page_of_the_rail_is_found_again(
    qtbot: QtBot,
    shell: Shell,
    at_work: MainWindow,
    runner: TaskRunner,
) -> None:
    assert at_work.accounts is not None
    with qtbot.waitSignal(at_work.accounts.listed, timeout=WAIT):
        qtbot.keyClick(at_work, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    shell.lock()
    _locked(qtbot, shell, runner)
    work = _come_back(qtbot, shell, LOGIN, PASSWORD)
    assert work.pages.currentWidget() is work.accounts
    shell.lock()


# -- when nobody is there -------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(qtbot: QtBot, application: QApplication) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    show(qtbot, widget)
    return widget


@pytest.fixture
def automatic(application: QApplication, watched: QWidget, clock: Clock) -> Iterator[AutoLock]:
    automatic = AutoLock(application, clock, watched)
    automatic.begin(5)
    yield automatic
    automatic.end()


def _touch(widget: QWidget) -> None:
    """The pointer moves over the window, as the platform tells it."""
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(5, 5),
        QPointF(5, 5),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QCoreApplication.sendEvent(widget.windowHandle(), move)


def _press(widget: QWidget) -> bool:
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    return QCoreApplication.sendEvent(widget.windowHandle(), key)


def _reasons(automatic: AutoLock) -> list[str]:
    heard: list[str] = []
    automatic.due.connect(heard.append)
    automatic.idled.connect(heard.append)
    return heard


def test_five_minutes_without_anybody_lock(automatic: AutoLock, clock: Clock) -> None:
    heard = _reasons(automatic)
    clock.go_on(minutes=4, seconds=59)
    automatic.check()
    assert heard == []
    assert 0 < automatic._timer.remainingTime() <= 1_100  # Qt's coarse timers keep to 5 %
    clock.go_on(seconds=1)
    automatic.check()
    assert heard == [WORDS[LockReason.IDLE]]


@pytest.mark.parametrize("act", [_touch, _press], ids=["pointer", "key"])
def test_whoever_is_there_keeps_it_open(
    automatic: AutoLock, watched: QWidget, clock: Clock, act: object
) -> None:
    heard = _reasons(automatic)
    for _ in range(10):
        clock.go_on(minutes=4)
        act(watched)  # type: ignore[operator]
        automatic.check()
    assert heard == []


def test_twelve_hours_are_enough(automatic: AutoLock, watched: QWidget, clock: Clock) -> None:
    heard = _reasons(automatic)
    for _ in range(12 * 20 - 1):
        clock.go_on(minutes=3)
        _touch(watched)
    assert heard == []
    clock.go_on(minutes=3)
    automatic.check()
    assert heard == [WORDS[LockReason.SESSION_OVER]]


def test_a_clock_set_back_locks(automatic: AutoLock, clock: Clock) -> None:
    heard = _reasons(automatic)
    clock.go_on(hours=-1)
    automatic.check()
    assert heard == [WORDS[LockReason.CLOCK_SET_BACK]]


def test_the_key_that_comes_too_late_is_not_typed(
    automatic: AutoLock, watched: QWidget, clock: Clock
) -> None:
    """A computer that slept: the timer did not run, and the first key must not reach a field."""
    heard = _reasons(automatic)
    clock.go_on(hours=3)
    assert _press(watched)
    assert heard == [WORDS[LockReason.IDLE]]


def test_a_shorter_time_counts_from_now(automatic: AutoLock, clock: Clock) -> None:
    heard = _reasons(automatic)
    clock.go_on(minutes=4)
    automatic.keep_to(1)
    automatic.check()
    assert heard == []
    clock.go_on(minutes=1)
    automatic.check()
    assert heard == [WORDS[LockReason.IDLE]]


def test_a_locked_window_is_not_watched(automatic: AutoLock, clock: Clock) -> None:
    heard = _reasons(automatic)
    automatic.end()
    clock.go_on(hours=13)
    automatic.check()
    assert heard == []


def test_the_minutes_of_the_store_are_kept_to(
    qtbot: QtBot,
    shell: Shell,
    clinic: Clinic,
    ward: list[PatientId],
) -> None:
    clinic.settings.change_idle_minutes(2)
    shell.enter(clinic)
    watch = shell.watch
    assert watch is not None
    qtbot.waitUntil(
        lambda: watch._watch is not None and watch._watch.idle == timedelta(minutes=2),
        timeout=WAIT,
    )
    watch._now = lambda: datetime.now(UTC) + timedelta(minutes=3)
    watch.check()
    assert shell.page is shell.unlock


# -- with the computer ----------------------------------------------------------------------------


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    """A message bus of its own."""
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("needs dbus-daemon to play the desktop")
    process = subprocess.Popen(
        [daemon, "--session", "--nofork", "--print-address", f"--address=unix:dir={tmp_path}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()


SIGNALS = [
    ("org.freedesktop.login1.Manager", "PrepareForSleep", [True]),
    ("org.freedesktop.login1.Session", "Lock", []),
    ("org.gnome.ScreenSaver", "ActiveChanged", [True]),
    ("org.freedesktop.ScreenSaver", "ActiveChanged", [True]),
]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: f"{signal[0]}.{signal[1]}")
def test_the_desktop_locks_it(
    qtbot: QtBot, application: QApplication, bus: str, signal: tuple[str, str, list[bool]]
) -> None:
    interface, name, arguments = signal
    ours = QDBusConnection.connectToBus(bus, "clinicdesk")
    desktop = QDBusConnection.connectToBus(bus, "desktop")
    desktop.registerService("org.freedesktop.login1")
    listening = SystemLock(ours, ours)
    message = QDBusMessage.createSignal("/org/freedesktop/thing", interface, name)
    message.setArguments(arguments)
    with qtbot.waitSignal(listening.locked, timeout=WAIT):
        assert desktop.send(message)
    QDBusConnection.disconnectFromBus("clinicdesk")
    QDBusConnection.disconnectFromBus("desktop")


def test_the_end_of_sleep_locks_nothing(application: QApplication) -> None:
    listening = SystemLock(QDBusConnection("none"), QDBusConnection("none"))
    heard: list[str] = []
    listening.locked.connect(heard.append)
    listening.take_beginning(False)
    assert heard == []
