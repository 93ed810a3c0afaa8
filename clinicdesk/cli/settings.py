"""`clinicdesk settings STORE [--set NAME=VALUE]`: what the clinic decided for published scores."""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.output import json_document, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.models.score_choices import choices


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("settings", help="what the clinic decided for published scores")
    add_store(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="decide, for an administrator; NAME= takes it back",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_settings)


def _settings(args: Namespace) -> int:
    wanted = dict(map(_named, args.set))
    with opened(args) as clinic:
        if wanted:
            clinic.settings.decide_for_scores(wanted)
        decided = clinic.settings.score_choices()
    if args.json:
        json_document({"scores": {name: decided.get(name) for name in choices()}})
        return 0
    rows = [
        (name, decided.get(name, "not decided"), ", ".join(choice.options), choice.label)
        for name, choice in choices().items()
    ]
    table(("name", "value", "one of", "what it is"), rows)
    return 0


def _named(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise WrongUsage("Give a setting as NAME=VALUE.")
    return name, value
