"""A store is made whole or not at all, opens for the right person, and locks for good."""

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput, NotAllowed, StoreError, WrongPassword
from clinicdesk.services import session as session_module
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import create_clinic, unlock_clinic
from clinicdesk.storage import folders
from clinicdesk.vault.kdf import KdfCost
from tests.conftest import CHEAP, CHEAP_LIMITS, LOGIN, PASSWORD
from tests.storage.factories import database_of

FILES = {"clinic.db", "clinic.keys", "clinic.keys.bak"}
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def create(folder: Path, **more: Any) -> tuple[Clinic, str]:
    facts = {"clinic_name": "Test clinic", "timezone": "Europe/Berlin", "now": lambda: AT}
    facts |= {"cost": CHEAP} | more
    return create_clinic(folder, login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS, **facts)


def unlock(folder: Path, login: str = LOGIN, password: str = PASSWORD) -> Clinic:
    return unlock_clinic(
        folder, login=login, password=password, now=lambda: AT, limits=CHEAP_LIMITS
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A locked store."""
    clinic, _ = create(tmp_path / "store")
    clinic.lock()
    return clinic.folder


def test_a_new_store_is_unlocked_and_knows_itself(tmp_path: Path) -> None:
    clinic, recovery_key = create(tmp_path / "deep" / "store", demo=True, display_name="Dr Who")
    assert (clinic.name, str(clinic.zone), clinic.is_demo) == ("Test clinic", "Europe/Berlin", True)
    assert clinic.principal.role is Role.ADMINISTRATOR
    assert len(recovery_key.split("-")) == 7
    assert {f.name for f in clinic.folder.iterdir()} >= FILES
    assert clinic.patients.find("") == []
    clinic.lock()


def test_a_password_costs_what_this_computer_can_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A03: measured when the store is made, and asked for from then on."""
    measured = KdfCost(memory=48, passes=2, lanes=1)
    monkeypatch.setattr(vault, "benchmark", lambda _timer: measured)
    clinic, _ = create(tmp_path / "store", cost=None)
    slot = clinic._unlocked.current().slot(clinic._unlocked.user_id)
    clinic.lock()
    assert slot
    assert slot.cost == measured


def test_its_files_are_for_their_owner_alone(folder: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows keeps rights in access lists")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_unlock_and_lock_are_in_the_audit(folder: Path) -> None:
    """E01."""
    unlock(folder).lock()
    clinic = unlock(folder)
    with database_of(clinic).reading() as session:
        events = session.execute(text("SELECT action, user_id, at FROM audit_event ORDER BY seq"))
        actions, users, instants = zip(*events, strict=True)
    assert actions == (
        "store.create",
        *("session.unlock", "session.lock") * 2,
        "session.unlock",
    )
    assert set(users) == {clinic.principal.user_id}
    assert set(instants) == {int(AT.timestamp() * 1000)}
    clinic.lock()


@pytest.mark.parametrize(("login", "password"), [(LOGIN, PASSWORD + "!"), ("nobody", PASSWORD)])
def test_a_wrong_password_leaves_no_trace(folder: Path, login: str, password: str) -> None:
    before = (folder / "clinic.db").read_bytes()
    with pytest.raises(WrongPassword, match=r"^The password is not right\.$"):
        unlock(folder, login, password)
    assert (folder / "clinic.db").read_bytes() == before


def test_wrong_passwords_are_in_the_audit_of_the_next_right_one(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(WrongPassword):
            unlock(folder, password="nearly right, but wrong")
    clinic = unlock(folder)
    with database_of(clinic).reading() as session:
        told = session.scalar(text("SELECT detail FROM audit_event ORDER BY seq DESC LIMIT 1"))
    assert told == '{"failed_attempts": 2}'
    clinic.lock()


def test_the_login_may_be_typed_in_any_case(folder: Path) -> None:
    clinic = unlock(folder, LOGIN.upper())
    assert clinic.principal.login == LOGIN
    clinic.lock()


def test_a_locked_clinic_refuses_and_forgets(folder: Path) -> None:
    """A18."""
    clinic = unlock(folder)
    database, unlocked = database_of(clinic), clinic._unlocked
    patients, records = clinic.patients, clinic.records
    clinic.lock()
    clinic.lock()  # twice is once
    for refused in (lambda: patients.find(""), lambda: records.by_mrn("M1")):
        with pytest.raises(NotAllowed, match="locked"):
            refused()
    with pytest.raises(NotAllowed):
        unlocked.database_key()
    assert bytes(database._key) == bytes(32)
    assert database.engine.pool.checkedin() == 0  # type: ignore[attr-defined] # QueuePool has it


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE user SET public_key = 'ab'", "exchanged"),
        ("UPDATE user SET role = 'nurse'", "exchanged"),
        ("UPDATE user SET status = 'inactive'", "exchanged"),
        ("UPDATE user SET user_id = 'ab'", "exchanged"),
        ("UPDATE store SET value = 'ab' WHERE name = 'store_id'", "another store"),
        ("DELETE FROM store WHERE name = 'timezone'", "incomplete"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer ClinicDesk"),
        ("DELETE FROM alembic_version", "not a ClinicDesk store"),
    ],
)
def test_a_store_that_does_not_fit_its_keys_is_refused(
    folder: Path, change: str, words: str
) -> None:
    """A07, D05."""
    _change(folder, change)
    with pytest.raises(StoreError, match=words):
        unlock(folder)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda folder: (folder / "clinic.db").unlink(), "missing"),
        (lambda folder: (folder / "clinic.db").write_bytes(b""), "empty"),
        (lambda folder: (folder / "clinic.db").write_bytes(b"x" * 8192), "damaged"),
        (lambda folder: os.truncate(folder / "clinic.db", 4096 * 10), "damaged"),
        (lambda folder: os.truncate(folder / "clinic.db", 100), "damaged"),
        (lambda folder: [(folder / name).unlink() for name in FILES - {"clinic.db"}], "no clinic"),
        (lambda folder: [f.unlink() for f in folder.iterdir()], "no clinic"),
        (lambda folder: os.rename(folder, folder.with_name("moved")), "no such folder"),
    ],
)
def test_what_is_broken_is_said_and_never_made_again(
    folder: Path, harm: Callable[[Path], object], words: str
) -> None:
    """C06: missing, empty, junk, truncated; without its keys; not there at all."""
    harm(folder)
    before = _contents(folder)
    with pytest.raises(StoreError, match=words):
        unlock(folder)
    after = _contents(folder)
    assert {n: c for n, c in after.items() if n in FILES} == {
        n: c for n, c in before.items() if n in FILES
    }


