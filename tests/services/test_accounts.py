"""Accounts in header and database: kept in step, also when something stops in between."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.errors import (
    BadInput,
    NotAllowed,
    RecordNotFound,
    StoreError,
    WrongPassword,
)
from clinicdesk.services.access import PasswordChangeNeeded, ReauthenticationNeeded
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import create_clinic
from clinicdesk.storage import accounts as stored_accounts
from clinicdesk.storage.agreement import AccountsDisputed
from clinicdesk.vault import NewAccount
from tests.conftest import LOGIN, PASSWORD
from tests.services.stores import (
    OWN_PASSWORD,
    Clock,
    add_account,
    die,
    events,
    execute,
    make_store,
    unlock,
)
from tests.vault.support import OTHER_PASSWORD


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Clinic]:
    """A new store, unlocked by its administrator."""
    clinic, _ = make_store(tmp_path / "store")
    yield clinic
    clinic.lock()


def test_somebody_is_added_and_must_choose_a_password(admin: Clinic) -> None:
    """A09: nothing works before, not even reading; everything of the role does afterwards."""
    added = admin.accounts.add(" Bob ", "nurse", "Bob B.")
    assert (added.account.login, added.account.display_name) == ("Bob", "Bob B.")
    assert (added.account.role, added.account.active) == (Role.NURSE, True)
    assert added.account.must_change
    assert added.password not in repr(added)
    bob = unlock(admin.folder, "bob", added.password)
    assert bob.must_change_password
    for refused in (lambda: bob.patients.find(""), bob.reports.suggested_name):
        with pytest.raises(PasswordChangeNeeded):
            refused()
    bob.own_account.change_password(added.password, OWN_PASSWORD)
    assert not bob.must_change_password
    assert bob.patients.find("") == []
    bob.lock()
    unlock(admin.folder, "bob", OWN_PASSWORD).lock()
    with pytest.raises(WrongPassword):
        unlock(admin.folder, "bob", added.password)
    assert not admin.accounts.by_login("BOB").must_change


def test_temporary_passwords_are_random(admin: Clinic) -> None:
    first, second = admin.accounts.add("one", "nurse"), admin.accounts.add("two", "nurse")
    assert first.password != second.password
    assert len(first.password.split()) == 4


@pytest.mark.parametrize("login", [LOGIN, LOGIN.upper(), f" {LOGIN}", "\uff41dmin"])
def test_a_login_is_given_once(admin: Clinic, login: str) -> None:
    with pytest.raises(BadInput, match="already"):
        admin.accounts.add(login, "nurse")
    assert [account.login for account in admin.accounts.list()] == [LOGIN]


@pytest.mark.parametrize(("login", "role"), [("", "nurse"), ("x" * 65, "nurse"), ("bob", "boss")])
def test_what_cannot_be_added_leaves_nothing(admin: Clinic, login: str, role: str) -> None:
    before = _header(admin)
    with pytest.raises(BadInput):
        admin.accounts.add(login, role)
    assert len(admin.accounts.list()) == 1
    assert _header(admin) == before


def test_a_forgotten_password_is_reset(admin: Clinic) -> None:
    """A09: without the old one, which stops working."""
    id = add_account(admin, "bob")
    reset = admin.accounts.reset(id)
    with pytest.raises(WrongPassword):
        unlock(admin.folder, "bob", OWN_PASSWORD)
    bob = unlock(admin.folder, "bob", reset.password)
    assert bob.must_change_password
    bob.lock()


def test_an_account_is_closed_and_opened_again(admin: Clinic) -> None:
    id = add_account(admin, "bob")
    with pytest.raises(BadInput, match="open already"):
        admin.accounts.reactivate(id)
    admin.accounts.deactivate(id)
    assert not admin.accounts.by_login("bob").active
    with pytest.raises(WrongPassword):
        unlock(admin.folder, "bob", OWN_PASSWORD)
    with pytest.raises(BadInput, match="Reactivate"):
        admin.accounts.reset(id)
    with pytest.raises(BadInput, match="closed"):
        admin.accounts.change_role(id, "nurse")
    again = admin.accounts.reactivate(id)
    unlock(admin.folder, "bob", again.password).lock()


def test_a_role_is_changed_with_its_keys(admin: Clinic) -> None:
    """F03: a researcher has no key of the records any more."""
    id = add_account(admin, "bob")
    admin.accounts.change_role(id, "nurse")
    bob = unlock(admin.folder, "bob", OWN_PASSWORD)
    assert bob.principal.role is Role.NURSE
    with pytest.raises(NotAllowed):
        bob.imports.history()
    bob.lock()
    admin.accounts.change_role(id, "researcher")
    with pytest.raises(NotAllowed, match="does not open the records"):
        unlock(admin.folder, "bob", OWN_PASSWORD)


def test_nobody_takes_themselves_away(admin: Clinic) -> None:
    """A13: so a store always keeps an administrator."""
    me = admin.accounts.by_login(LOGIN).id
    for attempt in (
        lambda: admin.accounts.deactivate(me),
        lambda: admin.accounts.remove(me),
        lambda: admin.accounts.change_role(me, "nurse"),
        lambda: admin.accounts.reset(me),
    ):
        with pytest.raises(BadInput, match="own account"):
            attempt()
    mine = admin.accounts.by_login(LOGIN)
    assert (mine.active, mine.role, mine.disputed) == (True, Role.ADMINISTRATOR, False)
    unlock(admin.folder).lock()


def test_an_account_that_is_none_is_said(admin: Clinic) -> None:
    with pytest.raises(RecordNotFound):
        admin.accounts.by_login("nobody")
    with pytest.raises(RecordNotFound):
        admin.accounts.reset(99)


def test_changing_ones_password_touches_no_data(admin: Clinic) -> None:
    """A08: the key of the data stays, and nobody else's slot is touched."""
    add_account(admin, "bob")
    key = admin._unlocked.database_key()
    admin.own_account.change_password(PASSWORD, OTHER_PASSWORD)
    assert admin._unlocked.database_key() == key
    admin.lock()
    with pytest.raises(WrongPassword):
        unlock(admin.folder)
    unlock(admin.folder, LOGIN, OTHER_PASSWORD).lock()
    unlock(admin.folder, "bob", OWN_PASSWORD).lock()


