"""Accounts: what an administrator can do to others, and nobody to themselves (A08-A10, A13)."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput, NotAllowed, WrongPassword
from clinicdesk.vault import DOMAINS, NewAccount, Unlocked
from tests.vault.support import (
    ADMIN,
    ADMIN_PASSWORD,
    OTHER_PASSWORD,
    THIRD_PASSWORD,
    FakeClock,
    added,
    files_of,
    made,
    opened,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def keys(folder: Path) -> Unlocked:
    return made(folder)[0]


def clocks() -> vault.throttle.Clocks:
    return FakeClock().clocks()


def refused(folder: Path, login: str, password: str) -> None:
    with pytest.raises(WrongPassword):
        opened(folder, login, password)


def test_a_new_account_opens_the_same_database(folder: Path, keys: Unlocked) -> None:
    added(keys, "bob")
    assert opened(folder, "bob", OTHER_PASSWORD).database_key() == keys.database_key()
    states = vault.list_accounts(keys)
    assert [(each.role, each.active, each.must_change) for each in states] == [
        (Role.ADMINISTRATOR, True, False),
        (Role.CLINICIAN, True, True),
    ]
    found = vault.find_account(keys, "BOB ")
    assert found == states[1]
    assert vault.find_account(keys, "nobody") is None


def test_changing_ones_own_password_wraps_anew_and_nothing_else(
    folder: Path, keys: Unlocked
) -> None:
    database = folder / "clinic.db"
    database.write_bytes(b"what SQLCipher wrote")
    before = sha256(database.read_bytes()).digest()
    added(keys, "bob")
    bob = opened(folder, "bob", OTHER_PASSWORD)
    roster = files_of(folder).load().roster
    vault.change_own_password(bob, OTHER_PASSWORD, THIRD_PASSWORD, clocks=clocks())
    assert not bob.must_change
    refused(folder, "bob", OTHER_PASSWORD)
    again = opened(folder, "bob", THIRD_PASSWORD)
    assert (again.database_key(), again.must_change) == (keys.database_key(), False)
    assert files_of(folder).load().roster == roster
    assert sha256(database.read_bytes()).digest() == before


@pytest.mark.parametrize(
    ("old", "new", "trouble"),
    [
        ("not the old one", THIRD_PASSWORD, WrongPassword),
        (ADMIN_PASSWORD, "too short", BadInput),
        (ADMIN_PASSWORD, ADMIN_PASSWORD, BadInput),
        (ADMIN_PASSWORD, "clinicdesk clinicdesk", BadInput),
    ],
)
def test_a_password_is_not_changed_lightly(
    folder: Path, keys: Unlocked, old: str, new: str, trouble: type[Exception]
) -> None:
    with pytest.raises(trouble):
        vault.change_own_password(keys, old, new, clocks=clocks())
    opened(folder).close()


def test_a_reset_needs_no_old_password(folder: Path, keys: Unlocked) -> None:
    user_id = added(keys, "bob")
    bob = opened(folder, "bob", OTHER_PASSWORD)
    vault.change_own_password(bob, OTHER_PASSWORD, THIRD_PASSWORD, clocks=clocks())
    state = vault.reset_password(keys, user_id, "bob", OTHER_PASSWORD)
    assert state.must_change
    assert state.public_key != bob.public_key  # a new pair: the old slot opens nothing
    refused(folder, "bob", THIRD_PASSWORD)
    assert opened(folder, "bob", OTHER_PASSWORD).must_change
    with pytest.raises(NotAllowed, match="changed or closed"):
        bob.current()


def test_a_reset_lifts_the_lock(folder: Path, keys: Unlocked) -> None:
    user_id = added(keys, "bob")
    clock = FakeClock()
    for password in (*["wrong"] * 10, OTHER_PASSWORD):
        with pytest.raises(WrongPassword):
            opened(folder, "bob", password, clock)
    vault.reset_password(keys, user_id, "bob", THIRD_PASSWORD)
    opened(folder, "bob", THIRD_PASSWORD, clock).close()


def test_a_closed_account_stays_known_and_opens_nothing(folder: Path, keys: Unlocked) -> None:
    user_id = added(keys, "bob")
    bob = opened(folder, "bob", OTHER_PASSWORD)
    vault.deactivate(keys, user_id)
    refused(folder, "bob", OTHER_PASSWORD)
    state = vault.find_account(keys, "bob")
    assert state
    assert (state.active, state.must_change) == (False, False)
    header = files_of(folder).load()
    assert header.slot(user_id) is None
    assert not list(header.roster.seals_of(user_id))
    with pytest.raises(NotAllowed):
        vault.change_own_password(bob, OTHER_PASSWORD, THIRD_PASSWORD, clocks=clocks())
    with pytest.raises(BadInput, match="closed"):
        vault.change_role(keys, user_id, "nurse")
    vault.reset_password(keys, user_id, "bob", THIRD_PASSWORD)
    assert opened(folder, "bob", THIRD_PASSWORD).database_key() == keys.database_key()


@pytest.mark.parametrize("role", Role)
def test_another_role_brings_its_keys_and_takes_the_others(
    folder: Path, keys: Unlocked, role: Role
) -> None:
    user_id = added(keys, "bob", "nurse")
    nurse = opened(folder, "bob", OTHER_PASSWORD)
    vault.change_role(keys, user_id, role)
    bob = opened(folder, "bob", OTHER_PASSWORD)
    assert bob.role == role
    given = {seal.purpose for seal in files_of(folder).load().roster.seals_of(user_id)}
    administrators = {"signing", "audit"}
    assert given - administrators == {domain.value for domain in DOMAINS[role]}
    assert given >= administrators or role is not Role.ADMINISTRATOR
    if role is not Role.NURSE:
        with pytest.raises(NotAllowed):
            nurse.current()


def test_nobody_takes_the_last_administrator_away(folder: Path, keys: Unlocked) -> None:
    for attempt in (
        lambda: vault.deactivate(keys, keys.user_id),
        lambda: vault.remove_for_cause(keys, keys.user_id),
        lambda: vault.change_role(keys, keys.user_id, "nurse"),
        lambda: vault.reset_password(keys, keys.user_id, ADMIN, OTHER_PASSWORD),
    ):
        with pytest.raises(BadInput, match="always keeps an administrator"):
            attempt()
    opened(folder).close()


def test_two_administrators_cannot_close_each_other(folder: Path, keys: Unlocked) -> None:
    added(keys, "bob", "administrator")
    bob = opened(folder, "bob", OTHER_PASSWORD)
    vault.deactivate(bob, keys.user_id)
    with pytest.raises(NotAllowed):
        vault.deactivate(keys, bob.user_id)
    assert opened(folder, "bob", OTHER_PASSWORD).role == Role.ADMINISTRATOR


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_administer(folder: Path, keys: Unlocked, role: Role) -> None:
    added(keys, "bob", role)
    bob = opened(folder, "bob", OTHER_PASSWORD)
    before = files_of(folder).load()
    attempts: list[Callable[[], object]] = [
        lambda: vault.add_account(bob, NewAccount("eve", "administrator", THIRD_PASSWORD)),
        lambda: vault.reset_password(bob, keys.user_id, ADMIN, THIRD_PASSWORD),
        lambda: vault.deactivate(bob, keys.user_id),
        lambda: vault.change_role(bob, keys.user_id, "patient"),
        lambda: vault.remove_for_cause(bob, keys.user_id),
        lambda: vault.begin_rotation(bob),
        lambda: vault.renew_recovery_key(bob),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed, match="administrator"):
            attempt()
    bob.role = Role.ADMINISTRATOR.value  # a session that lies about itself gets no further
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert files_of(folder).load() == before


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (NewAccount(" ADA", "nurse", OTHER_PASSWORD), "already"),
        (NewAccount("bob", "owner", OTHER_PASSWORD), "no such role"),
        (NewAccount("bob", "nurse", "short"), "at least 15"),
        (NewAccount("", "nurse", OTHER_PASSWORD), "login name"),
    ],
)
def test_accounts_that_cannot_be_added(
    folder: Path, keys: Unlocked, account: NewAccount, words: str
) -> None:
    before = files_of(folder).load()
    with pytest.raises(BadInput, match=words):
        vault.add_account(keys, account)
    assert files_of(folder).load() == before


def test_an_id_is_given_once(folder: Path, keys: Unlocked) -> None:
    before = files_of(folder).load()
    with pytest.raises(BadInput, match="already"):
        vault.add_account(keys, NewAccount("bob", "nurse", OTHER_PASSWORD), user_id=keys.user_id)
    assert files_of(folder).load() == before


def test_an_account_that_is_gone_is_said(keys: Unlocked) -> None:
    with pytest.raises(BadInput, match="no such account"):
        vault.deactivate(keys, "00" * 16)


def test_a_closed_login_is_not_given_to_somebody_else(folder: Path, keys: Unlocked) -> None:
    vault.deactivate(keys, added(keys, "bob"))
    with pytest.raises(BadInput, match="already"):
        added(keys, "bob", "administrator", THIRD_PASSWORD)
