"""Keep what a model said of a patient, with its version and its inputs."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.explanation import Explanation, Gap
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import Contribution, RiskAssessment, RiskEstimate, RiskInput, Task
from clinicdesk.storage import risk_answers
from clinicdesk.storage.tables import ModelVersionRow, RiskAssessmentRow

LEARNED = "learned"


def model_version_id(
    session: Session,
    *,
    model: str,
    version: str,
    kind: str,
    sha256: str,
    card: str,
    at: datetime,
) -> int:
    """Return the row of this very artefact, made at its first use. sha256: of its manifest."""
    same = (ModelVersionRow.model == model) & (ModelVersionRow.sha256 == sha256)
    row = session.scalars(select(ModelVersionRow).where(same)).one_or_none()
    if row is None:
        row = ModelVersionRow(
            model=model, version=version, kind=kind, sha256=sha256, card=card, first_used_at=at
        )
        session.add(row)
        session.flush()
    return row.id


def save(
    session: Session,
    patient_id: PatientId,
    estimate: RiskEstimate,
    *,
    version_id: int,
    user_id: int,
    at: datetime,
    expires_at: datetime | None = None,
) -> int:
    """Store an estimate as it was shown; return its row. A hypothetical one is a ValueError."""
    if estimate.hypothetical:
        raise ValueError("a hypothetical estimate is not kept")
    row = RiskAssessmentRow(
        patient_id=patient_id,
        model_version_id=version_id,
        assessed_at=at,
        probability=None if estimate.task == Task.VALUE else estimate.probability,
        band=estimate.band,
        estimate=_to_json(estimate),
        user_id=user_id,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row.id


def of_patient(session: Session, patient_id: PatientId) -> list[RiskAssessment]:
    """Read what learned models said of a patient, newest first."""
    query = (
        select(RiskAssessmentRow, ModelVersionRow.sha256)
        .join(ModelVersionRow, ModelVersionRow.id == RiskAssessmentRow.model_version_id)
        .where(RiskAssessmentRow.patient_id == patient_id, ModelVersionRow.kind == LEARNED)
        .order_by(RiskAssessmentRow.assessed_at.desc(), RiskAssessmentRow.id.desc())
    )
    answers = risk_answers.of_patient(session, patient_id)
    return [
        RiskAssessment(
            row.id,
            patient_id,
            row.assessed_at,
            _from_json(row.estimate),
            row.expires_at,
            sha256,
            answers.get(row.id),
        )
        for row, sha256 in session.execute(query)
    ]


def _to_json(estimate: RiskEstimate) -> str:
    return json.dumps(asdict(estimate), default=datetime.isoformat, ensure_ascii=False)


def _from_json(text: str) -> RiskEstimate:
    fields: dict[str, Any] = json.loads(text)
    fields["inputs"] = [input_of(each) for each in fields["inputs"]]
    fields["contributions"] = [Contribution(**each) for each in fields["contributions"]]
    fields["task"] = Task(fields["task"])
    fields["explanation"] = _explanation(fields.get("explanation"))
    interval = fields["interval"]
    return RiskEstimate(**fields | {"interval": interval and tuple(interval)})


def _explanation(fields: dict[str, Any] | None) -> Explanation | None:
    if fields is None:
        return None
    possible = fields["possible"]
    gaps = [Gap(**each) for each in fields["gaps"]]
    return Explanation(**fields | {"gaps": gaps, "possible": possible and tuple(possible)})


def input_of(fields: dict[str, Any]) -> RiskInput:
    """An input as it was stored."""
    at = fields["effective_at"]
    return RiskInput(**fields | {"effective_at": datetime.fromisoformat(at) if at else None})
