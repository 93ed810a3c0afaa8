"""`clinicdesk profile STORE FILE...`: what every column of a file holds, before any mapping."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.profile import ColumnProfile
from clinicdesk.services.understanding import FileProfile

_HEADS = ("Column", "Filled", "Missing", "Distinct", "Numbers", "Least", "Greatest", "Said of it")


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("profile", help="what every column of a file holds")
    add_store(parser)
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="any file of rows")
    parser.add_argument("--encoding", default="", help="when the letters do not tell it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_profile)


def _profile(args: Namespace) -> int:
    with opened(args) as clinic:
        progress = counter(quiet=args.json)
        found = clinic.understanding.profile(args.files, Plan(encoding=args.encoding), progress)
    if args.json:
        json_document({"files": [_document(file) for file in found]})
        return 0
    for file in found:
        say(f"{file.name}: {file.columns[0].rows if file.columns else 0:,} rows")
        table(_HEADS, [_row(column) for column in file.columns])
    return 0


def _row(column: ColumnProfile) -> tuple[str, ...]:
    limits = (column.low, column.high)
    return (
        column.header,
        f"{column.filled:,}",
        f"{column.missing:,}",
        f"{column.distinct:,}",
        f"{column.numbers:,}",
        *("" if limit is None else f"{limit:g}" for limit in limits),
        ", ".join(f"{count:,} x {rule}" for rule, count in column.warnings.items()),
    )


def _document(file: FileProfile) -> dict[str, Any]:
    """For scripts, and so perhaps for others: no text that fewer than five rows have."""
    return {
        "name": file.name,
        "columns": [
            {
                "header": c.header,
                "rows": c.rows,
                "filled": c.filled,
                "distinct": c.distinct,
                "numbers": c.numbers,
                "dates": c.dates,
                "low": c.low,
                "high": c.high,
                "leading_zeros": c.leading_zeros,
                "top": [list(each) for each in c.masked()],
                "warnings": dict(c.warnings),
            }
            for c in file.columns
        ],
    }
