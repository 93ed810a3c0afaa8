"""Collect cyclic garbage on the UI thread alone.

Python collects on whichever thread happens to allocate, and what it frees there may be a widget:
Qt then destroys it on a worker thread, and the process dies. So while there are worker threads,
collection by itself is off and the UI thread does it, by the same thresholds.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_PAUSE = 500  # ms


class GarbageCollector(QObject):
    """Lives on the UI thread, as long as there may be worker threads."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_PAUSE)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation that is due, as Python would have."""
        due = [
            generation
            for generation, (count, threshold) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if threshold and count > threshold
        ]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        """The worker threads are gone: let Python collect by itself again."""
        self._timer.stop()
        gc.enable()
