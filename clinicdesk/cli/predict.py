"""`clinicdesk predict`: a risk of one patient of a store, or of plain rows without one."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_document, json_line, say, table
from clinicdesk.cli.predict_rows import Result, as_json, predicted
from clinicdesk.cli.predict_score import input_json, score_of_patient
from clinicdesk.cli.store import add_login, opened
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.domain.display import instant_text, percent_text
from clinicdesk.domain.risk import RiskEstimate, RiskInput, Task
from clinicdesk.models.card import ModelCard
from clinicdesk.models.registry import PUBLIC_KEYS, card
from clinicdesk.models.scores import SCORES
from clinicdesk.services.clinic import Clinic


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
    parser.add_argument("--csv", type=Path, metavar="FILE", help="plain rows; no store needed")
    parser.add_argument("--explain", action="store_true", help="add the contributions")
    parser.add_argument(
        "--given",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an input of a score that the record does not have",
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
    if args.store and args.patient and not args.csv:
        return score_of_patient(args, model) if model in SCORES else _patient(args, model)
    raise WrongUsage("Give either STORE MODEL --patient MRN, or --model MODEL --csv FILE.")


def _rows(args: Namespace, model: ModelCard) -> int:
    results = predicted(model, args.csv, explain=args.explain)
    if args.json:
        for result in results:
            json_line(result)
        return 0
    rows = [
        [
            str(result["row"]),
            percent_text(result["probability"]) if "probability" in result else "",
            ", ".join(result.get("missing", ())),
            result.get("message", " ".join(result.get("warnings", ()))),
        ]
        for result in results
    ]
    table(("row", "probability", "missing", "notes"), rows)
    return 0


def _patient(args: Namespace, model: str) -> int:
    with opened(args) as clinic:
        patient = clinic.records.by_mrn(args.patient)
        estimate = clinic.risks.estimate(patient.summary.id, model)
        if args.json:
            json_document(of_patient(patient.summary.mrn, estimate, explain=args.explain))
        else:
            _show(clinic, estimate, explain=args.explain)
    return 0


def of_patient(mrn: str, estimate: RiskEstimate, *, explain: bool) -> Result:
    """An estimate from the record as scripts know it: whose, by what, and from which inputs."""
    about = {"mrn": mrn, "model": estimate.model, "version": estimate.version}
    inputs = [input_json(each) for each in estimate.inputs]
    return {**about, **as_json(estimate, explain=explain), "inputs": inputs}


def _show(clinic: Clinic, estimate: RiskEstimate, *, explain: bool) -> None:
    model = card(estimate.model)
    say(", ".join(filter(None, (f"{model.title}: {estimate.shown}", estimate.band))))
    say(f"90 % interval {estimate.interval_shown}; version {estimate.version}")
    for warning in estimate.warnings:
        say(f"! {warning}")
    say()
    points = {each.feature: each.contribution for each in estimate.contributions}
    scale = "percentage points" if estimate.task != Task.VALUE else "moved by"
    titles = ("input", "value", "date", "source", *((scale,) if explain else ()))
    rows = [
        [
            *_cells(clinic, each),
            *([estimate.moved_text(points[each.name])] if explain else ()),
        ]
        for each in estimate.inputs
    ]
    table(titles, rows)
    if explain:
        base = estimate.as_text(estimate.base)
        say(f"Starting from {base}, the average of the training patients.")


def _cells(clinic: Clinic, found: RiskInput) -> Sequence[str]:
    at = instant_text(found.effective_at, clinic.zone) if found.effective_at else ""
    return found.label, found.shown or "missing", at, found.source

