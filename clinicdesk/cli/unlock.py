"""`clinicdesk unlock STORE`: does this login open it, and as what?"""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import add_store, opened


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("unlock", help="check that a login opens the store")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_unlock)


def _unlock(args: Namespace) -> int:
    with opened(args) as clinic:
        found = {
            "login": clinic.principal.login,
            "role": clinic.principal.role.value,
            "must_change_password": clinic.must_change_password,
            "warnings": list(clinic.warnings),
        }
    if args.json:
        json_document(found)
    else:
        say(f"{found['login']} opens the store as {found['role']}.")
        if found["must_change_password"]:
            say("The password is a temporary one: `clinicdesk password STORE` changes it.")
    return 0
