"""New data keys and a new recovery key, whatever happens meanwhile (A06, A10-A12, C07)."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from clinicdesk import vault
from clinicdesk.errors import BadInput, StoreError, WrongPassword
from clinicdesk.services import rotation
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.recovery import recover_clinic
from clinicdesk.services.rotation import NotYetEncrypted
from clinicdesk.storage.rotation import opens
from clinicdesk.vault import Domain
from clinicdesk.vault.recovering import WrongRecoveryKey
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.services.stores import (
    OWN_PASSWORD,
    add_account,
    die,
    events,
    make_store,
    noon,
    unlock,
)
from tests.storage.factories import add_patient, database_of
from tests.vault.support import OTHER_PASSWORD, files_of

Made = tuple[Clinic, str]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """A store with a clinician and a patient, unlocked by its administrator; its recovery key."""
    clinic, recovery_key = make_store(tmp_path / "store")
    add_account(clinic, "bob")
    add_patient(database_of(clinic), "M1")
    yield clinic, recovery_key
    clinic.lock()


@pytest.fixture
def admin(made: Made) -> Clinic:
    return made[0]


def test_a_new_key_and_everybody_keeps_their_password(admin: Clinic) -> None:
    """A06: nobody typed theirs; the open session goes on with the new key."""
    old = admin._unlocked.database_key()
    admin.keys.rotate()
    new = admin._unlocked.database_key()
    assert old != new
    assert len(admin.patients.find("ann")) == 1
    add_patient(database_of(admin), "M2")
    assert len(admin.patients.find("ann")) == 2
    assert all(check.ok for check in admin.verification.checks())
    admin.lock()
    assert not opens(admin.folder / "clinic.db", old)
    for login, password in ((LOGIN, PASSWORD), ("bob", OWN_PASSWORD)):
        again = unlock(admin.folder, login, password)
        assert len(again.patients.find("ann")) == 2
        again.lock()
    assert "keys.rotate" in events(unlock(admin.folder), "action")


def test_work_goes_on_around_a_change_of_key(admin: Clinic) -> None:
    """Sessions of other threads wait, and none meets a file that is not there any more."""
    troubles: list[BaseException] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            try:
                assert len(admin.patients.find("ann")) == 1
            except BaseException as error:  # noqa: BLE001 - told by the main thread
                troubles.append(error)
                return

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(3):
        admin.keys.rotate()
    stop.set()
    for reader in readers:
        reader.join()
    assert not troubles


def test_whoever_is_removed_for_cause_opens_nothing_new(admin: Clinic, tmp_path: Path) -> None:
    """A10: they kept everything and know their password."""
    kept = tmp_path / "kept"
    bob = unlock(admin.folder, "bob", OWN_PASSWORD)
    bob.lock()
    shutil.copytree(admin.folder, kept)
    admin.accounts.remove(admin.accounts.by_login("bob").id)
    old = unlock(kept, "bob", OWN_PASSWORD)
    assert len(old.patients.find("ann")) == 1  # nobody can take that back
    old_key = old._unlocked.database_key()
    old.lock()
    admin.lock()
    assert not opens(admin.folder / "clinic.db", old_key)
    with pytest.raises(WrongPassword):
        unlock(admin.folder, "bob", OWN_PASSWORD)
    for name in ("clinic.keys", "clinic.keys.bak"):
        shutil.copy(kept / name, admin.folder / name)
    with pytest.raises(StoreError, match="damaged or is not this store's"):
        unlock(admin.folder, "bob", OWN_PASSWORD)


def test_a_removed_administrator_turns_both_keys(admin: Clinic) -> None:
    eve = add_account(admin, "eve", "administrator")
    before = admin._unlocked.database_key(), admin._unlocked.research_key()
    admin.accounts.remove(eve)
    after = admin._unlocked.database_key(), admin._unlocked.research_key()
    assert not set(before) & set(after)
    assert not rotation.is_under_way(admin._unlocked)
    admin.lock()
    bob = unlock(admin.folder, "bob", OWN_PASSWORD)
    assert len(bob.patients.find("ann")) == 1
    bob.lock()


def test_a_full_disk_stops_a_change_before_it_begins(admin: Clinic) -> None:
    """D06."""
    admin._key_change._disk_usage = lambda _: SimpleNamespace(free=10_000)
    generation = files_of(admin.folder).load().roster.generation
    with pytest.raises(StoreError, match="more free space"):
        admin.keys.rotate()
    assert files_of(admin.folder).load().roster.generation == generation


def test_somebody_elses_session_stops_it_before_it_begins(admin: Clinic) -> None:
    """C13: their window would go on writing into a file that is not there any more."""
    bob = unlock(admin.folder, "bob", OWN_PASSWORD)
    with pytest.raises(StoreError, match="open in another window"):
        admin.keys.rotate()
    assert not rotation.is_under_way(admin._unlocked)
    bob.lock()
    admin.keys.rotate()


def test_whoever_is_removed_is_out_at_once_whoever_has_the_store_open(admin: Clinic) -> None:
    """The change of key waits for the other session; the account does not."""
    bob = unlock(admin.folder, "bob", OWN_PASSWORD)
    with pytest.raises(NotYetEncrypted, match="open in another window"):
        admin.accounts.remove(admin.accounts.by_login("bob").id)
    with pytest.raises(WrongPassword):
        unlock(admin.folder, "bob", OWN_PASSWORD)
    assert len(admin.patients.find("ann")) == 1
    bob.lock()
    admin.lock()
    again = unlock(admin.folder)
    assert again.warnings == ()
    assert not rotation.is_under_way(again._unlocked)
    again.lock()


def test_a_change_that_fails_is_taken_back(admin: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    old = admin._unlocked.database_key()
    with monkeypatch.context() as patch:
        _fail_encrypting(patch, StoreError("The disk is full."))
        with pytest.raises(StoreError, match="full"):
            admin.keys.rotate()
    assert not rotation.is_under_way(admin._unlocked)
    assert admin._unlocked.database_key() == old
    assert len(admin.patients.find("ann")) == 1
    admin.keys.rotate()
    assert admin._unlocked.database_key() != old


def test_a_removal_that_fails_half_way_is_finished_later(
    admin: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account is closed at once; the new key is not given up, it waits."""
    old = admin._unlocked.database_key()
    with monkeypatch.context() as patch:
        _fail_encrypting(patch, StoreError("The disk is full."))
        with pytest.raises(NotYetEncrypted, match="full"):
            admin.accounts.remove(admin.accounts.by_login("bob").id)
        assert len(admin.patients.find("ann")) == 1
        admin.lock()
        with pytest.raises(WrongPassword):
            unlock(admin.folder, "bob", OWN_PASSWORD)
        again = unlock(admin.folder)
        assert "not yet encrypted under its new key. The disk is full." in again.warnings[0]
        again.lock()
    finished = unlock(admin.folder)
    assert finished.warnings == ()
    assert finished._unlocked.database_key() != old
    assert len(finished.patients.find("ann")) == 1
    finished.lock()


