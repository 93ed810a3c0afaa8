"""Kills in the middle of publishing and sharing; CLINICDESK_KILLS=1000 for a long run."""

import json
import os
import subprocess
import sys

import pytest

COUNT = int(os.environ.get("CLINICDESK_KILLS", "15"))  # a second each


@pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills with SIGKILL")
def test_a_killed_publisher_leaves_one_whole_copy_and_one_whole_share() -> None:
    """In a process of its own: a fork of the test runner would take its threads' locks along."""
    command = [sys.executable, "-m", "tests.faults.sharing_kills", "--count", str(COUNT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(done.stdout)
    assert counts["kills"] == COUNT
    assert counts["published"] > 2, "the child was at work"
    assert counts["shared"] > 1