def test_another_stores_database_is_refused(folder: Path, tmp_path: Path) -> None:
    other, _ = create(tmp_path / "other")
    other.lock()
    (other.folder / "clinic.db").replace(folder / "clinic.db")
    with pytest.raises(StoreError, match="not this store's"):
        unlock(folder)


def test_a_moved_store_opens(folder: Path) -> None:
    unlock(folder.rename(folder.with_name("moved 100% änders #1?"))).lock()


def test_a_folder_that_holds_a_store_or_anything_is_left_alone(
    folder: Path, tmp_path: Path
) -> None:
    before = _contents(folder)
    with pytest.raises(StoreError, match="already holds a store"):
        create(folder)
    assert _contents(folder) == before
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="not empty"):
        create(tmp_path / "letters")
    with pytest.raises(StoreError, match="not empty"):
        create(tmp_path / "letters" / "letter.txt")


def test_an_empty_folder_becomes_the_store(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    clinic, _ = create(tmp_path / "empty")
    clinic.lock()
    unlock(tmp_path / "empty").lock()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Europe"])
def test_a_zone_that_is_none_is_said(tmp_path: Path, zone: str) -> None:
    with pytest.raises(BadInput, match="not a time zone"):
        create(tmp_path / "store", timezone=zone)
    assert list(tmp_path.iterdir()) == []


class _Crash(BaseException):
    """The power goes: nothing after this line of the program runs, but the clean-up of a test."""


@pytest.mark.parametrize("step", ["keys", "database", "in the database", "rename"])
def test_a_crash_while_making_leaves_nothing_or_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whatever stops the making: under the name there is nothing, and it can be made again."""

    def crash(*_args: Any, **_more: Any) -> None:
        raise _Crash

    target = {
        "keys": (vault, "create"),
        "database": (session_module, "_fill"),
        "in the database": (session_module.accounts, "add"),
        "rename": (Path, "rename"),
    }[step]
    with monkeypatch.context() as patch:
        patch.setattr(*target, crash)
        patch.setattr(folders.shutil, "rmtree", lambda *_args, **_more: None)
        with pytest.raises(_Crash):
            create(tmp_path / "store")
    assert not (tmp_path / "store").exists()
    clinic, _ = create(tmp_path / "store")
    clinic.lock()


def test_a_failure_sweeps_up_after_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(session_module, "_fill", fail)
    with pytest.raises(StoreError):
        create(tmp_path / "store")
    assert list(tmp_path.iterdir()) == []


def _change(folder: Path, statement: str) -> None:
    clinic = unlock(folder)
    with database_of(clinic).writing() as session:
        session.execute(text(statement))
    clinic.lock()


def _contents(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in folder.iterdir()} if folder.exists() else {}
