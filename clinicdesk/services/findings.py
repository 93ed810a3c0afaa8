"""What models and scores say of a patient, with what their cards say of them, ready to print."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.reasons import Section
from clinicdesk.domain.risk import ScoreResult, Task
from clinicdesk.errors import NotAllowed, StoreError, UserFacingError
from clinicdesk.models.card import Metric, ModelCard
from clinicdesk.models.scores import SCORES
from clinicdesk.reports.content import ModelFacts, RiskFinding, ScoreFinding
from clinicdesk.services.progress import Progress
from clinicdesk.services.risk import Risks

_FIGURES: Mapping[Task, Mapping[str, str]] = {
    Task.PROBABILITY: {
        "auroc": "AUROC",
        "brier": "Brier score",
        "calibration_slope": "calibration slope",
    },
    Task.CLASSES: {"auroc_macro": "mean AUROC of the classes", "brier": "Brier score"},
    Task.VALUE: {"mae": "mean error", "mae_of_median": "that of telling everybody the median"},
}
_NOT_ALLOWED = "The role of the person who printed this may not ask the model."


def risk_findings(
    risks: Risks,
    patient_id: PatientId,
    progress: Progress,
    *,
    allowed: bool,
    kept: Mapping[str, Section],
) -> list[RiskFinding]:
    """Ask every model; one that cannot answer leaves its reason in place of a number.

    allowed: whether the role of who prints may ask.  kept: earlier estimates, by model.
    """
    try:
        cards = risks.models()
        if not allowed:
            return [RiskFinding(card.title, None, None, _NOT_ALLOWED) for card in cards]
        found = [_asked(risks, card, patient_id, progress) for card in cards]
        return [
            replace(each, beside=[kept[card.id]]) if card.id in kept else each
            for card, each in zip(cards, found, strict=True)
        ]
    except (StoreError, NotAllowed):
        raise
    except UserFacingError as damaged:  # the files of a model are not as they were released
        return [RiskFinding("models", None, None, str(damaged))]


def score_findings(
    risks: Risks, patient_id: PatientId, progress: Progress, *, allowed: bool
) -> list[ScoreFinding]:
    """Every published score of the record, with or without a number.

    allowed: whether the role of who prints may estimate; then what is printed is kept.
    """
    if allowed:
        risks.keep_scores(patient_id)
    return [_named(result) for result in risks.scores(patient_id, progress)]


def facts_of(card: ModelCard) -> ModelFacts:
    """The part of a card that belongs beside every single estimate."""
    about = card.sections
    people = f"{card.size}. {about['data_dates']}"
    return ModelFacts(
        outcome=card.outcome_label,
        intended_use=about["intended_use"],
        not_for=about["out_of_scope"],
        population=f"{about['population']} {people}",
        method=about["algorithm"],
        performance=", ".join(_performance(card)) + ". " + about["validation"],
        interval=about["interval"],
        limits=about["limits"],
        status=about["regulatory"],
        citation=card.references[0],
    )


def _asked(risks: Risks, card: ModelCard, patient_id: PatientId, progress: Progress) -> RiskFinding:
    try:
        estimate = risks.estimate(patient_id, card.id, progress=progress)
    except (StoreError, NotAllowed):
        raise
    except UserFacingError as reason:
        return RiskFinding(card.title, facts_of(card), None, str(reason))
    return RiskFinding(card.title, facts_of(card), estimate)


def _named(result: ScoreResult) -> ScoreFinding:
    score = SCORES[result.score]
    return ScoreFinding(score.title, score.scope, score.citation, result)


def _performance(card: ModelCard) -> Iterator[str]:
    for key, name in _FIGURES[card.task].items():
        metric: Metric = card.metrics[key]
        yield f"{name} {metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})"
