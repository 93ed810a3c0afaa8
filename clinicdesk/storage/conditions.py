"""Read problems and diagnoses."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.provenance import Origins, origins
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import ConditionRow
from clinicdesk.storage.types import date_or_none


def of_patient(session: Session, patient_id: PatientId) -> list[Condition]:
    """Read a patient's conditions, newest onset first; without an onset last."""
    query = select(ConditionRow).where(
        ConditionRow.patient_id == patient_id, standing(ConditionRow)
    )
    order = ConditionRow.onset.desc(), ConditionRow.id.desc()
    rows = session.scalars(query.order_by(*order)).all()
    files = origins(session, rows)
    return [_condition(row, files) for row in rows]


def _condition(row: ConditionRow, files: Origins) -> Condition:
    return Condition(
        id=row.id,
        code_system=row.code_system,
        code=row.code,
        display=row.display,
        onset=date_or_none(row.onset),
        abatement=row.abatement,
        provenance=files.of(row),
        version=row.version,
    )