def test_a_new_password_is_not_the_clinics_name(admin: Clinic) -> None:
    """A14."""
    for weak in ("Test clinic Test clinic!", "short", PASSWORD):
        with pytest.raises(BadInput):
            admin.own_account.change_password(PASSWORD, weak)
    with pytest.raises(WrongPassword):
        admin.own_account.change_password("not my password at all", OTHER_PASSWORD)
    unlock(admin.folder).lock()
    assert "account.password" not in events(admin, "action")


def test_a_clinics_name_is_no_first_password(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="names of this clinic"):
        create_clinic(
            tmp_path / "store",
            login=LOGIN,
            password="Sankt Marien Hospital",
            clinic_name="Sankt Marien Hospital",
            timezone="Europe/Berlin",
        )
    assert list(tmp_path.iterdir()) == []


def test_every_change_is_in_the_audit(admin: Clinic) -> None:
    """E01, E06: who did what to whom, by row, without names and passwords."""
    id = add_account(admin, "bob")
    admin.accounts.change_role(id, "nurse")
    admin.accounts.reset(id)
    admin.accounts.deactivate(id)
    admin.accounts.reactivate(id)
    admin.accounts.remove(id)
    told = events(admin, "action", "user_id", "object_id", "outcome", "detail")
    changes = [event for event in told if event[0].startswith("account.")]
    assert [event[0].removeprefix("account.") for event in changes] == [
        *("add", "password", "role", "reset", "deactivate", "reactivate", "remove")
    ]
    assert {event[2:4] for event in changes} == {(str(id), "success")}
    assert [event[1] == id for event in changes] == [False, True, *[False] * 5]
    assert "bob" not in repr(told)


