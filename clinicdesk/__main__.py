"""Start ClinicDesk: the window without arguments, else the command line.

Imports nothing heavy: the compute process imports this module again.
"""

import sys
from multiprocessing import freeze_support

from clinicdesk.hardening import harden
from clinicdesk.screen import has_screen


def main() -> int:
    """Run the program and return its exit code."""
    freeze_support()
    harden()
    if len(sys.argv) > 1:
        from clinicdesk.cli import run  # noqa: PLC0415 - each half loads without the other

        return run(sys.argv[1:])
    if not has_screen():
        sys.stderr.write("clinicdesk: There is no screen to open a window on. Try --help.\n")
        return 1
    from clinicdesk.app import main as open_window  # noqa: PLC0415 - as above

    return open_window(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
