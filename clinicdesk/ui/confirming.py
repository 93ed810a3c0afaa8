"""Work that may want the password again: asked for once, and then the same work goes on."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from clinicdesk.services.access import ReauthenticationNeeded
from clinicdesk.ui.dialogs.reauthenticate import ReauthenticateDialog
from clinicdesk.ui.tasks import Task, TaskRunner, Work

Reauthenticate = Callable[[str], Any]  # raises `WrongPassword`


class ConfirmedTask(QObject):
    """A task that starts over once the password was typed again; its signals are a task's."""

    progressed = Signal(float, str)
    succeeded = Signal(object)
    failed = Signal(Exception)
    finished = Signal()  # last, and always

    def __init__(self, start: Callable[[], Task], ask: Callable[[], ReauthenticateDialog]) -> None:
        super().__init__()
        self._start, self._ask = start, ask
        self._task: Task | None = None
        self._asking: ReauthenticateDialog | None = None
        self._follow()

    @Slot()
    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    @Slot()
    def _follow(self) -> None:
        self._asking = None
        task = self._task = self._start()
        task.progressed.connect(self.progressed)
        task.succeeded.connect(self.succeeded)
        task.failed.connect(self._take_failure)
        task.finished.connect(self._rest)

    @Slot(Exception)
    def _take_failure(self, error: Exception) -> None:
        if not isinstance(error, ReauthenticationNeeded):
            self.failed.emit(error)
            return
        self._asking = self._ask()
        self._asking.confirmed.connect(self._follow)
        self._asking.rejected.connect(self._give_up)
        self._asking.open()

    @Slot()
    def _rest(self) -> None:
        self._task = None
        if self._asking is None:
            self.finished.emit()

    @Slot()
    def _give_up(self) -> None:
        self._asking = None
        self.finished.emit()


class Confirming:
    """Starts such work for one session. login: whose password is asked for."""

    def __init__(self, login: str, reauthenticate: Reauthenticate, runner: TaskRunner) -> None:
        self._login, self._reauthenticate, self._runner = login, reauthenticate, runner

    def start(self, owner: QWidget, name: str, work: Work) -> ConfirmedTask:
        """Start `work` for `owner`, as `TaskRunner.start` does."""
        task = ConfirmedTask(
            partial(self._runner.start, owner, name, work), partial(self._dialog, owner)
        )
        task.setParent(owner)
        task.finished.connect(task.deleteLater)
        return task

    def _dialog(self, owner: QWidget) -> ReauthenticateDialog:
        return ReauthenticateDialog(self._login, self._reauthenticate, self._runner, owner)