def test_what_is_refused_is_in_the_audit(admin: Clinic) -> None:
    """F02: the service denies, and says who tried."""
    id = add_account(admin, "bob", "nurse")
    bob = unlock(admin.folder, "bob", OWN_PASSWORD)
    for attempt in (
        lambda: bob.accounts.add("eve", "administrator"),
        bob.keys.rotate,
        lambda: bob.imports.run([]),
    ):
        with pytest.raises(NotAllowed, match="nurse may not"):
            attempt()
    bob.lock()
    told = events(admin, "action", "user_id", "outcome")
    assert [event for event in told if event[2] == "denied"] == [
        ("accounts.manage", id, "denied"),
        ("keys.manage", id, "denied"),
        ("import", id, "denied"),
    ]


def test_administering_asks_for_the_password_again(tmp_path: Path) -> None:
    """F07: 5 minutes after it was typed last; a wrong one opens nothing and is in the audit."""
    clock = Clock()
    admin, _ = make_store(tmp_path / "store", clock)
    clock.go_on(minutes=6)
    for attempt in (lambda: admin.accounts.add("bob", "nurse"), admin.keys.rotate):
        with pytest.raises(ReauthenticationNeeded):
            attempt()
    assert [account.login for account in admin.accounts.list()] == [LOGIN]
    with pytest.raises(WrongPassword):
        admin.reauthenticate("not my password at all")
    with pytest.raises(ReauthenticationNeeded):
        admin.accounts.add("bob", "nurse")
    admin.reauthenticate(PASSWORD)
    admin.accounts.add("bob", "nurse")
    tried = [e for e in events(admin, "action", "outcome") if e[0] == "session.reauthenticate"]
    assert [outcome for _, outcome in tried] == ["failed", "success"]
    clock.go_on(hours=12)
    with pytest.raises(NotAllowed, match="12 hours"):
        admin.reauthenticate(PASSWORD)
    admin.lock()


# -- stopped in between ---------------------------------------------------------------------------


class _Crash(BaseException):
    """The power goes: nothing of the program runs after this."""


CHANGES: dict[str, Callable[[Clinic, int], object]] = {
    "add": lambda clinic, _id: clinic.accounts.add("new", "nurse"),
    "reset": lambda clinic, id: clinic.accounts.reset(id),
    "deactivate": lambda clinic, id: clinic.accounts.deactivate(id),
    "role": lambda clinic, id: clinic.accounts.change_role(id, "nurse"),
    "remove": lambda clinic, id: clinic.accounts.remove(id),
}
HEADER = {
    "add": "add_account",
    "reset": "reset_password",
    "deactivate": "deactivate",
    "role": "change_role",
    "remove": "remove_for_cause",
}


