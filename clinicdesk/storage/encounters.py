"""Read visits and stays."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.encounter import Encounter, EncounterClass, EncounterId
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.provenance import Origins, origins
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import EncounterRow


def of_patient(session: Session, patient_id: PatientId) -> list[Encounter]:
    """Read a patient's encounters, newest first."""
    query = select(EncounterRow).where(
        EncounterRow.patient_id == patient_id, standing(EncounterRow)
    )
    order = EncounterRow.started_at.desc(), EncounterRow.id.desc()
    rows = session.scalars(query.order_by(*order)).all()
    files = origins(session, rows)
    return [_encounter(row, files) for row in rows]


def _encounter(row: EncounterRow, files: Origins) -> Encounter:
    return Encounter(
        id=EncounterId(row.id),
        number=row.number,
        class_=EncounterClass(row.class_),
        started_at=row.started_at,
        ended_at=row.ended_at,
        type_text=row.type_text,
        reason_code=row.reason_code,
        reason_text=row.reason_text,
        severity=row.severity,
        length_of_stay=row.length_of_stay,
        readmitted=row.readmitted,
        provenance=files.of(row),
        version=row.version,
    )
