"""Edit, delete, insert, reorder and cut off events of the audit: each is found where it is.

    python -m tests.faults.mutations --count 5000

A longer run of tests/storage/test_audit_mutations.py.
"""

import argparse
import os
import subprocess
import sys

_TEST = "tests/storage/test_audit_mutations.py"


def main() -> int:
    parser = argparse.ArgumentParser(description="Change the audit in every way.")
    parser.add_argument("--count", type=int, default=5000)
    environment = {**os.environ, "CLINICDESK_AUDIT_MUTATIONS": str(parser.parse_args().count)}
    command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", _TEST]
    return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main())
