"""Rotation and recovery: the old key and the lost password (A06, A10, A12)."""

import shutil
import time
from pathlib import Path

import pytest

from clinicdesk import vault
from clinicdesk.errors import BadInput, NotAllowed, WrongPassword
from clinicdesk.vault import Domain, Pins, Unlocked
from clinicdesk.vault.recovery import new_recovery_key
from tests.conftest import CHEAP_LIMITS
from tests.vault.support import (
    ADMIN,
    ADMIN_PASSWORD,
    OTHER_PASSWORD,
    THIRD_PASSWORD,
    FakeClock,
    added,
    files_of,
    forget_audit,
    made,
    opened,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def keys(folder: Path) -> Unlocked:
    return made(folder)[0]


def test_both_keys_are_offered_until_one_is_confirmed(folder: Path, keys: Unlocked) -> None:
    added(keys, "bob", "nurse")
    old = keys.database_key()
    assert keys.pending_database_key() is None
    vault.begin_rotation(keys)
    new = keys.pending_database_key()
    assert new
    assert (keys.database_key(), new != old) == (old, True)
    bob = opened(folder, "bob", OTHER_PASSWORD)
    assert (bob.database_key(), bob.pending_database_key()) == (old, new)
    assert bob.pending_research_key() is None
    vault.confirm_rotation(keys, Domain.CLINICAL)
    for session in (keys, opened(folder), opened(folder, "bob", OTHER_PASSWORD)):
        assert (session.database_key(), session.pending_database_key()) == (new, None)
    epochs = {seal.epoch for seal in files_of(folder).load().roster.seals_of(bob.user_id)}
    assert epochs == {2}


def test_a_rotation_can_be_given_up(folder: Path, keys: Unlocked) -> None:
    old = keys.database_key()
    vault.begin_rotation(keys)
    first = keys.pending_database_key()
    vault.abandon_rotation(keys, Domain.CLINICAL)
    assert (opened(folder).database_key(), keys.pending_database_key()) == (old, None)
    vault.begin_rotation(keys)
    assert keys.pending_database_key() not in (old, first, None)


def test_one_rotation_at_a_time(keys: Unlocked) -> None:
    vault.begin_rotation(keys)
    with pytest.raises(BadInput, match="under way already"):
        vault.begin_rotation(keys)
    vault.confirm_rotation(keys, Domain.CLINICAL)
    for attempt in (vault.confirm_rotation, vault.abandon_rotation):
        with pytest.raises(BadInput, match="No change of key"):
            attempt(keys, Domain.CLINICAL)


def test_domains_turn_apart(keys: Unlocked) -> None:
    clinical, research = keys.database_key(), keys.research_key()
    vault.begin_rotation(keys, [Domain.RESEARCH])
    vault.confirm_rotation(keys, Domain.RESEARCH)
    assert keys.database_key() == clinical
    assert keys.research_key() != research


def test_pins_are_kept_through_a_rotation(folder: Path, keys: Unlocked) -> None:
    pins = Pins(3, 99, "cd" * 32, "0001")
    vault.write_pins(keys, Domain.CLINICAL, pins)
    vault.begin_rotation(keys)
    assert vault.read_pins(keys, Domain.CLINICAL) == pins
    vault.confirm_rotation(keys, Domain.CLINICAL)
    assert vault.read_pins(opened(folder), Domain.CLINICAL) == pins


def test_fifty_users_keep_their_passwords(folder: Path, keys: Unlocked) -> None:
    for number in range(50):
        added(keys, f"user{number}")
    started = time.perf_counter()
    vault.begin_rotation(keys)
    vault.confirm_rotation(keys, Domain.CLINICAL)
    assert time.perf_counter() - started < 5
    for number in range(50):
        bob = opened(folder, f"user{number}", OTHER_PASSWORD)
        assert bob.database_key() == keys.database_key()


def test_who_is_removed_for_cause_has_keys_of_nothing_new(
    folder: Path, keys: Unlocked, tmp_path: Path
) -> None:
    """They kept the whole folder and know their password (A10)."""
    user_id = added(keys, "eve")
    added(keys, "bob")
    shutil.copytree(folder, tmp_path / "kept")
    kept = opened(tmp_path / "kept", "eve", OTHER_PASSWORD)
    old = keys.database_key()
    assert vault.remove_for_cause(keys, user_id) == {Domain.CLINICAL}
    vault.confirm_rotation(keys, Domain.CLINICAL)
    with pytest.raises(WrongPassword):
        opened(folder, "eve", OTHER_PASSWORD)
    assert kept.database_key() == old != keys.database_key()
    assert opened(folder, "bob", OTHER_PASSWORD).database_key() == keys.database_key()
    header = files_of(folder).load()
    assert not list(header.roster.seals_of(user_id))


def test_a_removed_researcher_turns_research_alone(keys: Unlocked) -> None:
    user_id = added(keys, "eve", "researcher")
    assert vault.remove_for_cause(keys, user_id) == {Domain.RESEARCH}
    assert keys.pending_database_key() is None
    assert keys.pending_research_key() is not None


def test_a_removed_administrator_signs_no_more(folder: Path, keys: Unlocked) -> None:
    """A new signer follows, and everybody's trust follows at their next unlock."""
    added(keys, "bob")
    user_id = added(keys, "eve", "administrator")
    first = keys.signer
    assert vault.remove_for_cause(keys, user_id) == set(Domain)
    assert keys.signer != first
    for domain in Domain:
        vault.confirm_rotation(keys, domain)
    for login, password in ((ADMIN, ADMIN_PASSWORD), ("bob", OTHER_PASSWORD)):
        assert opened(folder, login, password).contents().trusted == first
        assert opened(folder, login, password).contents().trusted == keys.signer
    added(keys, "carl", "administrator")
    assert opened(folder, "carl", OTHER_PASSWORD).database_key() == keys.database_key()


# -- recovery ----------------------------------------------------------------------------------


def test_recovery_gives_a_new_password_and_a_new_key(folder: Path) -> None:
    keys, sheet = made(folder)
    database_key = keys.database_key()
    added(keys, "bob")
    keys.close()
    recovered, new_sheet = vault.recover(folder, sheet, "ADA", THIRD_PASSWORD, limits=CHEAP_LIMITS)
    assert recovered.database_key() == database_key
    assert not recovered.must_change
    with pytest.raises(WrongPassword):
        opened(folder)
    assert opened(folder, ADMIN, THIRD_PASSWORD).database_key() == database_key
    assert opened(folder, "bob", OTHER_PASSWORD).database_key() == database_key
    assert not vault.is_recovery_key(folder, sheet, limits=CHEAP_LIMITS)
    assert vault.is_recovery_key(folder, new_sheet, limits=CHEAP_LIMITS)
    with pytest.raises(NotAllowed, match="latest sheet"):
        vault.recover(folder, sheet, ADMIN, OTHER_PASSWORD, limits=CHEAP_LIMITS)
    added(recovered, "carl")


def test_recovery_opens_after_a_rotation_and_in_the_middle_of_one(folder: Path) -> None:
    keys, sheet = made(folder)
    vault.remove_for_cause(keys, added(keys, "eve", "administrator"))
    pending = keys.pending_database_key()
    recovered, sheet = vault.recover(folder, sheet, ADMIN, THIRD_PASSWORD, limits=CHEAP_LIMITS)
    assert recovered.pending_database_key() == pending
    for domain in Domain:
        vault.confirm_rotation(recovered, domain)
    recovered, _ = vault.recover(folder, sheet, ADMIN, OTHER_PASSWORD, limits=CHEAP_LIMITS)
    assert recovered.database_key() == pending


def test_recovery_lifts_the_lock(folder: Path) -> None:
    _, sheet = made(folder)
    clock = FakeClock()
    for password in (*["wrong"] * 10, ADMIN_PASSWORD):
        with pytest.raises(WrongPassword):
            opened(folder, ADMIN, password, clock)
    vault.recover(folder, sheet, ADMIN, THIRD_PASSWORD, limits=CHEAP_LIMITS)
    opened(folder, ADMIN, THIRD_PASSWORD, clock).close()


@pytest.mark.parametrize(
    ("login", "password", "words"),
    [
        ("bob", THIRD_PASSWORD, "No administrator"),
        ("nobody", THIRD_PASSWORD, "No administrator"),
        (ADMIN, "short", "at least 15"),
    ],
)
def test_a_recovery_that_will_not_do_changes_nothing(
    folder: Path, login: str, password: str, words: str
) -> None:
    keys, sheet = made(folder)
    added(keys, "bob")
    before = files_of(folder).load()
    with pytest.raises(BadInput, match=words):
        vault.recover(folder, sheet, login, password, limits=CHEAP_LIMITS)
    assert files_of(folder).load() == before


def test_another_sheet_opens_nothing(folder: Path, keys: Unlocked) -> None:
    assert not vault.is_recovery_key(folder, new_recovery_key(), limits=CHEAP_LIMITS)


def test_a_new_sheet_replaces_the_old(folder: Path) -> None:
    keys, sheet = made(folder)
    renewed = vault.renew_recovery_key(keys)
    assert not vault.is_recovery_key(folder, sheet, limits=CHEAP_LIMITS)
    assert vault.is_recovery_key(folder, renewed, limits=CHEAP_LIMITS)
    opened(folder).close()


# -- the roots of the audit chain --------------------------------------------------------------


def test_administrators_alone_hold_the_roots_of_the_audit(folder: Path, keys: Unlocked) -> None:
    """E04: whoever works with the records cannot make keys of the chain from its root."""
    added(keys, "bob", "clinician")
    with pytest.raises(NotAllowed):
        opened(folder, "bob", OTHER_PASSWORD).audit_key(1)
    assert len(keys.audit_key(1)) == 32
    assert keys.audit_key(1) not in (keys.database_key(), keys.backup_key())


def test_a_removed_administrator_knows_no_root_that_follows(folder: Path, keys: Unlocked) -> None:
    """E04: what they took is read on for ever by the others, and is good for nothing new."""
    user_id = added(keys, "eve", "administrator")
    first = keys.audit_key(1)
    vault.remove_for_cause(keys, user_id)
    assert keys.audit_root == 2
    again = opened(folder)
    assert again.audit_key(1) == first
    assert again.audit_key(2) != first


def test_a_new_data_key_begins_a_new_root(keys: Unlocked) -> None:
    """The chain's live key lies in the database, so that an old key of it is an old key of both."""
    vault.begin_rotation(keys)
    assert keys.audit_root == 2
    vault.abandon_rotation(keys, Domain.CLINICAL)
    assert keys.audit_root == 2
    vault.begin_rotation(keys, [Domain.RESEARCH])
    assert keys.audit_root == 2


def test_a_header_from_before_the_chain_opens_and_is_given_a_root(
    folder: Path, keys: Unlocked
) -> None:
    forget_audit(keys)
    assert b"audit" not in (folder / "clinic.keys").read_bytes()
    old = opened(folder)
    assert old.audit_root == 0
    with pytest.raises(NotAllowed):
        old.audit_key(1)
    for _ in range(2):
        vault.begin_audit(old, 812)
        assert (old.audit_root, old.audit_begins) == (1, 812)
    assert opened(folder).audit_key(1) == old.audit_key(1)
