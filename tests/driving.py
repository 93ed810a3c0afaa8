"""Work in the real window as a person does, in a process made for it: keys, then the event loop.

Nothing here keeps what is typed: it comes letter by letter from whoever calls.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.application import application_for, open_window
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.shell import Shell

PATIENCE = 60.0  # s


class Person:
    """Somebody in front of the window."""

    def __init__(self, application: QApplication) -> None:
        self._application = application
        windows = application.topLevelWidgets()
        (self.shell,) = (window for window in windows if isinstance(window, Shell))

    @property
    def clinic(self) -> Clinic:
        assert isinstance(self.shell.clinic, Clinic)
        return self.shell.clinic

    @property
    def clipboard(self) -> str:
        return self._application.clipboard().text()

    @property
    def window(self) -> MainWindow:
        assert isinstance(self.shell.work, MainWindow)
        return self.shell.work

    def type_password(self, letters: Iterable[str]) -> None:
        for letter in letters:
            QTest.keyClick(self._line, letter)

    def press_enter(self) -> None:
        """Wait until the work is there."""
        QTest.keyClick(self._line, Qt.Key.Key_Return)
        self.wait(lambda: self.shell.work is not None)
        self.rest()

    def open_patient(self, patient: PatientId) -> None:
        """Look at every tab of the record."""
        self.window.open_patient(patient)
        self.rest()
        for tab in range(self.window.patient.tabs.count()):
            self.window.patient.tabs.setCurrentIndex(tab)
            self.rest()

    def lock(self) -> None:
        self.shell.lock()
        self.rest()

    def rest(self) -> None:
        """Until nothing is under way and everything is painted."""
        for _ in range(3):
            self.wait(lambda: not self.shell._runner.busy)
            self._application.processEvents()

    def wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < deadline, "it did not happen"
            self._application.processEvents()
            time.sleep(0.005)

    @property
    def _line(self) -> QLineEdit:
        assert self.shell.unlock is not None
        return self.shell.unlock._password.line


def at_the_window(store: Path, login: str, steps: Callable[[Person], None]) -> None:
    """Open the window on the store, let the steps happen in it, close it; raise what they raise."""
    application = application_for()
    failed: list[BaseException] = []

    def happen() -> None:
        try:
            steps(Person(application))
        except BaseException as error:  # noqa: BLE001 - raised again below, outside the event loop
            failed.append(error)
        application.quit()

    QTimer.singleShot(300, application, happen)
    open_window(store=store, login=login)
    if failed:
        raise failed[0]
