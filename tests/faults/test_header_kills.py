"""A hundred kills in the test command; CLINICDESK_KILLS=1000 for a long run (B02)."""

import json
import os
import subprocess
import sys

import pytest

COUNT = int(os.environ.get("CLINICDESK_KILLS", "100"))


@pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills with SIGKILL")
def test_a_killed_writer_loses_nothing() -> None:
    """In a process of its own: a fork of the test runner would take its threads' locks along."""
    command = [sys.executable, "-m", "tests.faults.header_kills", "--count", str(COUNT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    counts = json.loads(done.stdout)
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, counts
    assert counts["kills"] == COUNT
    assert counts["acknowledged"] > COUNT // 10, "the writers wrote, even on a busy computer"
    assert counts["repaired"] > 0, "some kills hit the moment between the two copies"
