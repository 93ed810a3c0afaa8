"""`clinicdesk predict`: a risk of one patient of a store, or of plain rows without one."""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_document, json_line, say, table
from clinicdesk.cli.rows import read_rows
from clinicdesk.cli.store import add_login, opened
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.domain.display import instant_text, number_text, percent_text
from clinicdesk.domain.risk import RiskEstimate, RiskInput
from clinicdesk.domain.units import printed_unit
from clinicdesk.errors import BadInput
from clinicdesk.models.card import ModelCard
from clinicdesk.models.prediction import Prediction, to_estimate
from clinicdesk.models.registry import PUBLIC_KEYS, card
from clinicdesk.models.rows import columns_of, features
from clinicdesk.models.scope import below_minimum, labels, too_young
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.progress import SILENT

_PREDICT = "clinicdesk.models.learned.serving:predict"

Result = dict[str, Any]


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("predict", help="estimate a risk from a record or plain rows")
    parser.add_argument("store", nargs="?", metavar="STORE", type=Path, help="with --patient")
    parser.add_argument("named", nargs="?", metavar="MODEL", choices=sorted(PUBLIC_KEYS))
    parser.add_argument("--model", choices=sorted(PUBLIC_KEYS), help=", ".join(PUBLIC_KEYS))
    parser.add_argument("--patient", metavar="MRN", help="one patient of the store")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="plain rows; no store needed")
    parser.add_argument("--explain", action="store_true", help="add the contributions")
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
        return _patient(args, model)
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


def predicted(model: ModelCard, path: Path, *, explain: bool) -> list[Result]:
    """One result for each row of a file; a row that cannot be used says why."""
    rows = read_rows(path)
    columns = columns_of(model.inputs, rows.header)
    if not columns:
        names = ", ".join(each.name for each in model.inputs)
        raise BadInput(f"{path.name} has no column this model knows. They are: {names}.")
    read = [_read(model, columns, row) for row in rows.rows]
    usable = [[*each.values()] for each in read if isinstance(each, dict)]
    predictions = iter(_computed(model, usable))
    results: Iterator[Result] = (
        _row_result(model, each, next(predictions), explain=explain)
        if isinstance(each, dict)
        else {"error": "bad_value", "missing": [], "message": str(each)}
        for each in read
    )
    about = {"model": model.id, "version": model.version}
    return [{"row": n, **about, **result} for n, result in enumerate(results, start=1)]


def _read(
    model: ModelCard, columns: Mapping[str, str], row: Mapping[str, str]
) -> dict[str, float | None] | BadInput:
    try:
        values = features(model.inputs, columns, row)
    except BadInput as error:
        return error
    if all(value is None for value in values.values()):
        return BadInput("The row has none of the model's inputs.")
    return values


def _computed(model: ModelCard, rows: list[list[float | None]]) -> list[Prediction]:
    compute = ComputeProcess()
    try:
        return list(compute.call(SILENT, _PREDICT, model.id, rows)) if rows else []
    finally:
        compute.shutdown()


def _row_result(
    model: ModelCard,
    values: Mapping[str, float | None],
    prediction: Prediction,
    *,
    explain: bool,
) -> Result:
    inputs = [
        RiskInput(each.name, each.label, values[each.name], each.unit, each.code)
        for each in model.inputs
    ]
    warnings = too_young(model, values.get("Age"))
    if lacking := below_minimum(model, values):
        warnings.append(
            f"Below the minimum set, {labels(model, lacking)} missing: not for a decision about a "
            "person."
        )
    return as_json(to_estimate(model, prediction, inputs, warnings), explain=explain)


def as_json(estimate: RiskEstimate, *, explain: bool) -> Result:
    """An estimate as scripts know it; with `explain`, base + contributions = probability."""
    result: Result = {
        "probability": estimate.probability,
        "interval": list(estimate.interval or ()),
        "band": estimate.band,
        "missing": [each.name for each in estimate.inputs if each.missing],
        "warnings": list(estimate.warnings),
    }
    if explain:
        result["base"] = estimate.base
        result["contributions"] = [
            {
                "feature": each.feature,
                "value": each.value,
                "unit": each.unit,
                "contribution": each.contribution,
            }
            for each in estimate.contributions
        ]
    return result


def _patient(args: Namespace, model: str) -> int:
    with opened(args) as clinic:
        patient = clinic.records.by_mrn(args.patient)
        estimate = clinic.risks.estimate(patient.summary.id, model)
        if args.json:
            about = {"mrn": patient.summary.mrn, "model": model, "version": estimate.version}
            inputs = [_input_json(each) for each in estimate.inputs]
            document = {**about, **as_json(estimate, explain=args.explain), "inputs": inputs}
            json_document(document)
        else:
            _show(clinic, estimate, explain=args.explain)
    return 0


def _input_json(found: RiskInput) -> Result:
    return {
        "name": found.name,
        "label": found.label,
        "value": found.value,
        "unit": found.unit,
        "code": found.code,
        "date": found.effective_at.isoformat() if found.effective_at else None,
        "source": found.source or None,
    }


def _show(clinic: Clinic, estimate: RiskEstimate, *, explain: bool) -> None:
    low, high = estimate.interval or (estimate.probability, estimate.probability)
    model = card(estimate.model)
    say(f"{model.title}: {percent_text(estimate.probability)}, {estimate.band}")
    say(f"90 % interval {percent_text(low)} to {percent_text(high)}; version {estimate.version}")
    for warning in estimate.warnings:
        say(f"! {warning}")
    say()
    points = {each.feature: each.contribution for each in estimate.contributions}
    titles = ("input", "value", "date", "source", *(("percentage points",) if explain else ()))
    rows = [[*_cells(clinic, each), *_points(points, each, explain)] for each in estimate.inputs]
    table(titles, rows)
    if explain:
        say(f"Starting from {percent_text(estimate.base)}, the average of the training patients.")


def _cells(clinic: Clinic, found: RiskInput) -> Sequence[str]:
    if found.value is None:
        return found.label, "missing", "", ""
    value = f"{number_text(found.value)} {printed_unit(found.unit)}".rstrip()
    at = instant_text(found.effective_at, clinic.zone) if found.effective_at else ""
    return found.label, value, at, found.source


def _points(points: Mapping[str, float], found: RiskInput, explain: bool) -> Sequence[str]:
    return [f"{points[found.name] * 100:+.1f}"] if explain else []
