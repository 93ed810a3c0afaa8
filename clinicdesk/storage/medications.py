"""Read prescriptions."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.provenance import Origins, origins
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import MedicationRow
from clinicdesk.storage.types import date_or_none


def of_patient(session: Session, patient_id: PatientId) -> list[MedicationRequest]:
    """Read a patient's prescriptions, newest first; without a date last."""
    query = select(MedicationRow).where(
        MedicationRow.patient_id == patient_id, standing(MedicationRow)
    )
    order = MedicationRow.authored_on.desc(), MedicationRow.id.desc()
    rows = session.scalars(query.order_by(*order)).all()
    files = origins(session, rows)
    return [_medication(row, files) for row in rows]


def _medication(row: MedicationRow, files: Origins) -> MedicationRequest:
    return MedicationRequest(
        id=row.id,
        number=row.number,
        code_system=row.code_system,
        code=row.code,
        display=row.display,
        category=row.category,
        dosage=row.dosage,
        quantity=row.quantity,
        days_supply=row.days_supply,
        refills=row.refills,
        authored_on=date_or_none(row.authored_on),
        ended_on=row.ended_on,
        reason=row.reason,
        provenance=files.of(row),
        version=row.version,
    )
