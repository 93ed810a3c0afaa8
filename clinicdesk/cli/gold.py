"""`clinicdesk gold STORE`: the tables that models and dashboards read."""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.display import instant_text
from clinicdesk.services.clinic import Clinic


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("gold", help="the tables that models and dashboards read")
    add_store(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--refresh", action="store_true", help="compute what has changed since")
    how.add_argument("--rebuild", action="store_true", help="compute everything anew")
    how.add_argument(
        "--verify", action="store_true", help="compute everything anew and compare; 1 if different"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_gold)


def _gold(args: Namespace) -> int:
    with opened(args) as clinic:
        if args.verify:
            return _verify(args, clinic)
        if args.rebuild:
            clinic.gold.rebuild(counter(quiet=args.json))
        elif args.refresh:
            clinic.gold.refresh(counter(quiet=args.json))
        _show(args, clinic)
    return 0


def _verify(args: Namespace, clinic: Clinic) -> int:
    different = clinic.gold.verify(counter(quiet=args.json))
    if args.json:
        json_document({"ok": not different, "different": different})
    elif different == ["stale"]:
        say("The record has changed since: bring the tables up to date with --refresh.")
    elif different:
        say(f"Different from the record: {', '.join(different)}. Compute them with --rebuild.")
    else:
        say("Every table is what the record makes of it.")
    return 1 if different else 0


def _show(args: Namespace, clinic: Clinic) -> None:
    facts = clinic.gold.facts()
    if args.json:
        built = facts.built_at.isoformat() if facts.built_at else None
        json_document({"built_at": built, "fresh": facts.fresh, "rows": dict(facts.rows)})
        return
    if facts.built_at is None:
        say("Nothing was computed yet: `gold STORE --refresh`.")
        return
    then = "" if facts.fresh else ", and the record has changed since: `gold STORE --refresh`"
    say(f"Computed on {instant_text(facts.built_at, clinic.zone)}{then}.")
    table(("Table", "Rows"), [(name, f"{count:,}") for name, count in facts.rows.items()])
