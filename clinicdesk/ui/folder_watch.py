"""Look into the watched folder while a window is open: what arrives is imported, or waits."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from clinicdesk.domain.understood import WatchedFile, WatchedState
from clinicdesk.services.progress import Progress
from clinicdesk.services.watching import Watching
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.wizards.file_table import counted

EVERY = 60_000  # ms between two looks; a file is left alone for as long after its last change


class FolderWatch(QObject):
    """Lives as long as the window of somebody who may import."""

    imported = Signal()
    said = Signal(str)
    waits = Signal(str)
    failed = Signal(Exception)

    def __init__(
        self, watching: Callable[[], Watching], runner: TaskRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._watching, self._runner = watching, runner
        self._task: Task | None = None
        self._trouble = ""
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Look now, unless that is under way or somebody's own work is."""
        if self._task is None and not self._runner.busy:
            task = self._task = self._runner.start(self, "look into the folder", self._once)
            task.succeeded.connect(self._show)
            task.failed.connect(self._tell_once)
            task.finished.connect(self._rest)

    def _once(self, progress: Progress) -> Sequence[WatchedFile]:
        return self._watching().once(progress)

    @Slot()
    def _rest(self) -> None:
        self._task = None

    @Slot(object)
    def _show(self, found: Sequence[WatchedFile]) -> None:
        self._trouble = ""
        imported = sum(each.state is WatchedState.IMPORTED for each in found)
        waiting = sum(each.state is WatchedState.WAITING for each in found)
        if imported:
            files = counted(imported, "file of the watched folder was", "files of it were")
            self.said.emit(f"{files} imported.")
            self.imported.emit()
        if waiting:
            files = counted(waiting, "file of the watched folder waits", "files of it wait")
            self.waits.emit(f"{files} for somebody to decide: see the list of imports.")

    @Slot(Exception)
    def _tell_once(self, error: Exception) -> None:
        """The same trouble is told once, not every minute."""
        if str(error) != self._trouble:
            self._trouble = str(error)
            self.failed.emit(error)
