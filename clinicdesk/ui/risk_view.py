"""What the risk page shows, computed in one go off the UI thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskEstimate, ScoreResult
from clinicdesk.errors import UserFacingError
from clinicdesk.models.card import ModelCard
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.risk import Risks

MODEL = "diabetes"


@dataclass(frozen=True, slots=True)
class RiskView:
    """The estimate of one patient, or why there is none, and the published scores."""

    patient_id: PatientId
    card: ModelCard | None
    estimate: RiskEstimate | None
    refusal: str  # "" with an estimate
    scores: Sequence[ScoreResult]


def read_risks(
    risks: Risks, patient_id: PatientId, progress: Progress = SILENT, *, estimating: bool = True
) -> RiskView:
    """Estimate and score from the record as it is now; nothing is stored.

    estimating: whether the role may ask a model; without it the published scores are all.
    """
    if not estimating:
        return RiskView(patient_id, None, None, "", risks.scores(patient_id, progress))
    card = next((card for card in risks.models() if card.id == MODEL), None)
    progress.raise_if_cancelled()
    scores = risks.scores(patient_id, progress)
    progress.raise_if_cancelled()
    try:
        estimate = risks.estimate(patient_id, MODEL, save=False, progress=progress)
    except UserFacingError as error:
        return RiskView(patient_id, card, None, str(error), scores)
    return RiskView(patient_id, card, estimate, "", scores)
