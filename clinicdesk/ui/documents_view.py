"""What the documents part shows of a patient, read in one go off the UI thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clinicdesk.domain.document import Document
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.documents import Documents
from clinicdesk.services.progress import SILENT, Progress


@dataclass(frozen=True, slots=True)
class DocumentsView:
    """thumbnails: PNG by document, which ClinicDesk made of pixels itself."""

    patient_id: PatientId
    documents: Sequence[Document]
    thumbnails: Mapping[int, bytes] = field(repr=False)


def read_documents(
    documents: Documents,
    patient_id: PatientId,
    progress: Progress = SILENT,
    *,
    with_errors: bool = False,
) -> DocumentsView:
    """Read a patient's documents and their small pictures."""
    found = documents.of_patient(patient_id, with_errors=with_errors)
    progress.raise_if_cancelled()
    return DocumentsView(patient_id, found, documents.thumbnails(patient_id))


def size_text(size: int) -> str:
    """Bytes as people read them: "812 B", "1.8 KB", "24.0 MB"."""
    amount, unit = float(size), "B"
    for larger in ("KB", "MB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:,.0f} {unit}" if unit == "B" else f"{amount:,.1f} {unit}"


def warning_text(document: Document) -> str:
    """What to know before the file is opened elsewhere; "" for nothing."""
    found = [each for each in document.active_content if each != "encryption"]
    if found:
        return f"Contains {', '.join(found)}; never run here"
    return "Encrypted" if document.active_content else ""
