"""`clinicdesk seniors STORE`: whom each choice of limits of the rule for seniors would flag."""

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.display import instant_text


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("seniors", help="how many seniors each choice would flag")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_seniors)


def _seniors(args: Namespace) -> int:
    with opened(args) as clinic:
        found = clinic.seniors.counts(counter(quiet=args.json))
        chosen = clinic.settings.score_choices().get("thresholds", next(iter(found.of)))
        as_of = instant_text(found.as_of, clinic.zone)
    if args.json:
        counts = {name: asdict(each) for name, each in found.of.items()}
        json_document({"as_of": found.as_of.isoformat(), "chosen": chosen, "counts": counts})
        return 0
    rows = [
        (
            f"{name} (chosen)" if name == chosen else name,
            f"{each.limits.min_age:g}",
            f"below {each.limits.heart_rate_below:g}, above {each.limits.heart_rate_above:g}",
            f"{each.limits.news2_from:g}",
            f"{each.flagged:,}",
            f"{each.not_flagged:,}",
            f"{each.unknown:,}",
        )
        for name, each in found.of.items()
    ]
    titles = ("limits", "from age", "heart rate", "NEWS2 from", "flagged", "not flagged", "unknown")
    table(titles, rows)
    say(f"As of {as_of}; by the newest set of vital signs, NEWS2 on SpO2 scale 1.")
    return 0
