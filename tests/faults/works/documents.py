"""Documents are added one after the other, small ones in the database and large ones in files."""

import hashlib
from collections.abc import Iterator, Set
from contextlib import closing
from pathlib import Path

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.document_content import DocumentCipher
from clinicdesk.storage import documents
from clinicdesk.storage.database import Database
from clinicdesk.storage.document_files import FOLDER
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, count_unsound, opening
from tests.services.stores import make_store
from tests.storage.factories import add_patient, database_of

SIZES = (2_000, 400_000)  # bytes: in the database, in a file of its own
PATIENT = PatientId(1)


def prepare(place: Path) -> None:
    clinic, _ = make_store(place / "store")
    assert add_patient(database_of(clinic), "M1") == PATIENT
    clinic.lock()
    (place / "given").mkdir()


def go_on(place: Path, word: str, acknowledge: Acknowledge) -> None:
    with at_work(place / "store") as clinic:
        acknowledge(BEGUN)
        number = 0
        while True:
            number += 1
            title = f"{word}d{number}"
            clinic.documents.add(PATIENT, file_of(place / "given", title, SIZES[number % 2]))
            acknowledge(title)


def file_of(folder: Path, title: str, size: int) -> Path:
    """What passes for a DICOM file: its type is known, and its content is nobody's business."""
    path = folder / f"{title}.dcm"
    path.write_bytes(bytes(128) + b"DICM" + hashlib.shake_128(title.encode()).digest(size))
    return path


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    with opening(tally), at_work(place / "store") as clinic:
        titles = {document.title for document in clinic.documents.of_patient(PATIENT)}
        tally["lost"] += len(acknowledged - titles)
        tally["partial"] += sum(not whole for whole in _whole(clinic))
        tally["unfinished"] += _strays(clinic)
        count_unsound(clinic, tally)


def _whole(clinic: Clinic) -> Iterator[bool]:
    """Of each document, whether it reads as what was added."""
    cipher = clinic.documents._cipher
    for document in clinic.documents.of_patient(PATIENT):
        try:
            found = content_of_document(database_of(clinic), cipher, document.id)
        except StoreError:
            found = b""
        yield hashlib.sha256(found).hexdigest() == document.sha256


def content_of_document(database: Database, cipher: DocumentCipher, document_id: int) -> bytes:
    with database.reading() as session:
        held = documents.held(session, document_id)
    with closing(cipher.open(held)) as content:
        return content.read_at(0, content.size)


def _strays(clinic: Clinic) -> int:
    """Unfinished files, though an administrator has come in; a whole one is kept for a month."""
    folder = clinic.folder / FOLDER
    with database_of(clinic).reading() as session:
        known = {file_id for file_id, _ in documents.files(session)}
    names = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    return sum(name.endswith(".part") for name in names - known)


WORK = Work(prepare, go_on, check, longest_life=0.2, kills=16, states=10)
