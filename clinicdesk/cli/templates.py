"""`clinicdesk templates STORE ...`: saved understandings of files, kept, shown, given away."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from clinicdesk.cli.import_said import add_said, with_said
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.errors import BadInput
from clinicdesk.etl.plan import Plan


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("templates", help="saved understandings of files")
    add_store(parser)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="for --save: one file")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--save", metavar="NAME", help="keep what the options say of FILE")
    group.add_argument("--remove", metavar="NAME", help="forget a template")
    group.add_argument("--write", nargs=2, metavar=("NAME", "OUT.json"), help="to give it away")
    group.add_argument("--take-in", nargs=2, metavar=("NAME", "IN.json"), help="take a given one")
    parser.add_argument("--replace", action="store_true", help="when the name is taken")
    parser.add_argument("--unit", action="append", default=[], metavar="COLUMN=UNIT", type=_pair)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_said(parser)
    parser.set_defaults(handler=_templates)


def _templates(args: Namespace) -> int:
    with opened(args) as clinic:
        if args.save:
            if len(args.files) != 1:
                raise BadInput("Name the one file that the template is made from.")
            plan = with_said(clinic, args, Plan(units=dict(args.unit)))
            clinic.templates.save(args.save, args.files[0], plan, replace=args.replace)
        elif args.remove:
            clinic.templates.remove(args.remove)
        elif args.write:
            Path(args.write[1]).write_text(clinic.templates.text(args.write[0]), encoding="utf-8")
        elif args.take_in:
            text = Path(args.take_in[1]).read_text(encoding="utf-8")
            clinic.templates.take_in(args.take_in[0], text, replace=args.replace)
        _show(clinic.templates.every(), as_json=args.json)
    return 0


def _show(every: Any, *, as_json: bool) -> None:
    if as_json:
        json_document(
            {
                "templates": [
                    {"name": t.name, "fingerprint": t.fingerprint, "made_at": t.made_at.isoformat()}
                    for t in every
                ]
            }
        )
        return
    if not every:
        say("There is no template yet.")
        return
    rows = [
        (t.name, *(f"{at:%d-%b-%Y}" if at else "" for at in (t.made_at, t.used_at))) for t in every
    ]
    table(("Template", "Made", "Last used"), rows)


def _pair(text: str) -> tuple[str, str]:
    column, _, unit = text.partition("=")
    return column.strip(), unit.strip()
