"""Sixty-four threads, briefly; 64 x 1,000 operations, five times, by `dev.py faults` (C01, C11)."""

import json
import subprocess
import sys

OPERATIONS = 40


def test_sixty_four_threads_end_well() -> None:
    """In a process of its own: with another pool it ended in SIGSEGV five times of five."""
    size = ("--runs", "1", "--operations", str(OPERATIONS))
    command = [sys.executable, "-m", "tests.faults.threads", *size]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout) == {"operations": 64 * OPERATIONS, "lost": 0, "shared": 0}
