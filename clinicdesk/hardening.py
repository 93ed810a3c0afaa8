"""Let nothing of the memory outlive the process, and no error tell what it was about.

What is typed, keyed and read is in memory while a store is open. It must not come to rest in a core
file, in a crash report of the system or in the traceback of a bug, and no other program of the
same user is to read along.
"""

import ctypes
import os
import sys
import threading
import traceback
from types import TracebackType

_PR_SET_DUMPABLE = 4  # linux/prctl.h
_NO_CRASH_BOX = 0x0001 | 0x0002  # Windows: SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX


def harden() -> None:
    """Call first in the process; what it starts inherits the umask and the limit of core files."""
    os.umask(0o077)
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(_NO_CRASH_BOX)
    else:
        _write_no_core_files()
    if sys.platform == "linux":
        be_unreadable()
    sys.excepthook = _tell
    threading.excepthook = lambda seen: _tell(seen.exc_type, seen.exc_value, seen.exc_traceback)
    sys.unraisablehook = lambda seen: _tell(seen.exc_type, seen.exc_value, seen.exc_traceback)


def be_unreadable() -> None:
    """Linux: no core file, and no debugger or reader of /proc/PID/mem but the administrator's.

    Each process asks for itself: starting a program takes it back.
    """
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def fault(error: BaseException) -> str:
    """Type and place of a bug; never its text, which may hold PHI."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    place = frames[-1]
    return f"{type(error).__name__} in {os.path.basename(place.filename)} line {place.lineno}"


def _write_no_core_files() -> None:
    import resource  # noqa: PLC0415 - there is none on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _tell(
    kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None
) -> None:
    if sys.stderr is not None:  # a windowed program on Windows has none
        sys.stderr.write(f"clinicdesk: {fault(error) if error else kind.__name__}\n")
