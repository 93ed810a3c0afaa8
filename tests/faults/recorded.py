"""One work on a watched disk, until it has acknowledged enough.

    python -m tests.faults.recorded KIND PLACE COUNT

What it acknowledges goes into the diary, between the changes. With FAULTS_UNFLUSHED nothing is
flushed: the control of the instrument.
"""

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

from clinicdesk.storage import database
from tests.faults.works import WORKS


class Enough(Exception):
    """Ends the work."""


def record(kind: str, place: Path, count: int) -> None:
    """Go on with the work until it has acknowledged `count` things."""
    disk, left = ctypes.CDLL(None), count

    def acknowledge(word: str) -> None:
        nonlocal left
        disk.disk_say(word.encode())
        left -= bool(word)
        if not left:
            raise Enough

    with suppress(Enough):
        WORKS[kind].go_on(place, "p", acknowledge)


def flush_nothing() -> None:
    """Let database and header promise what they cannot keep."""
    unsafe = [pragma.replace("= FULL", "= OFF") for pragma in database._PRAGMAS]
    assert "PRAGMA synchronous = OFF" in unsafe
    vars(database)["_PRAGMAS"] = tuple(unsafe)
    vars(os)["fsync"] = lambda _: None


if __name__ == "__main__":
    if "FAULTS_UNFLUSHED" in os.environ:
        flush_nothing()
    record(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
