"""The backup of the day: made when due, verified, kept 7/4/12, rehearsed monthly (D03, D04)."""

import json
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk.domain.backup import BackupPlan
from clinicdesk.errors import BadInput, DiskFull, NotAllowed, StoreError
from clinicdesk.services import manifest
from clinicdesk.services.backup import Backups
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.manifest import MANIFEST, BackupDamaged
from clinicdesk.services.restoring import restore
from clinicdesk.storage.database import Database
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.services.stores import (
    OWN_PASSWORD,
    Clock,
    add_account,
    events,
    execute,
    make_store,
    unlock,
)
from tests.storage.factories import add_observation, add_patient, database_of

DOCUMENT = bytes(128) + b"DICM" + os.urandom(300_000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admin(tmp_path: Path, clock: Clock) -> Any:
    clinic, _ = make_store(tmp_path / "store", clock)
    patient = add_patient(database_of(clinic), "M1")
    add_observation(database_of(clinic), patient, "8867-4", 72)
    yield clinic
    clinic.lock()


def test_the_first_is_due_and_the_second_a_day_later(admin: Clinic, clock: Clock) -> None:
    assert admin.backups.status().due
    assert admin.backups.make_due() is not None
    assert not admin.backups.status().due
    assert admin.backups.make_due() is None
    another_day(admin, clock)
    assert admin.backups.make_due() is not None
    assert len(admin.backups.every()) == 2


def test_it_lies_beside_the_store_under_its_day(admin: Clinic, tmp_path: Path) -> None:
    made = admin.backups.make_now()
    assert Path(made.folder) == tmp_path / "store-backups" / "2026-03-01-1300"  # Berlin
    second = admin.backups.make_now()
    assert Path(second.folder).name == "2026-03-01-1300-2"
    status = admin.backups.status()
    assert (status.folder, status.same_disk) == (str(tmp_path / "store-backups"), True)


def test_everybody_sees_how_old_the_last_verified_one_is(admin: Clinic, clock: Clock) -> None:
    """D04."""
    admin.backups.make_due()
    another_day(admin, clock, 5)
    add_account(admin, "bob", "nurse")
    nurse = unlock(admin.folder, "bob", OWN_PASSWORD, clock)
    status = nurse.backups.status()
    assert status.last is not None
    assert (clock.now - status.last.made_at).days == 5
    assert (status.is_old(clock.now), status.due) == (True, True)
    nurse.lock()


def test_whoever_goes_last_makes_it_but_does_not_choose_where(admin: Clinic, clock: Clock) -> None:
    add_account(admin, "bob", "nurse")
    nurse = unlock(admin.folder, "bob", OWN_PASSWORD, clock)
    assert nurse.backups.make_due() is not None
    with pytest.raises(NotAllowed):
        nurse.backups.make(admin.folder.with_name("mine"))
    with pytest.raises(NotAllowed):
        nurse.backups.change_plan(BackupPlan(on=False))
    nurse.lock()


def test_what_the_manifest_says_is_what_is_there(admin: Clinic) -> None:
    """D03: version, digests, rows, the audit's code, signed by a key of the store."""
    made = admin.backups.make_now()
    said = json.loads((Path(made.folder) / MANIFEST).read_text())
    assert set(said["files"]) == {"clinic.db", "clinic.keys", "clinic.keys.bak"}
    assert said["rows"]["observation"] == 1
    assert said["store_id"] == admin._unlocked.store_id
    assert said["audit_code"].startswith("A")
    assert (said["audit_seq"], made.audit_seq) == (made.audit_seq, said["audit_seq"])
    assert (Path(made.folder) / MANIFEST).stat().st_mode & 0o077 == 0


def test_documents_are_in_it_once_on_the_disk_and_never_the_stores_own(
    admin: Clinic, clock: Clock, tmp_path: Path
) -> None:
    add_document(admin, tmp_path)
    first = Path(admin.backups.make_now().folder)
    another_day(admin, clock)
    second = Path(admin.backups.make_now().folder)
    (name,) = (file.name for file in (admin.folder / "documents").iterdir())
    of_store, of_first, of_second = (
        (folder / "documents" / name).stat() for folder in (admin.folder, first, second)
    )
    assert of_first.st_ino == of_second.st_ino != of_store.st_ino
    assert (first / "documents" / name).read_bytes() == (
        admin.folder / "documents" / name
    ).read_bytes()


def test_a_restored_backup_has_its_documents(admin: Clinic, tmp_path: Path) -> None:
    document_id = add_document(admin, tmp_path)
    made = admin.backups.make_now()
    folder = tmp_path / "again"
    restore(Path(made.folder), folder, login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS)
    again = unlock(folder)
    out = tmp_path / "out.dcm"
    again.documents.save(again.records.by_mrn("M1").summary.id, document_id, out)
    assert out.read_bytes() == DOCUMENT
    again.lock()


def test_a_damaged_document_stops_no_backup_and_is_said(admin: Clinic, tmp_path: Path) -> None:
    add_document(admin, tmp_path)
    (file,) = (admin.folder / "documents").iterdir()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    made = admin.backups.make_now()
    said = json.loads((Path(made.folder) / MANIFEST).read_text())
    assert said["lacking"] == [file.name]
    assert '"documents_lacking": 1' in events(admin, "detail")[-2]
    assert admin.backups.verify(made.id).verified_at is not None


def test_a_document_that_was_damaged_later_is_still_in_the_backup(
    admin: Clinic, tmp_path: Path
) -> None:
    add_document(admin, tmp_path)
    admin.backups.make_now()
    (file,) = (admin.folder / "documents").iterdir()
    whole = file.read_bytes()
    file.write_bytes(b"")
    second = admin.backups.make_now()
    assert (Path(second.folder) / "documents" / file.name).read_bytes() == whole


@pytest.mark.parametrize("name", ["clinic.db", MANIFEST])
@pytest.mark.parametrize("how", ["flipped", "gone", "empty"])
def test_a_damaged_backup_does_not_count(admin: Clinic, clock: Clock, name: str, how: str) -> None:
    """D03: the status falls back to the one before it, and the audit says so."""
    first = admin.backups.make_now()
    another_day(admin, clock)
    second = admin.backups.make_now()
    spoil(Path(second.folder) / name, how)
    with pytest.raises(StoreError):
        admin.backups.verify(second.id)
    status = admin.backups.status()
    assert status.last is not None
    assert status.last.id == first.id
    assert events(admin, "action", "outcome")[-1] == ("store.backup_verify", "failed")


def test_one_of_the_two_key_files_puts_the_other_one_right(admin: Clinic) -> None:
    made = admin.backups.make_now()
    keys = Path(made.folder) / "clinic.keys"
    whole = keys.read_bytes()
    spoil(keys, "flipped")
    assert admin.backups.verify(made.id).verified_at is not None
    assert keys.read_bytes() == whole
    for name in ("clinic.keys", "clinic.keys.bak"):
        spoil(keys.with_name(name), "flipped")
    with pytest.raises(StoreError):
        admin.backups.verify(made.id)


def test_a_manifest_that_was_written_anew_is_noticed(admin: Clinic) -> None:
    """Whoever can change the files can change their digests, but not the signature."""
    made = admin.backups.make_now()
    path = Path(made.folder) / MANIFEST
    said = json.loads(path.read_text())
    said["rows"]["observation"] = 7
    path.write_text(json.dumps(said))
    with pytest.raises(BackupDamaged, match="manifest was changed"):
        admin.backups.verify(made.id)


@pytest.mark.parametrize("name", ["../clinic.db", "/etc/passwd", "a/b/c", "", "..\\clinic.db"])
def test_a_manifest_never_points_out_of_its_folder(admin: Clinic, name: str) -> None:
    made = admin.backups.make_now()
    path = Path(made.folder) / MANIFEST
    said = json.loads(path.read_text())
    said["files"] = {name: "0" * 64}
    path.write_text(json.dumps(said))
    with pytest.raises(BackupDamaged, match="cannot be read"):
        admin.backups.verify(made.id)


def test_a_backup_from_before_a_change_of_keys_is_still_looked_through(admin: Clinic) -> None:
    made = admin.backups.make_now()
    admin.keys.rotate()
    assert admin.backups.verify(made.id).verified_at is not None
    assert admin.backups.rehearse(made.id).rehearsed_at is not None


def test_one_that_is_older_than_the_account_is_not_called_damaged(
    admin: Clinic, clock: Clock
) -> None:
    made = admin.backups.make_now()
    add_account(admin, "eva", "administrator")
    eva = unlock(admin.folder, "eva", OWN_PASSWORD, clock)
    with pytest.raises(StoreError, match="older than your account"):
        eva.backups.verify(made.id)
    assert eva.backups.every()[0].verified_at is not None
    eva.lock()


def test_a_rehearsal_makes_a_store_and_leaves_nothing(admin: Clinic, clock: Clock) -> None:
    """D04."""
    made = admin.backups.make_now()
    another_day(admin, clock)
    assert admin.backups.rehearse(made.id).rehearsed_at == clock.now
    place = Path(made.folder).parent
    assert [each.name for each in place.iterdir()] == [Path(made.folder).name]


def test_the_first_backup_is_rehearsed_and_then_one_a_month(admin: Clinic, clock: Clock) -> None:
    """D04."""
    rehearsed = []
    for _ in range(32):
        made = admin.backups.make_due()
        assert made
        rehearsed.append(made.rehearsed_at is not None)
        another_day(admin, clock)
    assert rehearsed == [True, *[False] * 30, True]


def test_what_was_cut_short_is_swept_a_day_later(admin: Clinic, clock: Clock) -> None:
    place = Path(admin.backups.make_now().folder).parent
    names = (".rehearsal-abc", ".2026-02-27-1300-x1y2", ".gone-2026-01-01-1300")
    left = [place / name for name in (*names, ".git", ".rehearsal-now")]
    for folder in left:
        folder.mkdir()
        age = 60 if folder.name == ".rehearsal-now" else 90_000
        at = clock.now.timestamp() - age
        os.utime(folder, (at, at))
    admin.backups.make_now()
    assert [folder.name for folder in left if folder.exists()] == [".git", ".rehearsal-now"]


def test_no_room_for_a_rehearsal_says_nothing_of_the_backup(
    admin: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = admin.backups.make_now()

    def full(*_args: Any) -> Any:
        raise OSError

    monkeypatch.setattr("clinicdesk.services.backup_copy.shutil.copyfile", full)
    with pytest.raises(StoreError, match="could not be copied"):
        admin.backups.rehearse(made.id)
    assert admin.backups.every()[0].verified_at is not None


def test_those_that_need_not_be_kept_are_deleted(admin: Clinic, clock: Clock) -> None:
    for _ in range(12):
        admin.backups.make_due()
        another_day(admin, clock)
    kept = admin.backups.every()
    assert len(kept) == 8  # seven days, and the Sunday before them
    on_the_disk = {str(each) for each in Path(kept[0].folder).parent.iterdir()}
    assert on_the_disk == {each.folder for each in kept}
    assert events(admin, "action").count("store.backup_drop") == 4


def test_a_disk_that_is_not_connected_loses_nothing(admin: Clinic, clock: Clock) -> None:
    made = admin.backups.make_now()
    place = Path(made.folder).parent
    away = place.rename(place.with_name("away"))
    assert [each.is_there for each in admin.backups.every()] == [False]
    with pytest.raises(StoreError, match="Connect its disk"):
        admin.backups.verify(made.id)
    away.rename(place)
    assert admin.backups.verify(made.id).verified_at == clock.now


def test_another_stores_backup_is_never_deleted(admin: Clinic, clock: Clock) -> None:
    made = admin.backups.make_now()
    path = Path(made.folder) / MANIFEST
    said = json.loads(path.read_text())
    said["store_id"] = "0" * 32
    path.write_text(json.dumps(said))
    clock.go_on(hours=1)
    admin.backups.make_now()
    assert path.exists()


def test_the_disk_of_the_backup_is_asked_for_its_room_first(admin: Clinic, tmp_path: Path) -> None:
    """D06."""
    backups = Backups(
        database_of(admin),
        admin._access,
        admin.folder,
        admin._unlocked,
        zone=admin.zone,
        now=admin.now,
        disk_usage=lambda _: SimpleNamespace(free=100_000),
    )
    with pytest.raises(StoreError, match=r"MB more free space"):
        backups.make_now()
    assert not list((tmp_path / "store-backups").iterdir())


def test_a_full_disk_of_the_backup_leaves_the_store_writable(
    admin: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any) -> Any:
        raise DiskFull

    monkeypatch.setattr(Database, "_copy_state", full)
    with pytest.raises(StoreError, match="copy could not be written"):
        admin.backups.make_now()
    assert database_of(admin).condition.trouble is None
    add_patient(database_of(admin), "M2")


def test_an_administrator_chooses_the_folder(admin: Clinic, tmp_path: Path) -> None:
    place = tmp_path / "stick" / "clinic"
    admin.backups.change_plan(BackupPlan(folder=str(place)))
    assert Path(admin.backups.make_now().folder).parent == place
    assert events(admin, "action", "object_type").count(("settings.change", "backup_plan")) == 1


@pytest.mark.parametrize("folder", ["somewhere", "STORE/backups", "FILE/backups"])
def test_a_folder_that_takes_no_backups_is_refused(
    admin: Clinic, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "file").touch()
    folder = folder.replace("STORE", str(admin.folder)).replace("FILE", str(tmp_path / "file"))
    with pytest.raises(BadInput):
        admin.backups.change_plan(BackupPlan(folder=folder))


def test_a_demonstration_makes_none_by_itself(admin: Clinic) -> None:
    execute(admin, "UPDATE store SET value = 'yes' WHERE name = 'demo'")
    assert admin.backups.make_due() is None


def test_a_backup_with_other_rows_than_it_says_is_not_whole(admin: Clinic) -> None:
    """The counts are part of the look, not only the digests."""
    made = admin.backups.make_now()
    path = Path(made.folder)
    said = manifest.read(path)
    assert said
    lying = replace(said, rows={**said.rows, "patient": 2}).signed(admin._unlocked.backup_key())
    manifest.write(path, lying)
    with pytest.raises(BackupDamaged, match="not the rows"):
        admin.backups.verify(made.id)


def test_a_broken_chain_is_told_and_stops_no_backup(admin: Clinic) -> None:
    """D03: the audit is part of the look; what was broken in the store is not the copy's fault."""
    execute(admin, "DROP TRIGGER audit_event_update")
    execute(admin, "UPDATE audit_event SET action = 'x' WHERE seq = 2")
    made = admin.backups.make_now()
    said = manifest.read(Path(made.folder))
    assert said is not None
    assert said.audit_fault == 2
    assert admin.backups.verify(made.id).verified_at is not None


def test_a_sound_chain_has_no_fault(admin: Clinic) -> None:
    said = manifest.read(Path(admin.backups.make_now().folder))
    assert said is not None
    assert (said.audit_fault, said.audit_code[0]) == (0, "A")


def test_every_look_is_in_the_audit(admin: Clinic) -> None:
    made = admin.backups.make_now()
    admin.backups.verify(made.id)
    found = [action for action in events(admin, "action") if action.startswith("store.backup")]
    assert found == ["store.backup", "store.backup_rehearse", "store.backup_verify"]
    with database_of(admin).reading() as session:
        assert session.scalar(text("SELECT count(*) FROM backup")) == 1


def another_day(clinic: Clinic, clock: Clock, days: int = 1) -> None:
    """Somebody unlocks the store on a later day; no session lasts that long."""
    clock.go_on(days=days)
    clinic._access._began = clinic._access._confirmed_at = clock.now


def add_document(clinic: Clinic, tmp_path: Path) -> int:
    """A document that is large enough to lie in a file of its own."""
    source = tmp_path / "picture.dcm"
    source.write_bytes(DOCUMENT)
    patient = clinic.records.by_mrn("M1").summary.id
    return int(clinic.documents.add(patient, source).id)


def spoil(path: Path, how: str) -> None:
    if how == "gone":
        path.unlink()
        return
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(b"" if how == "empty" else bytes(raw))
