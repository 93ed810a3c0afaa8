"""Rows that somebody wrote by hand: new ones, beside whatever files brought."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.vital_signs import Kept
from clinicdesk.storage.tables import ObservationRow

BY_HAND = "by-hand"  # the feed of what no file brought


def add_observations(
    session: Session,
    patient_id: PatientId,
    kept: Sequence[Kept],
    *,
    taken_at: datetime,
    user_id: int,
    at: datetime,
) -> list[int]:
    """Add a set of measurements of one time; return their row ids, in the order given."""
    rows = [
        ObservationRow(
            patient_id=patient_id,
            code=each.code,
            effective_at=taken_at,
            value=each.result.value,
            unit=each.result.unit,
            text=each.result.text,
            original_value=each.result.original_value,
            original_unit=each.result.original_unit,
            source=BY_HAND,
            ordinal=_next_ordinal(session, patient_id, each.code, taken_at),
            entered_by=user_id,
            entered_at=at,
        )
        for each in kept
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def _next_ordinal(session: Session, patient_id: PatientId, code: str, at: datetime) -> int:
    """The same measured twice at one time is two rows."""
    query = select(func.max(ObservationRow.ordinal)).where(
        ObservationRow.patient_id == patient_id,
        ObservationRow.code == code,
        ObservationRow.effective_at == at,
        ObservationRow.source == BY_HAND,
    )
    newest = session.scalar(query)
    return 0 if newest is None else newest + 1
