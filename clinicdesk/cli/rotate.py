"""`clinicdesk rotate STORE`: encrypt the store anew, under a new key."""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import add_store, opened


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("rotate", help="encrypt the store anew, under a new key")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_rotate)


def _rotate(args: Namespace) -> int:
    with opened(args) as clinic:
        clinic.keys.rotate(counter(quiet=args.json))
    if args.json:
        json_document({"rotated": True})
    else:
        say("The store is encrypted under a new key. Everybody keeps their password; older copies")
        say("of clinic.keys open older copies of the store and nothing newer.")
    return 0
