"""Keep what clinicians said of estimates: agreed, or decided otherwise and why."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import Answer, Verdict
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage.risk_tables import RiskAnswerRow
from clinicdesk.storage.tables import ModelVersionRow, RiskAssessmentRow, UserRow


def add(
    session: Session,
    patient_id: PatientId,
    assessment_id: int,
    verdict: Verdict,
    reason: str,
    *,
    user_id: int,
    at: datetime,
) -> str:
    """Store an answer to an estimate of this patient; return the id of its model.

    Raise `RecordNotFound` for an estimate that is not theirs.
    """
    query = (
        select(ModelVersionRow.model)
        .join(RiskAssessmentRow, RiskAssessmentRow.model_version_id == ModelVersionRow.id)
        .where(RiskAssessmentRow.id == assessment_id, RiskAssessmentRow.patient_id == patient_id)
    )
    model = session.scalar(query)
    if model is None:
        raise RecordNotFound("The estimate is not in this record. Save it first.")
    session.add(
        RiskAnswerRow(
            assessment_id=assessment_id, verdict=verdict, reason=reason, at=at, user_id=user_id
        )
    )
    session.flush()
    return model


def of_patient(session: Session, patient_id: PatientId) -> dict[int, Answer]:
    """The last answer to each kept estimate of a patient, by the estimate's row."""
    query = (
        select(RiskAnswerRow, UserRow.login)
        .join(RiskAssessmentRow, RiskAssessmentRow.id == RiskAnswerRow.assessment_id)
        .join(UserRow, UserRow.id == RiskAnswerRow.user_id)
        .where(RiskAssessmentRow.patient_id == patient_id)
        .order_by(RiskAnswerRow.id)
    )
    return {
        row.assessment_id: Answer(Verdict(row.verdict), row.reason, login, row.at)
        for row, login in session.execute(query)
    }
