"""Whether the store can be read and written at this moment, and why not.

A full or failing disk makes a store read-only: reading goes on, and the next thing that is saved
tries again once there is room. Damage ends everything: what is written after it could only make
it worse.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from clinicdesk.errors import (
    NOT_WRITABLE,
    DiskFailed,
    DiskFull,
    StoreDamaged,
    StoreError,
    StoreUnreadable,
)

SPARE = 10_000_000  # bytes: the log grows to 4 MB between two foldings, and a save may be large


class Usage(Protocol):
    """What `shutil.disk_usage` tells."""

    @property
    def free(self) -> int: ...


DiskUsage = Callable[[Path], Usage]


class Condition:
    """The condition of one database. Thread-safe: it is a single reference.

    spare: bytes that must be free before a full disk counts as one with room again.
    """

    def __init__(
        self, folder: Path, disk_usage: DiskUsage = shutil.disk_usage, spare: int = SPARE
    ) -> None:
        self._folder = folder
        self._disk_usage = disk_usage
        self._spare = spare
        self._trouble: StoreError | None = None

    @property
    def trouble(self) -> StoreError | None:
        """Why nothing can be written, as it is now; None while all is well."""
        trouble = self._trouble
        return DiskFull(self._missing()) if isinstance(trouble, DiskFull) else trouble

    @property
    def is_damaged(self) -> bool:
        """Whether the file is not what was written: there is no way back but a restore."""
        return isinstance(self._trouble, StoreDamaged | StoreUnreadable)

    def noted(self, error: StoreError) -> StoreError:
        """Remember the trouble, if it is one of the store; return it with all that is known."""
        if self.is_damaged:
            return error
        if isinstance(error, DiskFull) or (isinstance(error, DiskFailed) and self._missing()):
            error = DiskFull(self._missing())  # SQLite says "failed" where its log finds no room
        if isinstance(error, _LASTING):
            self._trouble = error
        return error

    def require_sound(self) -> None:
        """Raise once the file was found damaged."""
        if self.is_damaged and self._trouble is not None:
            raise type(self._trouble)

    def require_room(self) -> None:
        """Raise while a disk that was full has no room yet; other troubles may have passed."""
        if isinstance(self._trouble, DiskFull) and (missing := self._missing()):
            raise DiskFull(missing)

    def recover(self) -> None:
        """Something was written: all is well."""
        if not self.is_damaged:
            self._trouble = None

    def forget(self) -> None:
        """The file was put right, or another one is in its place."""
        self._trouble = None

    def _missing(self) -> int:
        try:
            return max(0, self._spare - self._disk_usage(self._folder).free)
        except OSError:
            return self._spare


_LASTING = (*NOT_WRITABLE, StoreDamaged, StoreUnreadable)
