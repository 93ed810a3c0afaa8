"""What the risk page shows, computed in one go off the UI thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskEstimate, ScoreResult
from clinicdesk.errors import UserFacingError
from clinicdesk.models.card import ModelCard
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.risk import Risks


@dataclass(frozen=True, slots=True)
class Answer:
    """What one model says of the patient, or why it says nothing."""

    card: ModelCard
    estimate: RiskEstimate | None
    refusal: str  # "" with an estimate


@dataclass(frozen=True, slots=True)
class RiskView:
    """Every model's answer about one patient, and the published scores."""

    patient_id: PatientId
    answers: Sequence[Answer]  # in the order of the models; none for a role that may not ask
    scores: Sequence[ScoreResult]


def read_risks(
    risks: Risks, patient_id: PatientId, progress: Progress = SILENT, *, estimating: bool = True
) -> RiskView:
    """Estimate and score from the record as it is now; nothing is stored.

    estimating: whether the role may ask a model; without it the published scores are all.
    """
    scores = risks.scores(patient_id, progress)
    progress.raise_if_cancelled()
    cards = risks.models() if estimating else []
    answers = [_answer(risks, patient_id, card, progress) for card in cards]
    return RiskView(patient_id, answers, scores)


def _answer(risks: Risks, patient_id: PatientId, card: ModelCard, progress: Progress) -> Answer:
    progress.raise_if_cancelled()
    try:
        estimate = risks.estimate(patient_id, card.id, save=False, progress=progress)
    except UserFacingError as error:
        return Answer(card, None, str(error))
    return Answer(card, estimate, "")
