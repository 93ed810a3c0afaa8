"""`clinicdesk backup STORE OUT`: copy the whole store, and look through the copy."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import add_store, opened


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("backup", help="copy the whole store, and look through the copy")
    add_store(parser)
    parser.add_argument("out", metavar="OUT", type=Path, help="a new folder for the backup")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_backup)


def _backup(args: Namespace) -> int:
    with opened(args) as clinic:
        rows = clinic.backups.make(args.out, counter(quiet=args.json))
    return tell("backup", args.out, rows, as_json=args.json)


def tell(what: str, where: Path, rows: Mapping[str, int], *, as_json: bool) -> int:
    """Say what is in the new folder."""
    if as_json:
        json_document({what: str(where), "verified": True, "rows": dict(rows)})
    else:
        say(
            f"{where}: verified, with {rows['patient']:,} patients and {sum(rows.values()):,} rows."
        )
        say("It opens with the logins, passwords and recovery key of today.")
    return 0
