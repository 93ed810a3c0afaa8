"""documents: list, add and get, for people, for scripts, refused."""

from pathlib import Path
from typing import Any

import pytest

from clinicdesk.services.session import unlock_clinic
from tests.attachments import noisy_image, pdf, write
from tests.conftest import LOGIN, PASSWORD
from tests.storage.factories import add_patient, database_of


@pytest.fixture
def store(command: Any, tmp_path: Path) -> Any:
    """The commands on a store with a patient."""
    clinic = unlock_clinic(tmp_path / "store", login=LOGIN, password=PASSWORD)
    add_patient(database_of(clinic), "M1")
    clinic.lock()
    return command


@pytest.mark.parametrize("content", [pdf(), noisy_image()], ids=["in the database", "in a file"])
def test_a_document_goes_in_and_comes_out(store: Any, tmp_path: Path, content: bytes) -> None:
    name = "letter.pdf" if content.startswith(b"%PDF") else "scan.png"
    code, added, _ = store("documents", "M1", "add", str(write(tmp_path, content, name)))
    assert (code, added["size"], added["file_name"]) == (0, len(content), name)
    code, listed, _ = store("documents", "M1")
    assert (code, listed) == (0, {"mrn": "M1", "documents": [added]})
    out = tmp_path / f"out-{name}"
    code, told, _ = store("documents", "M1", "get", str(added["id"]), str(out))
    assert (code, told["sha256"]) == (0, added["sha256"])
    assert out.read_bytes() == content


def test_for_people(store: Any, tmp_path: Path) -> None:
    code, out, _ = store("documents", "M1", plain=True)
    assert (code, "no documents" in out) == (0, True)
    file = write(tmp_path, pdf(), "letter.pdf")
    code, out, _ = store("documents", "M1", "add", str(file), "--title", "Letter", plain=True)
    assert (code, out.startswith("Added document 1: PDF")) == (0, True)
    _, out, _ = store("documents", "M1", plain=True)
    assert "Letter  PDF" in out
    _, out, _ = store("documents", "M1", "get", "1", str(tmp_path / "out.pdf"), plain=True)
    assert "not encrypted" in out


def test_refusals_say_what_to_do(store: Any, tmp_path: Path) -> None:
    wrong = write(tmp_path, pdf(), "letter.png")
    for arguments, words in (
        (("M1", "add", str(wrong)), "its name ends with .png"),
        (("M1", "add", str(tmp_path / "none.pdf")), "cannot be read"),
        (("M1", "get", "7", str(tmp_path / "out.pdf")), "not in the record of this patient"),
        (("M9",), "M9"),
    ):
        code, out, error = store("documents", *arguments)
        assert (code, out) == (1, "")
        assert words in error or arguments == ("M9",)
