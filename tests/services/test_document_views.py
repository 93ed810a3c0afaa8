"""What is found out when a document is added, and its pages afterwards (G05, G06)."""

import io
import os
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import BadInput, RecordNotFound
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.decoder import Decoder, DecodingStopped, NotDrawn
from clinicdesk.services.document_views import THUMBNAIL, NotShown
from tests.attachments import dicom, image, noisy_image, pdf, write
from tests.decoding.corpus import ACTIVE, png_claiming
from tests.services.stores import events
from tests.storage.factories import add_patient, database_of


@pytest.fixture
def patient(clinic: Clinic) -> PatientId:
    return add_patient(database_of(clinic), "M1")


@pytest.mark.parametrize("content", [image(), noisy_image()], ids=["in the database", "in a file"])
def test_a_small_picture_is_kept_and_the_whole_one_drawn(
    clinic: Clinic, patient: PatientId, tmp_path: Path, content: bytes
) -> None:
    added = clinic.documents.add(patient, write(tmp_path, content))
    small = Image.open(io.BytesIO(clinic.documents.thumbnails(patient)[added.id]))
    whole = Image.open(io.BytesIO(content))
    assert max(small.size) == max(THUMBNAIL)
    viewing = clinic.documents.view(patient, added.id)
    assert viewing.pages() == added.pages == 1
    drawing = viewing.draw(0, whole.size)
    assert (drawing.width, drawing.height) == whole.size
    assert drawing.rgb == whole.convert("RGB").tobytes()
    viewing.close()


def test_a_small_picture_says_nothing_of_where_it_was_taken(
    clinic: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    """G05: made anew of pixels."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "Qwxyz at home"
    Image.new("RGB", (300, 300)).save(out, "JPEG", exif=exif, comment=b"Qwxyz")
    assert b"Qwxyz" in out.getvalue()
    added = clinic.documents.add(patient, write(tmp_path, out.getvalue(), "a.jpg"))
    small = clinic.documents.thumbnails(patient)[added.id]
    assert b"Qwxyz" not in small
    assert set(Image.open(io.BytesIO(small)).info) == set()


def test_pages_of_a_pdf_are_counted_and_drawn(
    clinic: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    added = clinic.documents.add(patient, write(tmp_path, pdf(pages=3), "a.pdf"))
    assert (added.pages, added.active_content) == (3, ())
    viewing = clinic.documents.view(patient, added.id)
    first, last = viewing.draw(0, (600, 600)), viewing.draw(2, (600, 600))
    assert first.height == last.height == 600
    assert first.rgb != last.rgb
    viewing.close()


def test_active_content_is_told(clinic: Clinic, patient: PatientId, tmp_path: Path) -> None:
    """G06."""
    content, expected = ACTIVE["a file within"]
    added = clinic.documents.add(patient, write(tmp_path, content, "a.pdf"))
    assert set(added.active_content) == expected
    assert clinic.documents.of_patient(patient) == [added]


def test_a_locked_pdf_is_kept_without_a_picture(
    clinic: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt="secret")
    canvas.save()
    added = clinic.documents.add(patient, write(tmp_path, out.getvalue(), "a.pdf"))
    assert (added.pages, added.active_content) == (None, ("encryption",))
    assert clinic.documents.thumbnails(patient) == {}
    viewing = clinic.documents.view(patient, added.id)
    with pytest.raises(NotDrawn, match="password"):
        viewing.pages()
    viewing.close()


def test_a_pdf_that_is_too_much_is_kept_without_a_picture(
    clinic: Clinic, patient: PatientId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Decoder.__init__, "__defaults__", (0.0,))
    added = clinic.documents.add(patient, write(tmp_path, pdf(), "a.pdf"))
    assert added.pages is None
    with pytest.raises(NotDrawn):
        clinic.documents.add(patient, write(tmp_path, image()))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (png_claiming(60_000, 60_000), "a.png"),
        (image()[:200], "a.png"),
        (b"%PDF-1.7\n" + bytes(300_000), "a.pdf"),
    ],
    ids=["bomb", "damaged image", "damaged pdf"],
)
def test_what_cannot_be_decoded_is_not_kept(
    clinic: Clinic, patient: PatientId, tmp_path: Path, content: bytes, name: str
) -> None:
    with pytest.raises(BadInput):
        clinic.documents.add(patient, write(tmp_path, content, name))
    assert clinic.documents.of_patient(patient) == []
    assert not list((clinic.folder / "documents").glob("*"))


def test_dicom_is_kept_and_not_drawn(clinic: Clinic, patient: PatientId, tmp_path: Path) -> None:
    added = clinic.documents.add(patient, write(tmp_path, dicom(), "IM1"))
    assert clinic.documents.thumbnails(patient) == {}
    with pytest.raises(NotShown, match="DICOM viewer"):
        clinic.documents.view(patient, added.id)


def test_looking_is_audited_and_bound_to_the_patient(
    clinic: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    """E01."""
    added = clinic.documents.add(patient, write(tmp_path, image()))
    clinic.documents.view(patient, added.id).close()
    assert events(clinic, "action")[-1] == "document.view"
    other = add_patient(database_of(clinic), "M2")
    with pytest.raises(RecordNotFound):
        clinic.documents.view(other, added.id)


def test_locking_ends_what_is_looked_at(clinic: Clinic, patient: PatientId, tmp_path: Path) -> None:
    added = clinic.documents.add(patient, write(tmp_path, noisy_image()))
    viewing = clinic.documents.view(patient, added.id)
    clinic.lock()
    with pytest.raises(DecodingStopped):
        viewing.draw(0, (10, 10))


def test_a_large_document_takes_little_memory(
    clinic: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    """30 MB in and out again; bench/documents.py does it with 200."""
    file = write(tmp_path, dicom(), "IM1")
    os.truncate(file, 30 << 20)
    tracemalloc.start()
    try:
        added = clinic.documents.add(patient, file)
        clinic.documents.save(patient, added.id, tmp_path / "out")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 << 20
    assert (tmp_path / "out").stat().st_size == 30 << 20
