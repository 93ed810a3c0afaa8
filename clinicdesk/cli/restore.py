"""`clinicdesk restore BACKUP STORE`: make a store of a backup."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from clinicdesk.cli.backup import tell
from clinicdesk.cli.store import add_login, login, password
from clinicdesk.services.restoring import restore


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("restore", help="make a store of a backup")
    parser.add_argument("backup", metavar="BACKUP", type=Path, help="the folder of the backup")
    parser.add_argument("store", metavar="STORE", type=Path, help="a new folder for the store")
    add_login(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_restore)


def _restore(args: Namespace) -> int:
    rows = restore(args.backup, args.store, login=login(args), password=password(args))
    return tell("store", args.store, rows, as_json=args.json)