class _Crash(BaseException):
    """The power goes."""


@pytest.mark.parametrize("moment", ["before the copy", "before the swap", "after the swap"])
def test_a_crash_leaves_one_key_that_opens_and_the_next_administrator_finishes(
    admin: Clinic, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A11: meanwhile a clinician works with whichever of the two keys it is."""
    old = admin._unlocked.database_key()
    step = {
        "before the copy": "clinicdesk.services.rotation.encrypt_anew",
        "before the swap": "clinicdesk.storage.replacing.flush_file",
        "after the swap": "clinicdesk.vault.confirm_rotation",
    }[moment]

    def crash(*_args: object, **_more: object) -> None:
        raise _Crash

    with monkeypatch.context() as patch:
        patch.setattr(step, crash)
        with pytest.raises(_Crash):
            admin.keys.rotate()
    new = admin._unlocked.pending_database_key()
    assert new
    die(admin)
    path = admin.folder / "clinic.db"
    assert opens(path, new) == (moment == "after the swap") == (not opens(path, old))
    bob = unlock(admin.folder, "bob", OWN_PASSWORD)
    assert len(bob.patients.find("ann")) == 1
    add_patient(database_of(bob), "M2")
    bob.lock()
    again = unlock(admin.folder)
    assert (again._unlocked.database_key(), rotation.is_under_way(again._unlocked)) == (new, False)
    assert len(again.patients.find("ann")) == 2
    again.lock()
    assert not opens(path, old)
    assert not list(admin.folder.glob("clinic.db.new*"))


def test_a_missing_database_is_not_taken_for_a_finished_change(admin: Clinic) -> None:
    """C06: the old key is not forgotten where there is nothing that the new one opens."""
    vault.begin_rotation(admin._unlocked)
    die(admin)
    path = admin.folder / "clinic.db"
    aside = path.rename(path.with_name("aside"))
    with pytest.raises(StoreError, match="missing"):
        unlock(admin.folder)
    path.touch()
    with pytest.raises(StoreError, match="empty"):
        unlock(admin.folder)
    aside.replace(path)
    again = unlock(admin.folder)
    assert len(again.patients.find("ann")) == 1
    again.lock()


def test_the_research_copy_turns_with_its_key(admin: Clinic) -> None:
    eve = admin.accounts.add("eve", "researcher").account.id
    vault.begin_rotation(admin._unlocked, [Domain.RESEARCH])
    vault.confirm_rotation(admin._unlocked, Domain.RESEARCH)
    before = admin._unlocked.database_key(), admin._unlocked.research_key()
    admin.accounts.remove(eve)
    assert admin._unlocked.database_key() == before[0]
    assert admin._unlocked.research_key() != before[1]


# -- the recovery key -----------------------------------------------------------------------------


def test_a_new_recovery_key_replaces_the_old_sheet(made: Made) -> None:
    """A12."""
    admin, old = made
    assert admin.keys.is_recovery_key(old)
    new = admin.keys.replace_recovery_key()
    assert [admin.keys.is_recovery_key(key) for key in (old, new, new.lower())] == [
        *(False, True, True)
    ]
    with pytest.raises(BadInput, match="typing mistake"):
        admin.keys.is_recovery_key(_mistyped(new))
    assert "keys.recovery_replace" in events(admin, "action")


def test_a_forgotten_password_is_recovered(made: Made) -> None:
    """A12: a new password, a new recovery key, an event; the old sheet opens nothing more."""
    admin, key = made
    admin.lock()
    clinic, new_key = _recover(admin.folder, key)
    assert clinic.principal.login == LOGIN
    assert not clinic.must_change_password
    assert clinic.warnings == ()
    assert len(clinic.patients.find("ann")) == 1
    assert clinic.keys.is_recovery_key(new_key)
    assert events(clinic, "action")[-2:] == ["account.recover", "session.unlock"]
    clinic.lock()
    with pytest.raises(WrongPassword):
        unlock(admin.folder)
    with pytest.raises(WrongRecoveryKey):
        _recover(admin.folder, key)
    unlock(admin.folder, "bob", OWN_PASSWORD).lock()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"login": "bob"}, "No administrator"),
        ({"login": "nobody"}, "No administrator"),
        ({"new_password": "short"}, "at least 15"),
        ({"new_password": "Test clinic Test clinic!"}, "first to be tried"),
        ({"recovery_key": "K7Q2"}, "28 letters"),
    ],
)
def test_a_recovery_that_cannot_be_changes_nothing(
    made: Made, more: dict[str, str], words: str
) -> None:
    admin, key = made
    admin.lock()
    before = (admin.folder / "clinic.keys").read_bytes()
    with pytest.raises(BadInput, match=words):
        _recover(admin.folder, **({"recovery_key": key} | more))
    assert (admin.folder / "clinic.keys").read_bytes() == before
    again = unlock(admin.folder)
    assert again.warnings == ()
    again.lock()


def test_a_crash_in_a_recovery_leaves_a_way_in(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The header had the new password already: it opens, and the database follows."""
    admin, key = made
    admin.lock()

    def crash(*_args: object, **_more: object) -> None:
        raise _Crash

    with monkeypatch.context() as patch:
        patch.setattr("clinicdesk.storage.accounts.follow", crash)
        with pytest.raises(_Crash):
            _recover(admin.folder, key)
    again = unlock(admin.folder, LOGIN, OTHER_PASSWORD)
    assert again.warnings == ()
    assert "account.mend" in events(again, "action")
    assert not again.keys.is_recovery_key(key)
    assert again.keys.is_recovery_key(again.keys.replace_recovery_key())
    again.lock()


def test_recovery_works_in_the_middle_of_a_change_of_key(made: Made) -> None:
    admin, key = made
    vault.begin_rotation(admin._unlocked)
    die(admin)
    clinic, _ = _recover(admin.folder, key)
    assert not rotation.is_under_way(clinic._unlocked)
    assert len(clinic.patients.find("ann")) == 1
    clinic.lock()


# -- older copies ---------------------------------------------------------------------------------


def test_an_older_database_is_refused(admin: Clinic, tmp_path: Path) -> None:
    """C07: yesterday's clinic.db, whole and authentic, with today's keys."""
    admin.lock()
    yesterday = shutil.copytree(admin.folder, tmp_path / "yesterday")
    unlock(admin.folder, "bob", OWN_PASSWORD).lock()
    today = shutil.copytree(admin.folder, tmp_path / "today")
    shutil.copy(yesterday / "clinic.db", admin.folder)
    for login, password in ((LOGIN, PASSWORD), ("bob", OWN_PASSWORD)):
        with pytest.raises(StoreError, match="older copy"):
            unlock(admin.folder, login, password)
    shutil.copy(today / "clinic.db", admin.folder)
    unlock(admin.folder).lock()
    unlock(yesterday).lock()  # both files of one day belong together


def test_a_copy_that_went_its_own_way_is_refused(admin: Clinic, tmp_path: Path) -> None:
    """C07: it has more events than were pinned, but not the pinned one."""
    admin.lock()
    other = shutil.copytree(admin.folder, tmp_path / "other")
    unlock(admin.folder, "bob", OWN_PASSWORD).lock()
    for _ in range(3):
        unlock(other).lock()
    shutil.copy(other / "clinic.db", admin.folder)
    with pytest.raises(StoreError, match="older copy, or not the one"):
        unlock(admin.folder)


def test_a_truncated_audit_is_noticed(admin: Clinic) -> None:
    """E03: what is deleted from its end is missed, by whoever unlocks next."""
    with database_of(admin).writing() as session:
        session.execute(text("DROP TRIGGER audit_event_delete"))
        session.execute(text("DELETE FROM audit_event WHERE seq > 3"))
    die(admin)
    with pytest.raises(StoreError, match="older copy"):
        unlock(admin.folder)


def test_a_crash_before_the_pin_is_no_older_copy(admin: Clinic) -> None:
    for number in range(3):
        add_patient(database_of(admin), f"X{number}")
        admin._note_denied(next(iter(vault.DOMAINS)))  # type: ignore[arg-type] # any event
    die(admin)
    unlock(admin.folder).lock()


def _recover(
    folder: Path,
    recovery_key: str,
    login: str = LOGIN,
    new_password: str = OTHER_PASSWORD,
) -> tuple[Clinic, str]:
    return recover_clinic(
        folder,
        recovery_key=recovery_key,
        login=login,
        new_password=new_password,
        now=noon,
        limits=CHEAP_LIMITS,
    )


def _fail_encrypting(patch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise error

    patch.setattr(rotation, "encrypt_anew", fail)


def _mistyped(key: str) -> str:
    return ("A" if key[0] != "A" else "B") + key[1:]
