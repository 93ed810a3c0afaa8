"""Pin the newest event of the audit while somebody reads and nothing is written."""

from PySide6.QtCore import QObject, QTimer, Slot

from clinicdesk.services.pinning import Pinner
from clinicdesk.ui.tasks import TaskRunner, blink

LOOK = 10_000  # ms


class PinTimer(QObject):
    """Lives as long as the window of an unlocked store; works only where something is due."""

    def __init__(self, pinner: Pinner, runner: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._pinner, self._runner = pinner, runner
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Pin on a worker thread, if the last event is not pinned for long enough."""
        if self._pinner.is_due():
            self._runner.start(self, "pin the audit", blink(self._pinner.pin_if_due))
