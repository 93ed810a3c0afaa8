"""The disk is full, or fails, at some changes (B03, C09); at each of them by `dev.py faults`."""

import json
import sys
from pathlib import Path

import pytest

from tests.faults.full_disk import FAILURES, on_a_failing_disk
from tests.faults.recorder import why_not
from tests.faults.works import WORKS

COUNT = 2  # of each kind of work and of each kind of failure


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "a disk is watched")
def test_a_disk_that_is_full_or_fails_costs_nothing_that_was_promised(tmp_path: Path) -> None:
    done = on_a_failing_disk(tmp_path, "--count", str(COUNT))
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", "SQLCipher is silent, and so are we (C15)"
    failures = json.loads(done.stdout.splitlines()[-1])["failures"]
    assert failures >= COUNT * len(WORKS) * len(FAILURES)
