"""Attach a file, give it out again; full disks, crashes, changed files, new keys (G04, G11)."""

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import BadInput, Cancelled, NotAllowed, RecordNotFound, StoreError
from clinicdesk.services import document_source
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.document_content import SMALL
from clinicdesk.services.files import NotWritten
from clinicdesk.storage import documents
from clinicdesk.storage.document_files import DocumentLost
from clinicdesk.vault import StreamDamaged
from tests.attachments import MEDIA, dicom, image, of_type, pdf, write
from tests.services.stores import (
    OWN_PASSWORD,
    Clock,
    add_account,
    die,
    events,
    execute,
    make_store,
    noon,
    unlock,
)
from tests.storage.factories import add_patient, database_of

LARGE, OTHER = dicom(600_000), dicom(400_000, seed=2)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admin(tmp_path: Path, clock: Clock) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store", clock)
    yield clinic
    clinic.lock()


@pytest.fixture
def patient(admin: Clinic) -> PatientId:
    return add_patient(database_of(admin), "M1")


def files_of(clinic: Clinic) -> list[Path]:
    folder = clinic.folder / "documents"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("media", MEDIA)
def test_each_type_comes_back_as_it_was(
    admin: Clinic, patient: PatientId, tmp_path: Path, media: str
) -> None:
    content = of_type(media)
    file = write(tmp_path, content, MEDIA[media])
    added = admin.documents.add(patient, file, " Letter\n of today ")
    assert (added.title, added.content_type, added.size) == ("Letter of today", media, len(content))
    assert added.sha256 == hashlib.sha256(content).hexdigest()
    assert (added.file_name, added.added_by) == (MEDIA[media], "admin")
    assert admin.documents.of_patient(patient) == admin.records.documents(patient) == [added]
    out = tmp_path / "out"
    admin.documents.save(patient, added.id, out)
    assert out.read_bytes() == content
    assert out.stat().st_mode & 0o077 == 0


def test_a_large_one_lies_in_a_file_nobody_can_read(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    assert len(LARGE) > SMALL
    added = admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))
    (file,) = files_of(admin)
    stored = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert not any(LARGE[at : at + 32] in stored for at in range(0, len(LARGE), 65536))
    with database_of(admin).reading() as session:
        assert documents.files(session) == [(file.name, hashlib.sha256(stored).hexdigest())]
    admin.documents.save(patient, added.id, tmp_path / "out.png")
    assert (tmp_path / "out.png").read_bytes() == LARGE


def test_a_small_one_makes_no_file(admin: Clinic, patient: PatientId, tmp_path: Path) -> None:
    admin.documents.add(patient, write(tmp_path, dicom(), "IM3"))
    assert files_of(admin) == []
    assert admin.documents.verify() == 0


