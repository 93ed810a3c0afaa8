"""`clinicdesk selftest`: is this copy of ClinicDesk sound?"""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.verify import tell
from clinicdesk.services.selftest import checks


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("selftest", help="check that this copy of ClinicDesk is sound")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_selftest)


def _selftest(args: Namespace) -> int:
    return tell(checks(), as_json=args.json)
