"""One window for one person: a second start brings the first window forward, and ends.

No socket is opened for that: the first start holds a lock file, the second one leaves a file beside
it, and the first hears of it from the file system.
"""

import os
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QTimer, Signal, Slot

LOCK, REQUEST = "window.lock", "window.request"


class Instance(QObject):
    """This start of ClinicDesk. folder: of the person's settings; without one all are first."""

    wanted = Signal()  # somebody started ClinicDesk again

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = folder / REQUEST
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(folder / LOCK))
        self._lock.setStaleLockTime(0)  # stale when its process is gone, however long ago
        self._lock.tryLock(0)
        self.is_first = self._lock.error() is not QLockFile.LockError.LockFailedError
        self._watcher: QFileSystemWatcher | None = None

    @Slot()
    def listen(self) -> None:
        """Hear of later starts; what was asked before this one is over."""
        with suppress(OSError):
            self._request.unlink(missing_ok=True)
        self._watcher = QFileSystemWatcher([str(self._request.parent)], self)
        self._watcher.directoryChanged.connect(self._look)

    def ask(self) -> None:
        """Ask the first start to show its window."""
        with suppress(OSError):
            os.close(os.open(self._request, os.O_CREAT | os.O_WRONLY, 0o600))

    @Slot(str)
    def _look(self, _folder: str) -> None:
        # after the event: whoever asks is still writing
        QTimer.singleShot(0, self, self._take_request)

    @Slot()
    def _take_request(self) -> None:
        try:
            self._request.unlink()
        except OSError:
            return  # something else changed in the folder
        self.wanted.emit()
