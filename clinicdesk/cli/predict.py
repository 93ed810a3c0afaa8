"""`clinicdesk predict`: a risk of one patient of a store, or of plain rows without one."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_line, table
from clinicdesk.cli.predict_all import numbers_of_everybody
from clinicdesk.cli.predict_patient import estimate_of_patient
from clinicdesk.cli.predict_rows import predicted
from clinicdesk.cli.predict_score import score_of_patient
from clinicdesk.cli.store import add_login
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.domain.display import percent_text
from clinicdesk.domain.units import printed_unit
from clinicdesk.models.card import ModelCard
from clinicdesk.models.registry import PUBLIC_KEYS, card
from clinicdesk.models.scores import SCORES


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("predict", help="estimate a risk from a record or plain rows")
    parser.add_argument("store", nargs="?", metavar="STORE", type=Path, help="with --patient")
    parser.add_argument(
        "named",
        nargs="?",
        metavar="MODEL",
        choices=sorted({*PUBLIC_KEYS, *SCORES}),
        help="a learned model, or a published score",
    )
    parser.add_argument("--model", choices=sorted(PUBLIC_KEYS), help=", ".join(PUBLIC_KEYS))
    parser.add_argument("--patient", metavar="MRN", help="one patient of the store")
    parser.add_argument("--all", action="store_true", help="everybody of the store, numbers alone")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="plain rows; no store needed")
    parser.add_argument("--explain", action="store_true", help="add the reasons")
    parser.add_argument(
        "--given",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an input of a score that the record does not have",
    )
    parser.add_argument(
        "--what-if",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="estimate as if the record had this value; nothing is kept",
    )
    parser.add_argument(
        "--similar", action="store_true", help="add what happened to similar patients of the store"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_login(parser)
    parser.set_defaults(handler=_predict)


def _predict(args: Namespace) -> int:
    model = args.named or args.model
    if model is None:
        raise WrongUsage("Name the model: predict STORE MODEL, or --model MODEL with --csv.")
    if args.csv and not args.store:
        return _rows(args, card(model))
    if args.store and args.all and not (args.patient or args.csv or args.explain):
        return numbers_of_everybody(args, model)
    if args.store and args.patient and not (args.csv or args.all):
        return _of_patient(args, model)
    raise WrongUsage(
        "Give either STORE MODEL with --patient MRN or --all, or --model MODEL --csv FILE."
    )


def _rows(args: Namespace, model: ModelCard) -> int:
    results = predicted(model, args.csv, explain=args.explain)
    if args.json:
        for result in results:
            json_line(result)
        return 0
    rows = [
        [
            str(result["row"]),
            _answer(result),
            ", ".join(result.get("missing", ())),
            result.get("message", " ".join(result.get("warnings", ()))),
        ]
        for result in results
    ]
    table(("row", "answer", "missing", "notes"), rows)
    return 0


def _answer(result: Mapping[str, Any]) -> str:
    if "probabilities" in result:
        return f"{result['class']} {percent_text(result['probabilities'][result['class']])}"
    if "value" in result:
        return f"{result['value']:.1f} {printed_unit(result['unit'])}"
    return percent_text(result["probability"]) if "probability" in result else ""


def _of_patient(args: Namespace, model: str) -> int:
    if model in SCORES:
        return score_of_patient(args, model)
    return estimate_of_patient(args, model)
