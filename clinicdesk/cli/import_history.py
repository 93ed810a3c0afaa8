"""`clinicdesk imports STORE list/rejects/undo`: what was imported, and taking it back."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, add_verb, opened
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.imported import ImportRun
from clinicdesk.domain.undone import UndoReport
from clinicdesk.services.clinic import Clinic


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("imports", help="what was imported: list, undo")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add_verb(verbs, "list", "every import, newest first", _list)
    rejects = add_verb(verbs, "rejects", "write what an import did not load", _rejects)
    rejects.add_argument("number", metavar="NUMBER", type=int, help="as `list` gives it")
    rejects.add_argument("--out", metavar="OUT.csv", type=Path, required=True, help="where")
    undo = add_verb(verbs, "undo", "take back what an import brought", _undo)
    undo.add_argument("number", metavar="NUMBER", type=int, help="as `list` gives it")
    undo.add_argument("--look", action="store_true", help="only say what it would do")


def _list(args: Namespace) -> int:
    with opened(args) as clinic:
        runs = clinic.imports.history()
        if args.json:
            json_document({"imports": [_document(run) for run in runs]})
        else:
            heads = ("Import", "When", "By", "New", "Changed", "Rejected", "Files", "")
            table(heads, [_line(clinic, run) for run in runs])
    return 0


def _line(clinic: Clinic, run: ImportRun) -> tuple[str, ...]:
    sums = [sum(c[n] for c in run.counts.values()) for n in ("inserted", "updated", "rejected")]
    undone = f"undone {instant_text(run.undone_at, clinic.zone)}" if run.undone_at else ""
    when = instant_text(run.started_at, clinic.zone)
    counted = (f"{each:,}" for each in sums)
    return (str(run.id), when, run.by, *counted, ", ".join(run.files), undone)


def _document(run: ImportRun) -> dict[str, Any]:
    return {
        "import": run.id,
        "at": run.started_at.isoformat(),
        "by": run.by,
        "files": list(run.files),
        "tables": dict(run.counts),
        "undone_at": run.undone_at.isoformat() if run.undone_at else None,
    }


def _rejects(args: Namespace) -> int:
    with opened(args) as clinic:
        count = clinic.imports.write_rejects(args.number, args.out)
    if args.json:
        json_document({"rejects": count})
    else:
        say(f"{args.out.name} has {count:,} rejected rows. Mend them and import the file.")
    return 0


def _undo(args: Namespace) -> int:
    with opened(args) as clinic:
        way = clinic.undoing.preview if args.look else clinic.undoing.run
        report = way(args.number, counter(quiet=args.json))
    if args.json:
        json_document(report.as_json())
    else:
        _show(report, looked=args.look)
    return 0


def _show(report: UndoReport, *, looked: bool) -> None:
    names = sorted({*report.removed, *report.restored, *report.kept, *report.brought_again})
    parts = (report.removed, report.restored, report.kept, report.brought_again)
    rows = [(name, *(f"{part.get(name, 0):,}" for part in parts)) for name in names]
    table(("Table", "Removed", "Restored", "Kept", "Brought again"), rows)
    if report.rows:
        say()
        say("Kept:")
        table(
            ("What", "Patient", "Why"),
            [(r.kind.value, r.patient or "a restricted record", r.why.words) for r in report.rows],
        )
    say()
    say("Nothing was changed yet." if looked else f"Import {report.import_id} is undone.")
