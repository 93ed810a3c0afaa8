"""Kills in the middle of a change of keys; CLINICDESK_KILLS=1000 for a long run (A11)."""

import json
import os
import subprocess
import sys

import pytest

COUNT = int(os.environ.get("CLINICDESK_KILLS", "25"))  # half a second each


@pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills with SIGKILL")
def test_a_killed_change_of_keys_loses_nothing() -> None:
    """In a process of its own: a fork of the test runner would take its threads' locks along."""
    command = [sys.executable, "-m", "tests.faults.rotation_kills", "--count", str(COUNT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(done.stdout)
    assert counts["kills"] == COUNT
    assert counts["interrupted"] > COUNT // 5, "most kills hit a change"
    assert counts["changes"] > COUNT // 5, "and administrators finished what was left"
