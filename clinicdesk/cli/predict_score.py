"""`clinicdesk predict STORE SCORE --patient MRN`: a published score from the record."""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import opened
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.risk import RiskInput, ScoreResult
from clinicdesk.models.scores import SCORES
from clinicdesk.services.clinic import Clinic


def score_of_patient(args: Namespace, score: str) -> int:
    """Calculate from the record and from what was given beside it; a number is kept."""
    typed = _typed(score, args.given)
    with opened(args) as clinic:
        patient = clinic.records.by_mrn(args.patient)
        result = clinic.risks.score(patient.summary.id, score, typed)
        if args.json:
            json_document(_as_json(patient.summary.mrn, result))
        else:
            _show(clinic, result)
    return 0


def _typed(score: str, given: list[str]) -> dict[str, str]:
    """The answers after --given. Raise `WrongUsage` for a name that the score does not know."""
    answers = dict(each.partition("=")[::2] for each in given)
    names = [each.name for each in SCORES[score].inputs]
    if strange := answers.keys() - names:
        raise WrongUsage(f"{score} has no {sorted(strange)[0]}. It takes {', '.join(names)}.")
    return answers


def _as_json(mrn: str, result: ScoreResult) -> dict[str, Any]:
    return {
        "mrn": mrn,
        "model": result.score,
        "version": result.version,
        **result.values,
        "headline": result.headline,
        "missing": list(result.missing),
        "message": result.message,
        "inputs": [input_json(each) for each in result.inputs],
    }


def input_json(found: RiskInput) -> dict[str, Any]:
    """One input with its date and its source; a value in words instead of a number as it is."""
    return {
        "name": found.name,
        "label": found.label,
        "value": found.text if found.text and found.value is None else found.value,
        "unit": found.unit,
        "code": found.code,
        "date": found.effective_at.isoformat() if found.effective_at else None,
        "source": found.source or None,
    }


def _show(clinic: Clinic, result: ScoreResult) -> None:
    score = SCORES[result.score]
    say(result.headline or f"{score.title}: no number")
    if result.message:
        say(f"! {result.message}")
    say()
    rows = [
        (
            each.name,
            each.label,
            each.shown or "missing",
            instant_text(each.effective_at, clinic.zone) if each.effective_at else "",
            each.source,
        )
        for each in result.inputs
    ]
    table(("name", "input", "value", "date", "source"), rows)
    say()
    say(f"{score.scope} {score.citation}")
