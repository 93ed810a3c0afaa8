"""`clinicdesk password STORE`: choose a new password for one's own account."""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import add_new_password, add_store, login, new_password, password
from clinicdesk.services.session import change_password


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("password", help="choose a new password for one's own account")
    add_store(parser)
    add_new_password(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_password)


def _password(args: Namespace) -> int:
    who = login(args)
    change_password(args.store, login=who, old=password(args), new=new_password(args))
    if args.json:
        json_document({"login": who})
    else:
        say(f"The password of {who} is changed. The old one works no more.")
    return 0
