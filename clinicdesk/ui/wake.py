"""Notice that the computer slept, on systems that do not tell: the clock went on without us."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from clinicdesk.services.clock import utc_now

SLEPT = "Locked because the computer was asleep."
_LOOK = 5_000  # ms
_MISSED = timedelta(seconds=45)  # more than any work or load holds up the window


class Wake(QObject):
    """Looks at the clock every few seconds; emits `locked` when it looked away for long."""

    locked = Signal(str)  # why, in words

    def __init__(
        self, now: Callable[[], datetime] = utc_now, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._now, self._last = now, now()
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Compare the clock with that of the last look."""
        last, self._last = self._last, self._now()
        if self._last - last > _MISSED:
            self.locked.emit(SLEPT)
