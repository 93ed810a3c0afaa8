"""`clinicdesk backups STORE list/make/verify/rehearse/plan`: the backups of the days."""

from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, add_verb, opened
from clinicdesk.domain.backup import Backup, BackupPlan, BackupStatus
from clinicdesk.services.clinic import Clinic


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("backups", help="the backups of the days: list, make, prove")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add_verb(verbs, "list", "what there is, and whether one is due", _list)
    make = add_verb(verbs, "make", "make the backup of the day", _make)
    make.add_argument("--if-due", action="store_true", help="only when today's is not made yet")
    for name, purpose, handler in (
        ("verify", "look through a backup where it lies", _verify),
        ("rehearse", "make a store of a backup, look through it, throw it away", _rehearse),
    ):
        verb = add_verb(verbs, name, purpose, handler)
        verb.add_argument("number", metavar="NUMBER", type=int, help="as `list` gives it")
    plan = add_verb(verbs, "plan", "choose whether and where", _plan)
    plan.add_argument("--on", action="store_true", default=None, help="make one every day")
    plan.add_argument("--off", action="store_false", dest="on", help="make none by themselves")
    plan.add_argument("--folder", metavar="DIR", type=Path, help="the folder they go to")


def _list(args: Namespace) -> int:
    with opened(args) as clinic:
        status, known = clinic.backups.status(), clinic.backups.every()
        if args.json:
            json_document({**_status(status), "backups": [_plain(each) for each in known]})
        else:
            _tell_status(status)
            _tell(clinic, known)
    return 0


def _make(args: Namespace) -> int:
    with opened(args) as clinic:
        make = clinic.backups.make_due if args.if_due else clinic.backups.make_now
        made = make(counter(quiet=args.json))
        if made is None and not args.json:
            say("Today's backup is made already, or scheduled backups are off.")
        elif args.json:
            json_document({"backup": _plain(made) if made else None})
        elif made is not None:
            _tell(clinic, [made])
    return 0


def _verify(args: Namespace) -> int:
    return _look(args, lambda clinic: clinic.backups.verify)


def _rehearse(args: Namespace) -> int:
    return _look(args, lambda clinic: clinic.backups.rehearse)


def _look(args: Namespace, way: Callable[[Clinic], Callable[..., Backup]]) -> int:
    with opened(args) as clinic:
        looked_at = way(clinic)(args.number, counter(quiet=args.json))
        if args.json:
            json_document({"backup": _plain(looked_at)})
        else:
            _tell(clinic, [looked_at])
    return 0


def _plan(args: Namespace) -> int:
    with opened(args) as clinic:
        before = clinic.backups.status().plan
        on = before.on if args.on is None else args.on
        folder = str(args.folder.absolute()) if args.folder else before.folder
        clinic.backups.change_plan(BackupPlan(on=on, folder=folder))
        status = clinic.backups.status()
        if args.json:
            json_document(_status(status))
        else:
            _tell_status(status)
    return 0


def _tell_status(status: BackupStatus) -> None:
    state = "One a day" if status.plan.on else "None by themselves"
    say(f"{state}, to {status.folder}{' (one is due)' if status.due else ''}.")
    if status.same_disk:
        say("That is the disk of the store: one failure takes both. Choose another disk.")


def _tell(clinic: Clinic, known: list[Backup]) -> None:
    def local(at: datetime | None) -> str:
        return f"{at.astimezone(clinic.zone):%Y-%m-%d %H:%M}" if at else "-"

    rows = [
        (
            str(each.id),
            local(each.made_at),
            each.kind,
            local(each.verified_at) if each.verified_at else "DAMAGED",
            local(each.rehearsed_at),
            f"{each.size / 1e6:,.1f} MB",
            each.folder if each.is_there else f"{each.folder} (not connected)",
        )
        for each in known
    ]
    table(("No.", "Made", "Kind", "Verified", "Rehearsed", "Size", "Folder"), rows)


def _status(status: BackupStatus) -> dict[str, Any]:
    return {
        "on": status.plan.on,
        "folder": status.folder,
        "same_disk": status.same_disk,
        "due": status.due,
        "last_verified": _iso(status.last.made_at) if status.last else None,
    }


def _plain(backup: Backup) -> dict[str, Any]:
    return {
        "number": backup.id,
        "made_at": _iso(backup.made_at),
        "kind": backup.kind.value,
        "folder": backup.folder,
        "there": backup.is_there,
        "bytes": backup.size,
        "rows": dict(backup.rows),
        "verified_at": _iso(backup.verified_at),
        "rehearsed_at": _iso(backup.rehearsed_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
