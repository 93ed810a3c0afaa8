"""One process at a time, by a lock on an empty file that the system drops with the process."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinicdesk.errors import StoreError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE = 10.0  # s; a write of the header takes milliseconds


@contextmanager
def exclusive(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock for the block; wait for another holder up to `patience` seconds."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _wait(descriptor, time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)  # drops the lock


def _wait(descriptor: int, until: float) -> None:
    while True:
        with suppress(OSError):
            return _take(descriptor)
        if time.monotonic() > until:
            raise StoreError(
                "Another ClinicDesk is changing the accounts of this store. Try again in a moment."
            )
        time.sleep(0.01)


def _take(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
