"""A store of an older ClinicDesk opens as one of this: backup, checked copy, or untouched (D05)."""

import hashlib
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk import vault
from clinicdesk.errors import StoreError
from clinicdesk.services.recovery import recover_clinic
from clinicdesk.services.restoring import restore
from clinicdesk.storage import schema
from clinicdesk.storage.presence import Presence
from clinicdesk.vault import Domain
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.services.old_clinics import make_old_clinic
from tests.services.stores import events, execute, make_store, unlock
from tests.storage.factories import database_of
from tests.storage.old_stores import FIRST, ROWS, Content, content_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_an_old_store_opens_with_everything_it_had(folder: Path) -> None:
    before, _ = make_old_clinic(folder)
    clinic = unlock(folder)
    with database_of(clinic).reading() as session:
        after = content_of(session)
    _require_kept(before, after)
    assert len(clinic.patients.find("ann")) == ROWS
    assert all(check.ok for check in clinic.verification.checks())
    assert "store.migrate" in events(clinic, "action")
    clinic.lock()


def test_a_verified_backup_of_the_old_store_is_made_first(folder: Path) -> None:
    make_old_clinic(folder)
    clinic = unlock(folder)
    (backup,) = clinic.backups.every()
    assert (backup.kind, backup.is_there) == ("before-migration", True)
    assert backup.rows["patient"] == ROWS
    clinic.lock()


def test_that_backup_makes_the_old_store_again(folder: Path, tmp_path: Path) -> None:
    """And this ClinicDesk opens what was restored, too."""
    make_old_clinic(folder)
    clinic = unlock(folder)
    (backup,) = clinic.backups.every()
    clinic.lock()
    rows = restore(
        Path(backup.folder),
        tmp_path / "again",
        login=LOGIN,
        password=PASSWORD,
        limits=CHEAP_LIMITS,
    )
    assert rows["patient"] == ROWS
    again = unlock(tmp_path / "again")
    assert len(again.patients.find("ann")) == ROWS
    again.lock()


def test_the_second_time_it_is_up_to_date(folder: Path) -> None:
    make_old_clinic(folder)
    unlock(folder).lock()
    again = unlock(folder)
    assert len(again.backups.every()) == 1
    assert events(again, "action").count("store.migrate") == 1
    again.lock()


def test_the_recovery_key_opens_an_old_store(folder: Path) -> None:
    _, recovery_key = make_old_clinic(folder)
    clinic, _ = recover_clinic(
        folder,
        recovery_key=recovery_key,
        login=LOGIN,
        new_password="velvet anchor mosaic thirteen",
        limits=CHEAP_LIMITS,
    )
    assert len(clinic.patients.find("ann")) == ROWS
    clinic.lock()


def test_without_a_backup_nothing_is_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_old_clinic(folder)
    digest = _digest(folder)

    def fail(*_args: Any, **_more: Any) -> Any:
        raise StoreError("The disk of the backup needs more.")

    monkeypatch.setattr("clinicdesk.services.migrating.copy_store", fail)
    with pytest.raises(StoreError, match="only after a backup"):
        unlock(folder)
    assert _digest(folder) == digest


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old_clinic(folder)
    digest = _digest(folder)

    def fail(_session: Any) -> None:
        raise StoreError("half way")

    failing = SimpleNamespace(upgrade=fail)
    with monkeypatch.context() as patch:
        patch.setattr("clinicdesk.storage.migration.schema", failing)
        with pytest.raises(StoreError, match="half way"):
            unlock(folder)
    assert _digest(folder) == digest
    clinic = unlock(folder)
    assert len(clinic.patients.find("ann")) == ROWS
    clinic.lock()


def test_somebody_else_at_work_stops_it(folder: Path) -> None:
    make_old_clinic(folder)
    digest = _digest(folder)
    with closing(Presence(folder)), pytest.raises(StoreError, match="open in another window"):
        unlock(folder)
    assert _digest(folder) == digest


def test_a_store_of_a_newer_clinicdesk_is_refused_and_untouched(folder: Path) -> None:
    clinic, _ = make_store(folder)
    execute(clinic, "UPDATE alembic_version SET version_num = '9999'")
    clinic.lock()
    digests = {name: _digest(folder, name) for name in ("clinic.db", "clinic.keys")}
    with pytest.raises(StoreError, match="newer ClinicDesk"):
        unlock(folder)
    assert {name: _digest(folder, name) for name in digests} == digests


def test_a_database_older_than_the_keys_is_an_older_copy(folder: Path) -> None:
    """C07: it is not brought up to date, but said."""
    clinic, _ = make_store(folder)
    execute(clinic, f"UPDATE alembic_version SET version_num = '{FIRST}'")
    clinic._database.close()
    clinic._presence.close()
    digest = _digest(folder)
    with pytest.raises(StoreError, match="older copy"):
        unlock(folder)
    assert _digest(folder) == digest


def test_the_keys_remember_the_schema(folder: Path) -> None:
    make_old_clinic(folder)
    clinic = unlock(folder)
    pins = vault.read_pins(clinic._unlocked, Domain.CLINICAL)
    assert pins.schema == schema.newest()
    with database_of(clinic).reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == pins.schema
    clinic.lock()


def _require_kept(before: Content, after: Content) -> None:
    for table in set(before) - {"document"}:  # tests/storage/test_migration.py looks at each value
        assert len(after[table]) >= len(before[table])
    for table in ("observation", "condition", "medication", "allergy", "encounter"):
        for old, new in zip(before[table], after[table], strict=True):
            assert old.items() <= new.items()


def _digest(folder: Path, name: str = "clinic.db") -> str:
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()
