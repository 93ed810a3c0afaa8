"""`clinicdesk research STORE VERB`: the copy without names, published and read."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, plain, say, table
from clinicdesk.cli.store import add_store, add_verb, entered, opened
from clinicdesk.domain.display import elapsed_text, instant_text, number_text
from clinicdesk.domain.research import CopyFacts, CountTable, MeasureSummary
from clinicdesk.domain.units import printed_unit
from clinicdesk.errors import NotAllowed, StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.research import ResearchDesk

_HIDDEN = "hidden"


def add(commands: Any) -> None:
    """Register the command and its verbs."""
    parser = commands.add_parser("research", help="the copy without names: publish, show")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add_verb(verbs, "publish", "make a new copy of the records for researchers", _publish)
    add_verb(verbs, "show", "what the copy holds: for a researcher with its counts", _show)


def _publish(args: Namespace) -> int:
    with opened(args) as clinic:
        copied = clinic.publishing.publish(counter(quiet=args.json))
    if args.json:
        json_document(asdict(copied))
    else:
        say(f"Published {copied.subjects:,} subjects with {copied.observations:,} observations.")
        say(f"{copied.left_out:,} entries stayed behind: free text, or no code of a public system.")
    return 0


def _show(args: Namespace) -> int:
    with entered(args) as session:
        if isinstance(session, Clinic):
            return _show_facts(args, session)
        if not isinstance(session, ResearchDesk):
            raise NotAllowed("A patient's account does not open the copy for research.")
        research = session.research
        facts, tables, measures = research.facts(), research.count_tables(), research.measures()
        if args.json:
            shown = {"count_tables": plain(tables), "measures": plain(measures)}
            json_document(_as_json(facts) | shown)
        else:
            _say_facts(facts, elapsed_text(facts.published_at, session.now()))
            _say_counts(tables)
            _say_measures(measures)
    return 0


def _show_facts(args: Namespace, clinic: Clinic) -> int:
    facts = clinic.publishing.published()
    if facts is None:
        raise StoreError("Nothing was published for research yet: `research STORE publish`.")
    if args.json:
        json_document(_as_json(facts))
    else:
        say(f"Published on {instant_text(facts.published_at, clinic.zone)}.")
        _say_facts(facts, elapsed_text(facts.published_at, clinic.now()))
    return 0


def _as_json(facts: CopyFacts) -> dict[str, Any]:
    return {"published_at": facts.published_at.isoformat(), **asdict(facts.copied)}


def _say_facts(facts: CopyFacts, age: str) -> None:
    copied = asdict(facts.copied)
    say(f"The copy shows the records of {age}. Dates in it are shifted, each subject's by its own")
    say("number of days. Counts of 1 to 10 are hidden, and what would give them away.")
    say()
    table(("What", "Rows"), [(name.replace("_", " "), f"{n:,}") for name, n in copied.items()])


def _say_counts(tables: Sequence[CountTable]) -> None:
    for counted in tables:
        say()
        table(
            (counted.title, "Subjects"),
            [
                (cell.label, _HIDDEN if cell.count is None else f"{cell.count:,}")
                for cell in counted.cells
            ],
        )


def _say_measures(measures: Sequence[MeasureSummary]) -> None:
    say()
    table(
        ("Code", "Subjects", "Mean", "Median", "Quartiles", "Unit", "Measure"), map(_row, measures)
    )


def _row(measure: MeasureSummary) -> tuple[str, ...]:
    numbers = (measure.mean, measure.median, measure.lower_quartile, measure.upper_quartile)
    mean, median, lower, upper = ("" if n is None else number_text(n) for n in numbers)
    return (
        measure.code,
        _HIDDEN if measure.subjects is None else f"{measure.subjects:,}",
        mean,
        median,
        f"{lower} - {upper}" if lower else "",
        printed_unit(measure.unit),
        measure.display,
    )
