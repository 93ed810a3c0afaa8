"""`clinicdesk watch STORE`: import what arrives in the watched folder, once or until stopped."""

import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.understood import WatchedFile, WatchPlan
from clinicdesk.services.clinic import Clinic

_EVERY = 60  # seconds


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("watch", help="import what arrives in a chosen folder")
    add_store(parser)
    parser.add_argument("--once", action="store_true", help="look once, then end")
    parser.add_argument("--folder", type=Path, help="watch this folder from now on")
    parser.add_argument("--template", default="", help="use this one alone; else any that fits")
    parser.add_argument("--off", action="store_true", help="watch no folder any longer")
    parser.add_argument("--list", action="store_true", help="what became of the files")
    parser.add_argument("--again", type=int, metavar="N", help="let a waiting file be tried again")
    parser.add_argument("--dismiss", type=int, metavar="N", help="a waiting file is settled")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_watch)


def _watch(args: Namespace) -> int:
    with opened(args) as clinic:
        if args.off:
            clinic.watching.change_plan(WatchPlan())
        elif args.folder:
            folder = str(args.folder.absolute())
            clinic.watching.change_plan(WatchPlan(True, folder, args.template))
        elif args.again or args.dismiss:
            decide = clinic.watching.try_again if args.again else clinic.watching.dismiss
            decide(args.again or args.dismiss)
        elif not args.list:
            return _look(clinic, args)
        _show(clinic, clinic.watching.every(), as_json=args.json)
    return 0


def _look(clinic: Clinic, args: Namespace) -> int:
    """Look once, or every minute until somebody stops it."""
    while True:
        found = clinic.watching.once()
        if found or args.once:
            _show(clinic, found, as_json=args.json)
        if args.once:
            return 0
        time.sleep(_EVERY)


def _show(clinic: Clinic, files: Sequence[WatchedFile], *, as_json: bool) -> None:
    plan = clinic.watching.plan()
    if as_json:
        found = [
            {"id": f.id, "name": f.name, "state": f.state, "import": f.import_id, "why": f.problem}
            for f in files
        ]
        json_document({"on": plan.on, "folder": plan.folder, "files": found})
        return
    say(f"Watching {plan.folder}." if plan.on else "No folder is watched.")
    if files:
        table(
            ("File", "Name", "State", "Import", "Why"),
            [(str(f.id), f.name, f.state, str(f.import_id or ""), f.problem) for f in files],
        )
