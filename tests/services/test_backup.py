"""A backup opens by itself, and is looked through before it counts (B05, D01, D03)."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.errors import Cancelled, NotAllowed, StoreError, WrongPassword
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.progress import Silent
from clinicdesk.services.restoring import restore
from clinicdesk.services.session import unlock_clinic
from clinicdesk.storage.database import Database
from clinicdesk.vault import KEYS_COPY, KEYS_FILE
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.storage.factories import add_observation, add_patient, database_of


@pytest.fixture
def backup(clinic: Clinic, tmp_path: Path) -> Path:
    patient = add_patient(database_of(clinic), "M1")
    add_observation(database_of(clinic), patient, "8867-4", 72)
    clinic.backups.make(tmp_path / "backup")
    return tmp_path / "backup"


def test_an_empty_place_a_backup_and_one_password_make_the_store_again(
    backup: Path, tmp_path: Path
) -> None:
    """B05: nothing else is needed; the store it came from may be gone."""
    rows = restore(backup, tmp_path / "again", login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS)
    assert (rows["patient"], rows["observation"]) == (1, 1)
    again = unlock_clinic(tmp_path / "again", login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS)
    try:
        patient = again.records.by_mrn("M1")
        assert [each.value for each in again.records.latest(patient.summary.id)] == [72]
        assert all(check.ok for check in again.verification.checks())
    finally:
        again.lock()


def test_every_backup_holds_the_header(backup: Path, clinic: Clinic) -> None:
    for name in (KEYS_FILE, KEYS_COPY):
        assert (backup / name).read_bytes() == (clinic.folder / name).read_bytes()
        assert (backup / name).stat().st_mode & 0o077 == 0


def test_what_was_shared_with_patients_comes_along(
    clinic: Clinic, backup: Path, tmp_path: Path
) -> None:
    (clinic.folder / "shares").mkdir(exist_ok=True)
    (clinic.folder / "shares" / "ab.share").write_bytes(b"sealed")
    clinic.backups.make(tmp_path / "second")
    restore(
        tmp_path / "second", tmp_path / "x", login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS
    )
    assert (tmp_path / "x" / "shares" / "ab.share").read_bytes() == b"sealed"


def test_a_backup_is_encrypted_like_the_store(backup: Path) -> None:
    """D01."""
    assert not (backup / "clinic.db").read_bytes().startswith(b"SQLite format 3")
    with pytest.raises(StoreError), Database(backup / "clinic.db", bytes(32)).reading() as session:
        session.execute(text("SELECT 1"))


def test_a_backup_under_eight_writers_is_one_committed_state(
    clinic: Clinic, tmp_path: Path
) -> None:
    """D02: every transaction adds two rows, so an odd count would be half of one."""
    database, stop = database_of(clinic), threading.Event()
    patient = add_patient(database, "M1")

    def write(writer: int) -> None:
        at = 0
        while not stop.is_set():
            at += 1
            with database.writing() as session:
                for pair in (0, 1):
                    session.execute(
                        text(
                            "INSERT INTO encounter (patient_id, number, source, class, started_at,"
                            " type_code, type_text, reason_code, reason_text, original_readmitted)"
                            " VALUES (:patient, :number, 'test', 'AMB', 0, '', '', '', '', '')"
                        ),
                        {"patient": patient, "number": f"{writer}-{at}-{pair}"},
                    )

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    try:
        counts = [clinic.backups.make(tmp_path / f"b{n}")["encounter"] for n in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert counts[-1] > 0
    assert [count % 2 for count in counts] == [0, 0, 0]


def test_a_damaged_backup_is_not_restored(backup: Path, tmp_path: Path) -> None:
    """D03: one flipped bit."""
    pages = bytearray((backup / "clinic.db").read_bytes())
    pages[len(pages) // 2] ^= 1
    (backup / "clinic.db").write_bytes(pages)
    with pytest.raises(StoreError):
        restore(backup, tmp_path / "again", login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS)
    assert not (tmp_path / "again").exists()


def test_one_copy_of_the_header_is_enough(backup: Path, tmp_path: Path) -> None:
    (backup / KEYS_FILE).unlink()
    assert restore(backup, tmp_path / "again", login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS)


def test_what_is_there_is_never_overwritten(backup: Path, clinic: Clinic) -> None:
    with pytest.raises(StoreError, match="already holds a store"):
        restore(backup, clinic.folder, login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS)
    with pytest.raises(StoreError, match="already holds a store"):
        clinic.backups.make(backup)


def test_a_wrong_password_restores_nothing(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongPassword):
        restore(backup, tmp_path / "again", login=LOGIN, password="no", limits=CHEAP_LIMITS)
    assert not (tmp_path / "again").exists()


def test_another_folder_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    with pytest.raises(StoreError, match="not a backup"):
        restore(tmp_path / "letters", tmp_path / "again", login=LOGIN, password=PASSWORD)


def test_a_cancelled_backup_leaves_nothing(clinic: Clinic, tmp_path: Path) -> None:
    class Stopping(Silent):
        def raise_if_cancelled(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        clinic.backups.make(tmp_path / "backup", Stopping())
    assert [entry.name for entry in tmp_path.iterdir()] == ["store"]


def test_a_locked_store_makes_no_backup(clinic: Clinic, tmp_path: Path) -> None:
    clinic.lock()
    with pytest.raises(NotAllowed):
        clinic.backups.make(tmp_path / "backup")
