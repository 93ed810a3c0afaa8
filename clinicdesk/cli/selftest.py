"""`clinicdesk selftest`: is this copy of ClinicDesk sound?"""

import os
from argparse import Namespace
from typing import Any

from clinicdesk.cli.verify import tell
from clinicdesk.services.selftest import checks
from clinicdesk.ui.trial import paint_unlock_page


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("selftest", help="check that this copy of ClinicDesk is sound")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_selftest)


def _selftest(args: Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return tell(checks(window=paint_unlock_page), as_json=args.json)
