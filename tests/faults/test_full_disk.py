"""The disk is full, or fails, at some changes (B03, C09); at each of them by `dev.py faults`."""

import json
import subprocess
import sys

import pytest

from tests.faults.recorder import why_not
from tests.faults.works import WORKS

EVERY = {  # at so many changes from one failure to the next, some ten failures each
    "creation": 83,
    "import": 31,
    "header": 7,
    "rotation": 311,
    "sharing": 41,
    "document": 31,
    "backup": 61,
    "migration": 97,
}


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "a disk is watched")
@pytest.mark.parametrize("kind", WORKS)
def test_a_disk_that_is_full_or_fails_costs_nothing_that_was_promised(kind: str) -> None:
    every = ("--every", str(EVERY[kind]))
    command = [sys.executable, "-m", "tests.faults.full_disk", kind, *every]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", "SQLCipher is silent, and so are we (C15)"
    assert json.loads(done.stdout.splitlines()[-1])["failures"] > 4
