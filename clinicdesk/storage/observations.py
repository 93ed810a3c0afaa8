"""Read measurements."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.observation import Observation, ObservationId
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.provenance import Origins, origins
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import ObservationRow


def latest(
    session: Session,
    patient_id: PatientId,
    before: datetime | None = None,
    *,
    codes: Collection[str] | None = None,
    numbers: bool = False,
) -> list[Observation]:
    """Read the newest of each code, of those before `before` if given; by code.

    codes: only these.  numbers: a newer text does not hide an older number.
    Of two at the same instant, the one stored last.
    """
    mine = (ObservationRow.patient_id == patient_id) & standing(ObservationRow)
    if codes is not None:
        mine &= ObservationRow.code.in_(codes)
    if numbers:
        mine &= ObservationRow.value.is_not(None)
    newest = select(
        ObservationRow.code, func.max(ObservationRow.effective_at).label("effective_at")
    ).where(mine)
    if before is not None:
        newest = newest.where(ObservationRow.effective_at < before)
    at = newest.group_by(ObservationRow.code).subquery()
    same = (ObservationRow.code == at.c.code) & (ObservationRow.effective_at == at.c.effective_at)
    query = select(ObservationRow).join(at, same).where(mine)
    rows = session.scalars(query.order_by(ObservationRow.code, ObservationRow.id))
    return _observations(session, {row.code: row for row in rows}.values())


def of_patient(
    session: Session, patient_id: PatientId, codes: Collection[str] | None = None
) -> list[Observation]:
    """Read a patient's observations, of these codes or all, oldest first."""
    mine = (ObservationRow.patient_id == patient_id) & standing(ObservationRow)
    query = select(ObservationRow).where(mine)
    if codes is not None:
        query = query.where(ObservationRow.code.in_(codes))
    rows = session.scalars(query.order_by(ObservationRow.effective_at, ObservationRow.id)).all()
    return _observations(session, rows)


def within(
    session: Session,
    patient_id: PatientId,
    codes: Collection[str],
    since: datetime,
    before: datetime,
) -> list[Observation]:
    """Read a patient's numbers of these codes in a span of time, oldest first."""
    mine = (ObservationRow.patient_id == patient_id) & standing(ObservationRow)
    span = (ObservationRow.effective_at >= since) & (ObservationRow.effective_at < before)
    wanted = ObservationRow.code.in_(codes) & ObservationRow.value.is_not(None)
    query = select(ObservationRow).where(mine, span, wanted)
    rows = session.scalars(query.order_by(ObservationRow.effective_at, ObservationRow.id)).all()
    return _observations(session, rows)


def code(session: Session, patient_id: PatientId, observation_id: int) -> str:
    """What was measured, "" when the patient has no such observation; in error or not."""
    mine = (ObservationRow.id == observation_id) & (ObservationRow.patient_id == patient_id)
    return session.scalar(select(ObservationRow.code).where(mine)) or ""


def _observations(session: Session, rows: Iterable[ObservationRow]) -> list[Observation]:
    rows = list(rows)
    files = origins(session, rows)
    return [_observation(row, files) for row in rows]


def _observation(row: ObservationRow, files: Origins) -> Observation:
    return Observation(
        id=ObservationId(row.id),
        code=row.code,
        display=_display(row),
        effective_at=row.effective_at,
        value=row.value,
        text=row.text,
        unit=row.unit,
        original_value=row.original_value,
        original_unit=row.original_unit,
        encounter_id=row.encounter_id,
        provenance=files.of(row),
        version=row.version,
    )


def _display(row: ObservationRow) -> str:
    concept = catalog().by_code(row.code)
    return concept.display if concept else row.display or row.code
