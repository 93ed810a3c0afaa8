"""Keep and read the documents of a patient: what is said about them, and what they hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from clinicdesk.domain.document import Document
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage.tables import DocumentContentRow, DocumentRow, UserRow


@dataclass(frozen=True, slots=True)
class Facts:
    """What is found out about a document when it is added."""

    title: str = field(repr=False)
    content_type: str
    size: int
    sha256: str
    file_name: str = field(default="", repr=False)
    pages: int | None = None
    active_content: tuple[str, ...] = ()
    thumbnail: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """Where the content is: here, or in the file `file_id` under `key`, which is sealed."""

    content: bytes | None = field(default=None, repr=False)
    file_id: str = ""
    key: bytes = field(default=b"", repr=False)
    cipher_sha256: str = ""


def of_patient(
    session: Session, patient_id: PatientId, *, with_errors: bool = False
) -> list[Document]:
    """Read what documents a patient has, newest first, without their content.

    with_errors: also those that were entered in error.
    """
    query = _query().where(DocumentRow.patient_id == patient_id)
    if not with_errors:
        query = query.where(DocumentRow.entered_in_error.is_(False))
    order = DocumentRow.created_at.desc(), DocumentRow.id.desc()
    return [_document(row) for row in session.execute(query.order_by(*order))]


def get(session: Session, patient_id: PatientId, document_id: int) -> Document:
    """The document, if it is this patient's; raise `RecordNotFound` otherwise."""
    wanted = DocumentRow.id == document_id, DocumentRow.patient_id == patient_id
    row = session.execute(_query().where(*wanted)).one_or_none()
    if row is None:
        raise RecordNotFound("The document is not in the record of this patient.")
    return _document(row)


def held(session: Session, document_id: int) -> Held:
    """Where the content of a document is; raise `RecordNotFound` when there is none."""
    row = session.get(DocumentContentRow, document_id)
    if row is None:
        raise RecordNotFound("The document is not in the store any more.")
    return Held(row.content, row.file_id or "", row.key or b"", row.cipher_sha256 or "")


def thumbnails(session: Session, patient_id: PatientId) -> Mapping[int, bytes]:
    """The small pictures of a patient's documents, PNG, by document."""
    query = (
        select(DocumentContentRow.document_id, DocumentContentRow.thumbnail)
        .join(DocumentRow, DocumentRow.id == DocumentContentRow.document_id)
        .where(DocumentRow.patient_id == patient_id, DocumentContentRow.thumbnail.is_not(None))
    )
    return {id: png for id, png in session.execute(query) if png is not None}


def twin(session: Session, patient_id: PatientId, sha256: str) -> Document | None:
    """The patient's document with the same content, if there is one that is not in error."""
    same = (each for each in of_patient(session, patient_id) if each.sha256 == sha256)
    return next(same, None)


def keep(
    session: Session,
    patient_id: PatientId,
    facts: Facts,
    content: Held,
    *,
    added_by: int | None = None,
    at: datetime,
) -> Document:
    """Keep a document with its patient."""
    row = DocumentRow(
        patient_id=patient_id,
        title=facts.title,
        content_type=facts.content_type,
        size=facts.size,
        sha256=facts.sha256,
        created_at=at,
        file_name=facts.file_name,
        pages=facts.pages,
        active_content=",".join(facts.active_content),
        added_by=added_by,
    )
    session.add(row)
    session.flush()
    session.add(
        DocumentContentRow(
            document_id=row.id,
            content=content.content,
            file_id=content.file_id or None,
            key=content.key or None,
            cipher_sha256=content.cipher_sha256 or None,
            thumbnail=facts.thumbnail,
        )
    )
    session.flush()
    session.expire(row)  # an instant is kept to the millisecond
    return get(session, patient_id, row.id)


def files(session: Session) -> Sequence[tuple[str, str]]:
    """Every document that lies in a file: its file_id, and the SHA-256 of the encrypted file."""
    query = select(DocumentContentRow.file_id, DocumentContentRow.cipher_sha256)
    found = session.execute(query.where(DocumentContentRow.file_id.is_not(None)))
    return [(str(file_id), str(digest)) for file_id, digest in found]


def count(session: Session) -> int:
    """How many documents the store has, those in error too."""
    return session.scalar(select(func.count(DocumentRow.id))) or 0


def seal_keys_anew(
    connection: sqlcipher.Connection, schema: str, anew: Callable[[str, bytes], bytes]
) -> None:
    """Seal the key of every document anew, in an attached database. anew: (file_id, key) -> key."""
    table = f"{schema}.document_content"
    query = f"SELECT file_id, key FROM {table} WHERE file_id IS NOT NULL"
    sealed = [(anew(file_id, key), file_id) for file_id, key in connection.execute(query)]
    connection.executemany(f"UPDATE {table} SET key = ? WHERE file_id = ?", sealed)


def _query() -> Select[DocumentRow, str]:
    return select(DocumentRow, func.coalesce(UserRow.display_name, "")).outerjoin(
        UserRow, UserRow.id == DocumentRow.added_by
    )


def _document(found: Row[DocumentRow, str]) -> Document:
    row, added_by = found
    return Document(
        id=row.id,
        title=row.title,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        created_at=row.created_at,
        file_name=row.file_name,
        pages=row.pages,
        active_content=tuple(filter(None, row.active_content.split(","))),
        added_by=added_by,
        entered_in_error=row.entered_in_error,
        version=row.version,
    )
