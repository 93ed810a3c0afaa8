"""Two hundred kills in the test command, 2,000 by `dev.py faults` (A11, B02, C03, D05, E01)."""

import json
import subprocess
import sys

import pytest

from tests.faults.works import WORKS

KILLS = 200


@pytest.mark.skipif(sys.platform != "linux", reason="forks, and asks Linux how long each worked")
def test_a_killed_process_loses_nothing_it_had_promised() -> None:
    """In a process of its own: a fork of the test runner would take its threads' locks along."""
    command = [sys.executable, "-m", "tests.faults.kills", "--count", str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", "SQLCipher is silent, and so are we (C15)"
    *works, total = map(json.loads, done.stdout.splitlines())
    assert total["kills"] == KILLS
    assert {work["work"] for work in works if work["kills"]} == set(WORKS)
    assert total["acknowledged"] > KILLS // 10, "they were at work, even on a busy computer"
