"""`clinicdesk dashboard STORE [PAGE]`: the measures of the clinic, for scripts and meetings."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Any

from clinicdesk.cli.output import json_document, plain, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.measure import Filter, Measure, Page
from clinicdesk.domain.measure_words import certainty_text, definition_text, value_text

_COLUMNS = ("Measure", "Group", "Value", "Certainty")


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("dashboard", help="the measures of the clinic")
    add_store(parser)
    pages = [page.value for page in Page]
    parser.add_argument("page", nargs="?", choices=pages, help="all of them without")
    _add_filter(parser)
    parser.add_argument("--definitions", action="store_true", help="say what each one counts")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_show)


def _add_filter(parser: ArgumentParser) -> None:
    parser.add_argument("--first", metavar="DAY", type=_day, help="2026-01-01")
    parser.add_argument("--last", metavar="DAY", type=_day, help="2026-12-31")
    parser.add_argument("--age-group", default="", help="0-17, 18-34, 35-49, 50-64, 65+")
    parser.add_argument("--gender", default="", help="female, male, other, unknown")
    parser.add_argument("--risk-level", default="", help="high, medium, low")
    parser.add_argument("--class", dest="class_", default="", help="AMB, IMP, EMER, VR, HH")
    parser.add_argument("--diagnosis", default="", help="the start of a code, or words")


def _day(text: str) -> int:
    year, month, day = (int(part) for part in text.split("-"))
    return year * 10_000 + month * 100 + day


def _show(args: Namespace) -> int:
    asked = Filter(**{name: getattr(args, name) for name in Filter.__dataclass_fields__})
    pages = [Page(args.page)] if args.page else list(Page)
    with opened(args) as clinic:
        shown = [clinic.dashboards.show(page, asked) for page in pages]
    measures = [measure for each in shown for measure in each.measures]
    if args.json:
        as_of = shown[0].as_of
        json_document(
            {
                "as_of": plain(as_of) if as_of else None,
                "measures": [_as_json(measure) for measure in measures],
            }
        )
    else:
        table(_COLUMNS, [row for measure in measures for row in _rows(measure)])
    for measure in measures if args.definitions and not args.json else ():
        say(f"{measure.definition.title}: {definition_text(measure)}")
    return 0


def _rows(measure: Measure) -> list[tuple[str, ...]]:
    told = measure.definition
    return [
        (told.title, bar.label, value_text(told, bar), certainty_text(told, bar))
        for bar in measure.bars
    ]


def _as_json(measure: Measure) -> dict[str, Any]:
    definition = {name: str(value) for name, value in asdict(measure.definition).items()}
    bars = [asdict(bar) for bar in measure.bars]
    return {**definition, "n": measure.n, "left_out": measure.left_out, "groups": bars}
