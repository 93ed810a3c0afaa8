"""`clinicdesk verify STORE`: is the store whole?"""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from clinicdesk.cli.output import json_document, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.errors import StoreError
from clinicdesk.services.verify import Check


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("verify", help="check that the store is whole")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_verify)


def _verify(args: Namespace) -> int:
    return tell(_checks(args), as_json=args.json)


def tell(checks: Sequence[Check], *, as_json: bool) -> int:
    """Print the checks; return 1 when one failed."""
    ok = all(check.ok for check in checks)
    if as_json:
        json_document({"ok": ok, "checks": [asdict(check) for check in checks]})
    else:
        rows = ((check.name, "ok" if check.ok else "NOT OK", check.detail) for check in checks)
        table(("Check", "Result", "Detail"), rows)
    return 0 if ok else 1


def _checks(args: Namespace) -> list[Check]:
    try:
        with opened(args) as clinic:
            return clinic.verification.checks()
    except StoreError as error:  # a store too damaged to open is a finding too
        return [Check("open", False, str(error))]