def test_the_title_is_the_file_name_without_its_ending(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    added = admin.documents.add(patient, write(tmp_path, dicom(), "CT of the head.DCM"))
    assert added.title == "CT of the head"


def test_the_same_file_twice_is_refused_for_one_patient_alone(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    file = write(tmp_path, LARGE, "IM1")
    admin.documents.add(patient, file)
    with pytest.raises(BadInput, match="already, since 2026-03-01"):
        admin.documents.add(patient, file)
    other = add_patient(database_of(admin), "M2")
    admin.documents.add(other, file)
    assert len(files_of(admin)) == 2


def test_a_document_is_reached_through_its_own_patient_alone(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    added = admin.documents.add(patient, write(tmp_path, dicom(), "IM3"))
    other = add_patient(database_of(admin), "M2")
    for patient_id, document in ((other, added.id), (patient, added.id + 1)):
        with pytest.raises(RecordNotFound):
            admin.documents.save(patient_id, document, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_audit_says_which_document_and_never_its_name(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    """E01, E06."""
    added = admin.documents.add(patient, write(tmp_path, dicom(), "HIV test.dcm"))
    admin.documents.save(patient, added.id, tmp_path / "out.png")
    told = [row for row in events(admin, "action", "object_id", "detail") if "document" in row[0]]
    assert [row[:2] for row in told] == [
        ("document.add", str(patient)),
        ("document.export", str(patient)),
    ]
    assert all(f'"document": {added.id}' in row[2] and "HIV" not in row[2] for row in told)


REFUSED: dict[str, Any] = {
    "empty": (b"", "a.pdf", "empty"),
    "text": (b"hello", "a.txt", "cannot be attached"),
    "a program": (b"MZ\x90\x00" * 50, "a.pdf", "cannot be attached"),
    "named otherwise": (pdf(), "a.png", "its name ends with .png"),
    "named like a program": (pdf(), "a.pdf.exe", "its name ends with .exe"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_attached_is_said(
    admin: Clinic, patient: PatientId, tmp_path: Path, case: str
) -> None:
    """G04."""
    content, name, words = REFUSED[case]
    with pytest.raises(BadInput, match=words):
        admin.documents.add(patient, write(tmp_path, content, name))
    assert admin.documents.of_patient(patient) == []


def test_folders_pipes_and_missing_files_are_refused(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    for name, words in (("pipe.pdf", "not a file"), ("none.pdf", "cannot be read"), ("", "file")):
        with pytest.raises(BadInput, match=words):
            admin.documents.add(patient, tmp_path / name)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    file = write(tmp_path, dicom(), "IM3")
    os.truncate(file, document_source.LARGEST + 1)
    with pytest.raises(BadInput, match="may have 200 MB"):
        admin.documents.add(patient, file)
    assert files_of(admin) == []


def test_a_file_that_grows_meanwhile_is_refused(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    file = write(tmp_path, LARGE, "IM1")

    class Growing:
        def report(self, _fraction: float, _message: str = "") -> None: ...

        def raise_if_cancelled(self) -> None:
            with file.open("ab") as more:
                more.write(bytes(100))

    with pytest.raises(BadInput, match="changed while it was read"):
        admin.documents.add(patient, file, progress=Growing())
    assert files_of(admin) == []


def test_stopping_leaves_nothing(admin: Clinic, patient: PatientId, tmp_path: Path) -> None:
    class Impatient:
        def report(self, _fraction: float, _message: str = "") -> None: ...

        def raise_if_cancelled(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        admin.documents.add(patient, write(tmp_path, LARGE, "IM1"), progress=Impatient())
    assert files_of(admin) == []
    assert admin.documents.of_patient(patient) == []


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_disk_that_fails_leaves_nothing_half(
    admin: Clinic,
    patient: PatientId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    file = write(tmp_path, LARGE, "IM1")
    name = (
        "clinicdesk.storage.document_files."
        + {
            "write": "os.open",
            "fsync": "os.fsync",
            "replace": "os.replace",
        }[step]
    )
    with monkeypatch.context() as patch:
        if step == "write":
            patch.setattr("clinicdesk.storage.document_files._written", fail)
        else:
            patch.setattr(name, fail)
        with pytest.raises(StoreError, match="disk is full"):
            admin.documents.add(patient, file)
    assert files_of(admin) == []
    assert admin.documents.of_patient(patient) == []
    admin.documents.add(patient, file)
    assert admin.documents.verify() == 1


class _Crash(BaseException):
    """The power goes."""


def _grow_old(file: Path) -> None:
    """As if it had been written 31 days before the tests' noon."""
    then = (noon() - timedelta(days=31)).timestamp()
    os.utime(file, (then, then))


def test_a_whole_file_that_no_row_knows_is_kept_for_a_month(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    """An older database in the place of the newer one must not cost the newer one's documents."""
    admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))
    newer = admin.folder / "documents" / ("cd" * 16)
    newer.write_bytes(b"of a database that will be found again")
    admin.lock()
    unlock(admin.folder).lock()
    assert newer.exists()
    _grow_old(newer)
    unlock(admin.folder).lock()
    assert not newer.exists()


@pytest.mark.parametrize("moment", ["in the file", "before the commit"])
def test_a_crash_leaves_no_row_and_the_next_administrator_sweeps(
    admin: Clinic,
    patient: PatientId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    kept = admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))

    def crash(*_args: object) -> None:
        raise _Crash

    with monkeypatch.context() as patch:
        step = {"in the file": "os.fsync", "before the commit": "flush_folder"}[moment]
        patch.setattr(f"clinicdesk.storage.document_files.{step}", crash)
        patch.setattr("clinicdesk.storage.document_files._remove", lambda _: None)
        with pytest.raises(_Crash):
            admin.documents.add(patient, write(tmp_path, OTHER, "IM2"))
    assert len(files_of(admin)) == 2
    die(admin)
    for file in files_of(admin):
        _grow_old(file)
    again = unlock(admin.folder)
    assert len(files_of(again)) == 1
    assert again.documents.of_patient(patient) == [kept]
    assert again.documents.verify() == 1
    again.lock()


def test_nothing_is_swept_while_somebody_else_is_in(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    (admin.folder / "documents").mkdir()
    arriving = admin.folder / "documents" / ("ab" * 16 + ".part")
    arriving.write_bytes(b"half")
    other = unlock(admin.folder)
    assert arriving.exists()
    other.lock()
    admin.lock()
    unlock(admin.folder).lock()
    assert not arriving.exists()


DAMAGE: dict[str, Any] = {
    "flipped": lambda content: bytes([*content[:-1], content[-1] ^ 1]),
    "cut": lambda content: content[:-1000],
    "cut at a chunk": lambda content: content[: 22 + 32 + 65552 * 2],
    "longer": lambda content: content + b"x",
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_file_is_refused_and_found(
    admin: Clinic, patient: PatientId, tmp_path: Path, case: str
) -> None:
    """G11: and nothing is given out of it."""
    added = admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))
    (file,) = files_of(admin)
    file.write_bytes(DAMAGE[case](file.read_bytes()))
    with pytest.raises(StreamDamaged):
        admin.documents.save(patient, added.id, tmp_path / "out.png")
    assert list(tmp_path.glob("*out*")) == list(tmp_path.glob(".clinicdesk*")) == []
    with pytest.raises(DocumentLost, match="0 are missing and 1 were changed"):
        admin.documents.verify()


def test_two_files_exchanged_are_refused(admin: Clinic, patient: PatientId, tmp_path: Path) -> None:
    """G11."""
    one = admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))
    two = admin.documents.add(patient, write(tmp_path, OTHER, "IM2"))
    first, second = files_of(admin)
    first.rename(tmp_path / "aside")
    second.rename(first)
    (tmp_path / "aside").rename(second)
    for document in (one, two):
        with pytest.raises(StreamDamaged):
            admin.documents.save(patient, document.id, tmp_path / "out.png")
    with pytest.raises(DocumentLost, match="2 were changed"):
        admin.documents.verify()


def test_a_missing_file_is_said(admin: Clinic, patient: PatientId, tmp_path: Path) -> None:
    added = admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))
    files_of(admin)[0].unlink()
    with pytest.raises(StoreError, match="missing or cannot be read"):
        admin.documents.save(patient, added.id, tmp_path / "out.png")
    with pytest.raises(DocumentLost, match="1 are missing"):
        admin.documents.verify()


@pytest.mark.parametrize("name", ["../clinic.db", "/etc/passwd", "x" * 32, "AB" * 16])
def test_a_row_cannot_name_a_file_elsewhere(
    admin: Clinic, patient: PatientId, tmp_path: Path, name: str
) -> None:
    """G04: not even somebody who writes into the database."""
    added = admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))
    execute(admin, "DROP TRIGGER document_content_no_update")
    execute(admin, f"UPDATE document_content SET file_id = '{name}'")
    with pytest.raises(StoreError):
        admin.documents.save(patient, added.id, tmp_path / "out.png")


def test_what_was_written_stays(admin: Clinic, patient: PatientId, tmp_path: Path) -> None:
    admin.documents.add(patient, write(tmp_path, dicom(), "IM3"))
    for statement in (
        "UPDATE document_content SET content = x'00'",
        "DELETE FROM document_content",
        "UPDATE document SET sha256 = ''",
        "DELETE FROM document",
    ):
        with pytest.raises(Exception, match=r"stays|never changes|nothing is deleted"):
            execute(admin, statement)


def test_an_existing_file_of_another_kind_is_not_replaced(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    added = admin.documents.add(patient, write(tmp_path, image()))
    out = write(tmp_path, b"something else", "important.txt")
    with pytest.raises(NotWritten, match="another kind"):
        admin.documents.save(patient, added.id, out)
    assert out.read_bytes() == b"something else"


def test_the_keys_of_documents_change_with_the_store(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    """A06: the file stays as it is, its key is sealed anew."""
    added = admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))
    (file,), old = files_of(admin), admin._unlocked.documents_key()
    stored = file.read_bytes()
    admin.keys.rotate()
    assert admin._unlocked.documents_key() != old
    assert file.read_bytes() == stored
    admin.documents.save(patient, added.id, tmp_path / "out.png")
    assert (tmp_path / "out.png").read_bytes() == LARGE
    with database_of(admin).reading() as session:
        sealed = documents.held(session, added.id).key
    with pytest.raises(StreamDamaged):
        admin.documents._cipher.open_key(old, sealed, file.name)


@pytest.mark.parametrize("moment", ["before the swap", "after the swap"])
def test_documents_open_and_are_added_while_a_change_of_key_is_under_way(
    admin: Clinic,
    patient: PatientId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    """A11: under whichever key the store has at that moment; none is lost when it ends."""
    add_account(admin, "bob")
    one = admin.documents.add(patient, write(tmp_path, LARGE, "IM1"))

    def crash(*_args: object, **_more: object) -> None:
        raise _Crash

    with monkeypatch.context() as patch:
        step = {
            "before the swap": "services.rotation.encrypt_anew",
            "after the swap": "vault.confirm_rotation",
        }
        patch.setattr(f"clinicdesk.{step[moment]}", crash)
        with pytest.raises(_Crash):
            admin.keys.rotate()
    die(admin)
    bob = unlock(admin.folder, "bob", OWN_PASSWORD)
    two = bob.documents.add(patient, write(tmp_path, OTHER, "IM2"))
    bob.lock()
    again = unlock(admin.folder)
    for document in (one, two):
        out = tmp_path / f"{document.id}.png"
        again.documents.save(patient, document.id, out)
        assert hashlib.sha256(out.read_bytes()).hexdigest() == document.sha256
    again.lock()


def test_who_may(admin: Clinic, patient: PatientId, tmp_path: Path, clock: Clock) -> None:
    """F01: a nurse attaches; giving out takes a clinician and a password just typed."""
    add_account(admin, "nina", "nurse")
    nina = unlock(admin.folder, "nina", OWN_PASSWORD, clock)
    added = nina.documents.add(patient, write(tmp_path, dicom(), "IM3"))
    assert added.added_by == "nina"
    with pytest.raises(NotAllowed):
        nina.documents.save(patient, added.id, tmp_path / "out.png")
    nina.lock()
    clock.go_on(minutes=6)
    with pytest.raises(NotAllowed, match="password again"):
        admin.documents.save(patient, added.id, tmp_path / "out.png")
