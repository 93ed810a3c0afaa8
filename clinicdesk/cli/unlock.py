"""`clinicdesk unlock STORE`: does this login open it, and as what?"""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import add_store, login, password
from clinicdesk.services.session import unlock


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("unlock", help="check that a login opens the store")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_unlock)


def _unlock(args: Namespace) -> int:
    session = unlock(args.store, login=login(args), password=password(args))
    session.lock()
    found = {
        "login": session.principal.login,
        "role": session.principal.role.value,
        "must_change_password": session.must_change_password,
        "warnings": list(session.warnings),
    }
    if args.json:
        json_document(found)
        return 0
    say(f"{found['login']} opens the store as {found['role']}.")
    if session.must_change_password:
        say("The password is a temporary one: `clinicdesk password STORE` changes it.")
    for warning in session.warnings:
        say(warning)
    return 0
