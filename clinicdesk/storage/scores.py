"""Keep what published scores said of a patient, with the inputs they rest on."""

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import TYPED, Decision, KeptScore, ScoreResult
from clinicdesk.storage.risks import input_of, model_version_id
from clinicdesk.storage.tables import ModelVersionRow, RiskAssessmentRow, UserRow

KIND = "score"
_OF_THE_DAY = ("message", "stale")  # how old it was when somebody looked: not part of the result


def save(
    session: Session,
    patient_id: PatientId,
    result: ScoreResult,
    *,
    card: str,
    user_id: int,
    at: datetime,
) -> bool:
    """Store a result; one found in the record alone that is there already is not stored again.

    card: what the score is, as JSON; its hash tells its versions apart.
    """
    version_id = model_version_id(
        session,
        model=result.score,
        version=result.version,
        kind=KIND,
        sha256=sha256(card.encode()).hexdigest(),
        card=card,
        at=at,
    )
    fields = {name: value for name, value in asdict(result).items() if name not in _OF_THE_DAY}
    text = json.dumps(fields, default=datetime.isoformat, ensure_ascii=False)
    typed = any(each.source == TYPED for each in result.inputs)  # what somebody says is said anew
    mine = RiskAssessmentRow.patient_id == patient_id
    same = (RiskAssessmentRow.model_version_id == version_id) & (RiskAssessmentRow.estimate == text)
    if not typed and session.scalar(select(RiskAssessmentRow.id).where(mine, same).limit(1)):
        return False
    risk = result.values.get("risk")
    session.add(
        RiskAssessmentRow(
            patient_id=patient_id,
            model_version_id=version_id,
            assessed_at=at,
            probability=risk if isinstance(risk, float) else None,
            band=result.headline,
            estimate=text,
            user_id=user_id,
        )
    )
    session.flush()
    return True


def of_patient(session: Session, patient_id: PatientId) -> list[KeptScore]:
    """Read what scores said of a patient, newest first."""
    query = (
        select(RiskAssessmentRow)
        .join(ModelVersionRow, ModelVersionRow.id == RiskAssessmentRow.model_version_id)
        .where(RiskAssessmentRow.patient_id == patient_id, ModelVersionRow.kind == KIND)
        .order_by(RiskAssessmentRow.assessed_at.desc(), RiskAssessmentRow.id.desc())
    )
    return [
        KeptScore(row.id, patient_id, row.assessed_at, _from_json(row.estimate))
        for row in session.scalars(query)
    ]


def decision(session: Session, patient_id: PatientId, score: str, name: str) -> Decision | None:
    """The last choice that somebody typed for this input of a kept score, and who it was."""
    query = (
        select(RiskAssessmentRow, UserRow.login)
        .join(ModelVersionRow, ModelVersionRow.id == RiskAssessmentRow.model_version_id)
        .join(UserRow, UserRow.id == RiskAssessmentRow.user_id)
        .where(RiskAssessmentRow.patient_id == patient_id, ModelVersionRow.model == score)
        .order_by(RiskAssessmentRow.assessed_at.desc(), RiskAssessmentRow.id.desc())
    )
    for row, login in session.execute(query):
        for each in _from_json(row.estimate).inputs:
            if each.name == name and each.source == TYPED:
                return Decision(str(each.text), login, row.assessed_at)
    return None


def _from_json(text: str) -> ScoreResult:
    fields: dict[str, Any] = json.loads(text)
    as_of = fields["as_of"]
    return ScoreResult(
        **fields
        | {
            "inputs": [input_of(each) for each in fields["inputs"]],
            "as_of": datetime.fromisoformat(as_of) if as_of else None,
        }
    )