@pytest.mark.parametrize("moment", ["before the header", "after the header", "before the commit"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_crash_in_a_change_is_mended_at_the_next_unlocking(
    admin: Clinic, monkeypatch: pytest.MonkeyPatch, change: str, moment: str
) -> None:
    """Header and database agree again, nobody is disputed, and the administrator is still in."""
    id = add_account(admin, "bob")
    with monkeypatch.context() as patch:
        _crash_at(patch, moment, HEADER[change])
        with pytest.raises(_Crash):
            CHANGES[change](admin, id)
    die(admin)
    again = unlock(admin.folder)
    assert again.warnings == ()
    assert not any(account.disputed for account in again.accounts.list())
    with_all = {account.login: account for account in again.accounts.list()}
    assert set(with_all) == {LOGIN, "bob"} | ({"new"} & _logins(again, "new"))
    assert "account.mend" in events(again, "action")
    if moment == "before the header":
        assert set(with_all) == {LOGIN, "bob"}
        again.lock()
        unlock(admin.folder, "bob", OWN_PASSWORD).lock()
    else:
        bob = with_all["bob"]
        assert ("new" in with_all) == (change == "add")
        assert bob.must_change == (change == "reset")
        assert bob.active == (change not in {"deactivate", "remove"})
        assert bob.role == ("nurse" if change == "role" else "clinician")
        again.accounts.reset(with_all["new" if change == "add" else "bob"].id) if bob.active else 0
        again.lock()


def _crash_at(patch: pytest.MonkeyPatch, moment: str, step: str) -> None:
    real = getattr(vault, step)

    def crash_before(*_args: Any, **_more: Any) -> None:
        raise _Crash

    def crash_after(*args: Any, **more: Any) -> None:
        real(*args, **more)
        raise _Crash

    if moment == "before the commit":
        patch.setattr(stored_accounts, "follow", crash_before)
    else:
        patch.setattr(vault, step, crash_before if "before" in moment else crash_after)
    patch.setattr("clinicdesk.services.accounts.Accounts._mend", lambda _self: None)


def _logins(clinic: Clinic, *wanted: str) -> set[str]:
    return {account.login for account in clinic.accounts.list()} & set(wanted)


def test_somebody_whose_change_was_interrupted_is_told_to_wait(
    admin: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = add_account(admin, "bob")
    with monkeypatch.context() as patch:
        _crash_at(patch, "after the header", "change_role")
        with pytest.raises(_Crash):
            admin.accounts.change_role(id, "nurse")
    die(admin)
    with pytest.raises(StoreError, match="interrupted"):
        unlock(admin.folder, "bob", OWN_PASSWORD)
    unlock(admin.folder).lock()
    unlock(admin.folder, "bob", OWN_PASSWORD).lock()


def test_a_header_that_cannot_be_written_changes_nothing(
    admin: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B03: the announcement is taken back at once."""
    id = add_account(admin, "bob")

    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("clinicdesk.vault.files.write_flushed", full)
        for change in CHANGES.values():
            with pytest.raises(StoreError, match="could not be written"):
                change(admin, id)
    assert [(a.login, a.active) for a in admin.accounts.list()] == [(LOGIN, True), ("bob", True)]
    unlock(admin.folder, "bob", OWN_PASSWORD).lock()
    admin.accounts.reset(id)


# -- somebody else's work -------------------------------------------------------------------------


def test_a_public_key_in_somebodys_place_is_never_adopted(admin: Clinic) -> None:
    """A07: signed by an administrator's key that leaked, so the signature alone does not tell."""
    id = add_account(admin, "bob")
    account = vault.find_account(admin._unlocked, "bob")
    assert account
    vault.reset_password(admin._unlocked, account.user_id, "bob", OTHER_PASSWORD)
    admin.lock()
    with pytest.raises(StoreError, match="exchanged"):
        unlock(admin.folder, "bob", OTHER_PASSWORD)
    again = unlock(admin.folder)
    assert "do not agree about bob" in again.warnings[0]
    assert [a.login for a in again.accounts.list() if a.disputed] == ["bob"]
    other = add_account(again, "carol")
    for refused in (again.keys.rotate, lambda: again.accounts.remove(other)):
        with pytest.raises(AccountsDisputed):
            refused()
    again.accounts.reset(id)
    again.keys.rotate()
    again.lock()
    assert unlock(admin.folder).warnings == ()


def test_a_stranger_in_the_header_is_told(admin: Clinic) -> None:
    """A07."""
    vault.add_account(admin._unlocked, NewAccount("eve", "clinician", OTHER_PASSWORD))
    with pytest.raises(StoreError, match="exchanged"):
        unlock(admin.folder, "eve", OTHER_PASSWORD)
    again = unlock(admin.folder)
    assert "an account that clinic.db does not know" in again.warnings[0]
    with pytest.raises(AccountsDisputed):
        again.keys.rotate()
    again.lock()


def test_a_role_that_only_the_database_gives_opens_nothing(admin: Clinic) -> None:
    add_account(admin, "bob", "nurse")
    execute(admin, "UPDATE user SET role = 'administrator' WHERE login = 'bob'")
    with pytest.raises(StoreError, match="exchanged"):
        unlock(admin.folder, "bob", OWN_PASSWORD)


def _header(clinic: Clinic) -> str:
    return hashlib.sha256((clinic.folder / "clinic.keys").read_bytes()).hexdigest()


def test_a_temporary_password_is_one_that_the_rules_take(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, drawn words were too easy beside a login of three letters, and nobody was added."""
    drawn = iter(["pat pat pat pat pat", "plum kettle orbit walnut"])
    monkeypatch.setattr(
        vault, "propose_passphrase", lambda: vault.Passphrase(text=next(drawn), bits=45.0)
    )
    assert clinic.accounts.add("pat", "nurse").password == "plum kettle orbit walnut"
