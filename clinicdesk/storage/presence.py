"""Who has the store open: everybody who does says so, so that somebody can be sure to be alone.

The lock is on the folder itself and goes with the process. Windows has no locks on folders and
needs none here: it does not let a file be replaced while somebody has it open.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinicdesk.errors import StoreError

if sys.platform != "win32":
    import fcntl

PATIENCE_ALONE = 2.0  # s; a command of the command line is soon done
PATIENCE = 30.0  # s; a store of some gigabytes is encrypted anew in that time


class OthersPresent(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "The store is open in another window or program. Close it there, then try again."
        )


class OtherAlone(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "Another ClinicDesk is encrypting the store anew. Try again in a few minutes."
        )


class Presence:
    """One open session of the store in `folder`; `close()` when it ends."""

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self._handle: int | None = None
        if not folder.is_dir():
            raise StoreError("There is no such folder. Choose the folder of the store.")
        if sys.platform != "win32":
            self._handle = _opened(folder)
            try:
                self._wait_for(fcntl.LOCK_SH, patience, OtherAlone)
            except BaseException:
                self.close()
                raise

    @contextmanager
    def alone(self, patience: float = PATIENCE_ALONE) -> Iterator[None]:
        """Have the store to oneself for the block; raise `OthersPresent` if that cannot be."""
        if sys.platform == "win32" or self._handle is None:
            yield
            return
        try:
            self._wait_for(fcntl.LOCK_EX, patience, OthersPresent)
            yield
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_SH)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
        self._handle = None

    def _wait_for(self, kind: int, patience: float, otherwise: type[StoreError]) -> None:
        until = time.monotonic() + patience
        while True:
            with suppress(BlockingIOError):
                return self._take(kind)
            if time.monotonic() > until:
                raise otherwise
            time.sleep(0.02)

    def _take(self, kind: int) -> None:
        if sys.platform != "win32" and self._handle is not None:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)


def _opened(folder: Path) -> int:
    try:
        return os.open(folder, os.O_RDONLY)
    except OSError:
        raise StoreError("The folder of the store cannot be read. Check its rights.") from None
