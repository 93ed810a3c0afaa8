"""Nothing of the memory outlives the process, and no error tells what it was about (F10, F09)."""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CANARY

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="prctl and /proc are Linux's")
POSIX = pytest.mark.skipif(os.name != "posix", reason="core files and umask are POSIX's")
NOBODY = 65534  # who may not read the memory of others by privilege


def can_become_nobody() -> bool:
    """Root is not enough in a user namespace: it must know of others."""
    if sys.platform != "linux" or os.getuid() != 0:
        return False
    first, _, many = map(int, Path("/proc/self/uid_map").read_text().split()[:3])
    return first <= NOBODY < first + many


STARTED = """
import os, sys
from clinicdesk import __main__ as program
sys.argv = ["clinicdesk", "--version"]
program.main()
"""
HELD = "import ctypes, os, sys; from clinicdesk.hardening import be_unreadable\n"
DUMPABLE = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # PR_GET_DUMPABLE


def started(script: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the script in a process that was started like the program."""
    return subprocess.run(
        [sys.executable, "-c", STARTED + script],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@LINUX
def test_other_programs_of_the_user_may_not_read_along() -> None:
    assert started(DUMPABLE).stdout.splitlines()[-1] == "0"
    plain = subprocess.check_output([sys.executable, "-c", DUMPABLE], text=True)
    assert plain.strip() == "1", "the instrument sees the difference"


@LINUX
def test_the_process_that_calculates_is_closed_too() -> None:
    script = """
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.progress import SILENT
if __name__ == "__main__":
    compute = ComputeProcess()
    print(compute.call(SILENT, "tests.test_hardening:dumpable"))
    compute.shutdown()
"""
    assert started(script).stdout.splitlines()[-1] == "0"


def dumpable() -> int:
    return int(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))


@POSIX
def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    limits = "import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"
    assert started(limits).stdout.splitlines()[-1] == "0 0"
    crashed = started("os.abort()", cwd=tmp_path)
    assert crashed.returncode == -signal.SIGABRT
    assert not list(tmp_path.iterdir())


@POSIX
def test_what_it_writes_is_its_owners_alone(tmp_path: Path) -> None:
    assert started("open('new', 'w').close()", cwd=tmp_path).returncode == 0
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


@LINUX
@pytest.mark.skipif(not can_become_nobody(), reason="becoming somebody else takes root")
@pytest.mark.parametrize("closed", [False, True])
def test_a_program_of_the_same_user_cannot_open_the_memory(closed: bool) -> None:
    """Both run as `nobody`, whom the kernel gives no privilege; open is the control."""
    hold = f"os.setuid({NOBODY}); ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)\n"
    hold += "be_unreadable()\n" if closed else ""
    with subprocess.Popen(
        [sys.executable, "-c", HELD + hold + "print('held', flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        read = subprocess.run(
            ["cat", f"/proc/{holder.pid}/maps"], user=NOBODY, capture_output=True, check=False
        )
        assert (read.returncode != 0) is closed
        holder.communicate()


@pytest.mark.parametrize(
    "bug",
    [
        "raise ValueError('{name}')",
        "import threading; t = threading.Thread(target=int, args=('{name}',)); t.start(); t.join()",
        "class Odd:\n    def __del__(self): raise ValueError('{name}')\nOdd()",
    ],
    ids=["at the end", "in a thread", "in a finaliser"],
)
def test_a_bug_says_where_and_never_what(bug: str) -> None:
    ran = started(bug.format(name=CANARY))
    assert "clinicdesk: ValueError" in ran.stderr
    assert CANARY not in ran.stderr + ran.stdout
