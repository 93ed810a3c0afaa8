"""Keep and read the documents of a patient; their content stays in the encrypted database."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.document import Document
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage.tables import DocumentRow

_SHOWN = (
    DocumentRow.id,
    DocumentRow.title,
    DocumentRow.content_type,
    DocumentRow.size,
    DocumentRow.sha256,
    DocumentRow.created_at,
)


def of_patient(session: Session, patient_id: PatientId) -> list[Document]:
    """Read what documents a patient has, newest first, without their content."""
    query = select(*_SHOWN).where(DocumentRow.patient_id == patient_id)
    order = DocumentRow.created_at.desc(), DocumentRow.id.desc()
    return [Document(*row) for row in session.execute(query.order_by(*order))]


def content(session: Session, document_id: int) -> bytes:
    """Read what the document holds; raise `RecordNotFound` when there is none."""
    found = session.scalar(select(DocumentRow.content).where(DocumentRow.id == document_id))
    if found is None:
        raise RecordNotFound("The document is not in the store any more.")
    return found


def keep(
    session: Session,
    patient_id: PatientId,
    *,
    title: str,
    content_type: str,
    content: bytes,
    at: datetime,
) -> Document:
    """Keep a document with its patient."""
    row = DocumentRow(
        patient_id=patient_id,
        title=title,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return Document(row.id, title, content_type, row.size, row.sha256, at)
