"""Some bits here; 1,000 of the database and of a document by `dev.py faults` (B01, C10, G11)."""

import json
import subprocess
import sys

COUNT = 40


def test_every_flipped_bit_is_noticed_and_nothing_wrong_is_read() -> None:
    """In a process of its own: a crash would be a finding as well."""
    command = [sys.executable, "-m", "tests.faults.flips", "--count", str(COUNT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", "SQLCipher is silent, and so are we (C15)"
    tallies = {tally.pop("of"): tally for tally in map(json.loads, done.stdout.splitlines())}
    for what in ("database", "document"):
        assert tallies[what] == {"flips": COUNT, "noticed": COUNT}
    assert tallies["header"]["noticed"] == tallies["header"]["flips"] > 1000
