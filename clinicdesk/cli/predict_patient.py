"""`clinicdesk predict STORE MODEL --patient MRN`: one patient, explained; or what if."""

from argparse import Namespace
from collections.abc import Sequence

from clinicdesk.cli.explanation import (
    explanation_json,
    say_explanation,
    say_section,
    similar_json,
)
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.predict_rows import Result, as_json
from clinicdesk.cli.predict_score import input_json
from clinicdesk.cli.store import opened
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskEstimate, RiskInput, Task
from clinicdesk.domain.similar_words import similar_section
from clinicdesk.models.registry import card
from clinicdesk.services.clinic import Clinic

_HYPOTHETICAL = "HYPOTHETICAL: nobody measured these values, and nothing of it is kept."


def estimate_of_patient(args: Namespace, model: str) -> int:
    """Estimate from the record and keep it; with --what-if, from other values and keep nothing."""
    moves = _moves(args.what_if)
    with opened(args) as clinic:
        patient = clinic.records.by_mrn(args.patient)
        id = patient.summary.id
        estimate = _estimate(clinic, id, model, moves)
        similar = clinic.similar.of_patient(id, model) if args.similar else None
        if args.json:
            result = of_patient(patient.summary.mrn, estimate, explain=args.explain)
            json_document(result | ({"similar": similar_json(similar)} if similar else {}))
        else:
            _show(clinic, estimate, explain=args.explain)
            if similar:
                say_section(similar_section(similar))
    return 0


def _estimate(
    clinic: Clinic, patient_id: PatientId, model: str, moves: dict[str, float]
) -> RiskEstimate:
    if moves:
        return clinic.what_if.estimate(patient_id, model, moves)
    return clinic.risks.estimate(patient_id, model)


def _moves(given: Sequence[str]) -> dict[str, float]:
    """The values after --what-if. Raise `WrongUsage` for what is no number."""
    moves = {}
    for name, _, value in (each.partition("=") for each in given):
        try:
            moves[name] = float(value)
        except ValueError:
            raise WrongUsage(f"--what-if {name}=VALUE needs a number.") from None
    return moves


def of_patient(mrn: str, estimate: RiskEstimate, *, explain: bool) -> Result:
    """An estimate from the record as scripts know it: whose, by what, and from which inputs."""
    result: Result = {"mrn": mrn, "model": estimate.model, "version": estimate.version}
    result |= as_json(estimate, explain=explain)
    result["inputs"] = [input_json(each) for each in estimate.inputs]
    result["hypothetical"] = estimate.hypothetical
    if explain:
        result["explanation"] = explanation_json(estimate)
    return result


def _show(clinic: Clinic, estimate: RiskEstimate, *, explain: bool) -> None:
    model = card(estimate.model)
    if estimate.hypothetical:
        say(_HYPOTHETICAL)
    say(", ".join(filter(None, (f"{model.title}: {estimate.shown}", estimate.band_shown))))
    say(f"90 % interval {estimate.interval_shown}; version {estimate.version}")
    for warning in estimate.warnings:
        say(f"! {warning}")
    say()
    _show_inputs(clinic, estimate, explain=explain)
    if explain:
        base = estimate.as_text(estimate.base)
        say(f"Starting from {base}, before this patient's values.")
        say_explanation(estimate, clinic.zone, clinic.now())


def _show_inputs(clinic: Clinic, estimate: RiskEstimate, *, explain: bool) -> None:
    points = {each.feature: each.contribution for each in estimate.contributions}
    scale = "moved by" if estimate.task == Task.VALUE else "percentage points"
    titles = ("input", "value", "reference", "date", "source", *((scale,) if explain else ()))
    rows = [
        [*_cells(clinic, each), *([estimate.moved_text(points[each.name])] if explain else ())]
        for each in estimate.inputs
    ]
    table(titles, rows)


def _cells(clinic: Clinic, found: RiskInput) -> Sequence[str]:
    at = instant_text(found.effective_at, clinic.zone) if found.effective_at else ""
    shown = f"{found.shown} (too old)" if found.stale else found.shown
    return found.label, shown or "missing", found.reference, at, found.source
