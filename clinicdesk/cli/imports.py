"""`clinicdesk import STORE FILE...`: bring files in, and say what became of each row."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.import_compare import show_comparison
from clinicdesk.cli.import_look import ask, look
from clinicdesk.cli.import_people import answers, show
from clinicdesk.cli.import_said import add_said, with_said
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.identity import NOBODY
from clinicdesk.etl.plan import Plan
from clinicdesk.services.import_report import ImportReport, Reject

_SIGNS = {"point": ".", ".": ".", "comma": ",", ",": ","}
_ORDER = ("read", "inserted", "updated", "unchanged", "rejected")


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("import", help="bring in CSV files or a zip of them")
    add_store(parser)
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="CSV files, or a zip")
    parser.add_argument("--preset", metavar="NAME", help="what the files are, when not recognised")
    parser.add_argument(
        "--unit",
        metavar="COLUMN=UNIT",
        action="append",
        default=[],
        type=_unit,
        help="the unit of a column whose header has none: glucose_level=mg/dL",
    )
    parser.add_argument(
        "--date-order",
        metavar="[COLUMN=]ORDER",
        action="append",
        default=[],
        type=_date_order,
        help="how 03/04/2026 is to be read: dmy or mdy, for every column or birth_date=dmy",
    )
    parser.add_argument(
        "--decimal",
        metavar="[COLUMN=]SIGN",
        action="append",
        default=[],
        type=_decimal,
        help="how 1.240 is to be read: point or comma before decimals, or bmi=comma",
    )
    parser.add_argument(
        "--blank",
        metavar="[COLUMN=]WHAT",
        action="append",
        default=[],
        type=_blank,
        help="what a blank cell does: keep what is known, erase it, or null: \\N alone erases",
    )
    parser.add_argument(
        "--date", default="", help="when a file without any date was true: 2026-11-20"
    )
    parser.add_argument(
        "--encoding", default="", help="of files whose letters do not tell it: cp1252, mac_roman"
    )
    parser.add_argument(
        "--system",
        metavar="NAME",
        default="",
        help="who gave the patients' numbers, where it was not this clinic: St. Mary",
    )
    parser.add_argument(
        "--people",
        metavar="FILE.json",
        type=answers,
        default={},
        help='who the people are that --look asks about: {"|42": "new"}',
    )
    add_said(parser)
    parser.add_argument(
        "--look", action="store_true", help="only say what was understood and what is asked"
    )
    parser.add_argument("--dry-run", action="store_true", help="do everything, then undo it")
    parser.add_argument(
        "--rejects", metavar="OUT.csv", type=Path, help="write the rejected rows to this file"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_import)


def _import(args: Namespace) -> int:
    progress = counter(quiet=args.json)
    with opened(args) as clinic:
        plan = with_said(clinic, args, _plan(args))
        if args.look:
            preview = clinic.imports.preview(args.files, plan, progress)
            # What is open must be answered first: a birth date that nobody can read tells nothing.
            told = not preview.questions
            people = clinic.imports.people(args.files, plan, progress) if told else NOBODY
            return look(preview, people, as_json=args.json)
        report = clinic.imports.run(args.files, plan, dry_run=args.dry_run, progress=progress)
    if args.rejects:
        report.write_rejects(args.rejects)
    if args.json:
        json_document(report.as_json())
    else:
        _show(report)
    return 0


def _plan(args: Namespace) -> Plan:
    """What the options say of the files."""
    return Plan(
        preset=args.preset or "",
        encoding=args.encoding,
        system=args.system,
        people=args.people,
        date=args.date,
        date_order=dict(args.date_order),
        decimal=dict(args.decimal),
        units=dict(args.unit),
        blanks=dict(args.blank),
    )


def _unit(text: str) -> tuple[str, str]:
    column, sign, unit = text.partition("=")
    if not (column.strip() and sign and unit.strip()):
        raise ArgumentTypeError(f"{text!r}: write COLUMN=UNIT, as in glucose_level=mg/dL")
    return column.strip(), unit.strip()


def _date_order(text: str) -> tuple[str, str]:
    column, answer = _answer(text)
    if answer not in ("dmy", "mdy"):
        raise ArgumentTypeError(f"{text!r}: write dmy, mdy or COLUMN=dmy")
    return column, answer


def _decimal(text: str) -> tuple[str, str]:
    column, answer = _answer(text)
    if answer not in _SIGNS:
        raise ArgumentTypeError(f"{text!r}: write point, comma or COLUMN=comma")
    return column, _SIGNS[answer]


def _blank(text: str) -> tuple[str, str]:
    column, answer = _answer(text)
    if answer not in ("keep", "erase", "null"):
        raise ArgumentTypeError(f"{text!r}: write keep, erase, null or COLUMN=erase")
    return column, answer


def _answer(text: str) -> tuple[str, str]:
    """The column and the answer of COLUMN=ANSWER; "" and the answer where it is for all."""
    column, _, answer = text.rpartition("=")
    return column.strip(), answer.strip().casefold()


def _show(report: ImportReport) -> None:
    for file in report.files:
        say(f"{file.name}: " + (file.why if not file.table else f"{file.rows:,} rows"))
    say()
    rows = [(t, *(f"{getattr(c, n):,}" for n in _ORDER)) for t, c in report.counts.items()]
    table(("Table", *(name.capitalize() for name in _ORDER)), rows)
    if report.rejects:
        say()
        say("Rejected:")
        table(("Rows", "Table", "Column", "Rule", "First in", "Row"), _reasons(report.rejects))
    if report.warnings:
        say()
        say("Loaded, but:")
        for warned in report.warnings:
            say(f"  {warned.count:,} x {warned.file}, {warned.column}: {warned.message}")
    if report.comparison:
        show_comparison(report.comparison)
    ask(report.questions)
    show(report.people)
    say()
    say(f"Times without a zone were read as {report.timezone}.")
    say("Dry run: nothing was kept." if report.import_id is None else f"Import {report.import_id}.")


def _reasons(rejects: Iterable[Reject]) -> list[tuple[str, ...]]:
    """How many records each rule kept out, most first; no text of a record."""
    groups: dict[tuple[str, str, str], list[Reject]] = {}
    for reject in rejects:
        groups.setdefault((reject.table, reject.column, reject.rule), []).append(reject)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [
        (f"{len(found):,}", *group, found[0].file, str(found[0].row)) for group, found in ordered
    ]
