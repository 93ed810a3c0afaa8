"""Documents of a patient: attach a file, look at it, give it out again.

What comes in is taken for what its content is, never for what it is called; nothing of it is
written in plain on the way in, and only `save` writes it in plain on the way out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from clinicdesk.domain.content_type import DICOM
from clinicdesk.domain.document import Document
from clinicdesk.domain.file_name import clean_title
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.services.access import Access, requires
from clinicdesk.services.decoder import Decoders
from clinicdesk.services.document_content import Content, DocumentCipher, Incoming
from clinicdesk.services.document_source import DocumentSource, document_source
from clinicdesk.services.document_views import NotShown, Seen, Viewing, is_shown, looked_at
from clinicdesk.services.files import put_in_place
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import documents
from clinicdesk.storage.database import Database
from clinicdesk.storage.document_files import DocumentFolder
from clinicdesk.storage.documents import Facts
from clinicdesk.storage.guard import RecordGuard
from clinicdesk.storage.presence import Presence
from clinicdesk.vault import Unlocked

_MARK = 4  # bytes that all files of a type begin with


class Documents:
    """The documents of one store."""

    def __init__(
        self,
        database: Database,
        access: Access,
        guard: RecordGuard,
        keys: Unlocked,
        folder: Path,
        *,
        decoders: Decoders,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._guard = guard
        self._cipher = DocumentCipher(folder, keys)
        self._decoders = decoders
        self._now = now

    @requires(Action.PATIENT_READ)
    def of_patient(self, patient_id: PatientId, *, with_errors: bool = False) -> Sequence[Document]:
        """The documents, newest first. with_errors: also those that were entered in error."""
        with self._guard.reading(patient_id) as session:
            return documents.of_patient(session, patient_id, with_errors=with_errors)

    @requires(Action.PATIENT_READ)
    def thumbnails(self, patient_id: PatientId) -> Mapping[int, bytes]:
        """The small pictures, PNG, by document; not every document has one."""
        with self._guard.reading(patient_id) as session:
            return documents.thumbnails(session, patient_id)

    @requires(Action.DOCUMENT_ADD)
    def add(
        self, patient_id: PatientId, file: Path, title: str = "", progress: Progress = SILENT
    ) -> Document:
        """Attach a PDF, PNG, JPEG, TIFF or DICOM file; raise `BadInput` for anything else.

        title: what the record calls it, else its file name without the ending. The file itself
        stays where it is.
        """
        with self._guard.reading(patient_id):
            pass  # who may not see the record is told so before a long file is read
        with document_source(file) as source, self._taken_in(source, progress) as incoming:
            seen = looked_at(self._decoders, incoming.open(), source.type.media, progress)
            return self._kept(patient_id, _facts(source, title, seen), incoming)

    @requires(Action.PATIENT_READ)
    def view(self, patient_id: PatientId, document_id: int) -> Viewing:
        """Open a document to look at its pages; the audit says who did. Close what is returned.

        Raise `NotShown` for a type that is kept and not drawn.
        """
        with self._guard.writing(patient_id) as session:
            document = documents.get(session, patient_id, document_id)
            if not is_shown(document.content_type):
                raise NotShown
            content = self._cipher.open(documents.held(session, document_id))
            self._record(session, patient_id, "document.view", document)
        return Viewing(document, self._decoders.start(content, document.content_type))

    @requires(Action.DOCUMENT_EXPORT, fresh=True)
    def save(
        self, patient_id: PatientId, document_id: int, out: Path, progress: Progress = SILENT
    ) -> Document:
        """Write a document to a file of its own: in plain, for its owner alone, and audited."""
        with self._guard.reading(patient_id) as session:
            document = documents.get(session, patient_id, document_id)
            content = self._cipher.open(documents.held(session, document_id))
        with (
            closing(content),
            put_in_place(out, _read(content, progress), starts_with=_mark(document, content)),
            self._guard.writing(patient_id) as session,
        ):
            self._record(session, patient_id, "document.export", document)
        return document

    @requires(Action.STORE_VERIFY)
    def verify(self, progress: Progress = SILENT) -> int:
        """Make sure that every document in a file is whole; return how many there are."""
        with self._database.reading() as session:
            files = documents.files(session)
        return self._cipher.files.verify(files, progress.raise_if_cancelled)

    @contextmanager
    def _taken_in(self, source: DocumentSource, progress: Progress) -> Iterator[Incoming]:
        incoming = self._cipher.take_in(source.size, source.chunks(progress))
        try:
            yield incoming
        finally:
            incoming.drop()

    def _kept(self, patient_id: PatientId, facts: Facts, incoming: Incoming) -> Document:
        """Add the row, note it, and put the content in its place: all of it or nothing."""
        with self._guard.writing(patient_id) as session:
            _require_new(documents.twin(session, patient_id, facts.sha256))
            added = documents.keep(
                session,
                patient_id,
                facts,
                incoming.held(),
                added_by=self._access.principal.user_id,
                at=self._now(),
            )
            self._record(session, patient_id, "document.add", added)
            incoming.settle()
        return added

    def _record(self, session: Any, patient_id: PatientId, action: str, document: Document) -> None:
        detail = {"document": document.id, "sha256": document.sha256}
        self._guard.record(session, patient_id, action, detail=detail, at=self._now())


def sweep_documents(folder: Path, database: Database, presence: Presence, now: datetime) -> None:
    """Remove files that a crash left without their row, unless others have the store open."""
    with suppress(StoreError), presence.alone(patience=0), database.reading() as session:
        DocumentFolder(folder).sweep({id for id, _ in documents.files(session)}, now)


def _facts(source: DocumentSource, title: str, seen: Seen) -> Facts:
    return Facts(
        title=clean_title(title) or clean_title(Path(source.name).stem),
        content_type=source.type.media,
        size=source.size,
        sha256=source.sha256,
        file_name=source.name,
        pages=seen.pages,
        active_content=seen.active_content,
        thumbnail=seen.thumbnail,
    )


def _require_new(twin: Document | None) -> None:
    if twin is not None:
        raise BadInput(
            f"This file is in the record already, since {twin.created_at:%Y-%m-%d}. Nothing was"
            " added."
        )


def _read(content: Content, progress: Progress) -> Iterator[bytes]:
    done = 0
    for chunk in content:
        progress.raise_if_cancelled()
        done += len(chunk)
        progress.report(done / content.size, "Decrypting")
        yield chunk


def _mark(document: Document, content: Content) -> bytes:
    """What a file must begin with to be replaced by this document; DICOM begins with anything."""
    return b"" if document.content_type == DICOM.media else content.read_at(0, _MARK)
