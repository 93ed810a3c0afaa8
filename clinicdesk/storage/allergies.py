"""Read allergies and intolerances."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.provenance import Origins, origins
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import AllergyRow
from clinicdesk.storage.types import date_or_none


def of_patient(session: Session, patient_id: PatientId) -> list[AllergyIntolerance]:
    """Read a patient's allergies, newest first; without a date last."""
    query = select(AllergyRow).where(AllergyRow.patient_id == patient_id, standing(AllergyRow))
    order = AllergyRow.recorded_on.desc(), AllergyRow.id.desc()
    rows = session.scalars(query.order_by(*order)).all()
    files = origins(session, rows)
    return [_allergy(row, files) for row in rows]


def _allergy(row: AllergyRow, files: Origins) -> AllergyIntolerance:
    return AllergyIntolerance(
        id=row.id,
        code_system=row.code_system,
        code=row.code,
        display=row.display,
        category=row.category,
        reaction=row.reaction,
        severity=row.severity,
        recorded_on=date_or_none(row.recorded_on),
        ended_on=row.ended_on,
        provenance=files.of(row),
        version=row.version,
    )
