"""Unlocking: who gets which keys, what a wrong password learns, what `close` leaves (A01-A18)."""

import sys
from pathlib import Path

import pytest

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput, NotAllowed, WrongPassword
from clinicdesk.vault import DOMAINS, KEYS_FILE, Domain, NewAccount, Unlocked, opening
from clinicdesk.vault import slots as slots_module
from clinicdesk.vault.kdf import KdfCost, Limits, derive
from clinicdesk.vault.roster import SIGNING
from clinicdesk.vault.sealing import NotOpened, unseal
from tests.conftest import CHEAP, CHEAP_LIMITS
from tests.memory import held_and_left
from tests.vault.support import (
    ADMIN,
    ADMIN_PASSWORD,
    OTHER_PASSWORD,
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


def test_the_right_password_opens_with_the_compiled_cost(folder: Path) -> None:
    account = NewAccount(ADMIN, "administrator", ADMIN_PASSWORD)
    keys, recovery_key = vault.create(folder, account)
    again = vault.unlock(folder, "  ADA ", ADMIN_PASSWORD)
    assert again.database_key() == keys.database_key()
    assert len(keys.database_key()) == 32
    assert vault.is_recovery_key(folder, recovery_key)
    header = vault.files.KeyFiles(folder).load()
    slot = header.slot(keys.user_id)
    assert slot
    assert slot.cost == KdfCost(memory=65536, passes=3, lanes=4)
    assert len(slot.salt) == 16


def test_two_stores_share_no_key(tmp_path: Path) -> None:
    one, other = (made(tmp_path / name)[0] for name in ("one", "other"))
    pairs = [
        (one.database_key(), other.database_key()),
        (one.research_key(), other.research_key()),
        (one.documents_key(), other.documents_key()),
        (one.backup_key(), other.backup_key()),
        (one.public_key, other.public_key),
    ]
    assert all(first != second for first, second in pairs)
    assert len({key for pair in pairs for key in pair}) == 2 * len(pairs)


def test_identity_comes_with_the_keys(folder: Path, keys: Unlocked) -> None:
    user_id = added(keys, "Bob", "nurse")
    bob = opened(folder, "bob", OTHER_PASSWORD)
    assert (bob.user_id, bob.role, bob.store_id) == (user_id, Role.NURSE, keys.store_id)
    assert bob.must_change
    assert not keys.must_change
    assert bob.public_key != keys.public_key
    assert "bob" not in (folder / KEYS_FILE).read_text().casefold()


@pytest.mark.parametrize("role", Role)
def test_a_role_is_given_its_domains_and_no_others(folder: Path, role: Role) -> None:
    keys, _ = made(folder)
    user_id = added(keys, "eve", role)
    eve = opened(folder, "eve", OTHER_PASSWORD)
    for domain, derived, expected in (
        (Domain.CLINICAL, eve.database_key, keys.database_key),
        (Domain.CLINICAL, eve.documents_key, keys.documents_key),
        (Domain.CLINICAL, eve.backup_key, keys.backup_key),
        (Domain.RESEARCH, eve.research_key, keys.research_key),
    ):
        if domain in DOMAINS[role]:
            assert derived() == expected()
        else:
            with pytest.raises(NotAllowed):
                derived()
    given = {seal.purpose for seal in files_of(folder).load().roster.seals_of(user_id)}
    assert (SIGNING in given) == (role is Role.ADMINISTRATOR)


def test_a_researcher_opens_none_of_the_other_seals(folder: Path, keys: Unlocked) -> None:
    added(keys, "eve", Role.RESEARCHER)
    added(keys, "bob", Role.CLINICIAN)
    eve = opened(folder, "eve", OTHER_PASSWORD)
    header = files_of(folder).load()
    private = eve.contents().private
    own = {"research"}
    for seal in header.roster.seals:
        if seal.owner == eve.user_id:
            assert seal.purpose in own
            continue
        for owner in (seal.owner, eve.user_id):
            info = vault.roster.seal_info(header.store_id, owner, seal.purpose, seal.epoch)
            with pytest.raises(NotOpened):
                unseal(private, seal.sealed, info)


# -- what a wrong password learns --------------------------------------------------------------


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[KdfCost]:
    """The cost of every Argon2id that is run."""
    costs: list[KdfCost] = []

    def counted(password: str, salt: bytes, cost: KdfCost, limits: object) -> bytearray:
        costs.append(cost)
        return derive(password, salt, cost, CHEAP_LIMITS)

    monkeypatch.setattr(slots_module, "derive", counted)
    monkeypatch.setattr(opening, "derive", counted)
    return costs


def refused(folder: Path, login: str, password: str, clock: FakeClock) -> str:
    with pytest.raises(WrongPassword) as error:
        vault.unlock(folder, login, password, limits=CHEAP_LIMITS, clocks=clock.clocks())
    return str(error.value)


def test_wrong_unknown_locked_and_closed_are_one_answer_for_one_work(
    folder: Path, keys: Unlocked, work: list[KdfCost]
) -> None:
    closed = added(keys, "carl")
    vault.deactivate(keys, closed)
    added(keys, "bob")
    clock = FakeClock()
    for _ in range(10):
        refused(folder, "bob", "wrong", clock)
    work.clear()
    answers = [
        refused(folder, ADMIN, "wrong", clock),
        refused(folder, "nobody", OTHER_PASSWORD, clock),
        refused(folder, "bob", OTHER_PASSWORD, clock),  # locked: right, and refused all the same
        refused(folder, "bob", "wrong", clock),
        refused(folder, "carl", OTHER_PASSWORD, clock),
        refused(folder, "", "", clock),
        refused(folder, "x" * 100_000, "y" * 1_000_000, clock),
    ]
    assert set(answers) == {"The password is not right."}
    assert work == [CHEAP] * len(answers)


def test_two_hundred_refusals_of_every_kind_do_the_same(
    folder: Path, keys: Unlocked, work: list[KdfCost]
) -> None:
    """A15: one derivation and one wait each; `bench refusal` has the clock."""
    closed = added(keys, "carl")
    vault.deactivate(keys, closed)
    kinds = {ADMIN: "wrong", "nobody": OTHER_PASSWORD, "carl": OTHER_PASSWORD}
    clocks = {login: FakeClock() for login in kinds}
    work.clear()
    for trial in range(200):
        said = {refused(folder, login, kinds[login], clocks[login]) for login in kinds}
        assert said == {"The password is not right."}
        assert len({clock.slept for clock in clocks.values()}) == 1
        assert work == [CHEAP] * len(kinds) * (trial + 1)


def test_an_unknown_login_is_held_back_like_a_known_one(folder: Path, keys: Unlocked) -> None:
    slept = []
    for login in (ADMIN, "nobody"):
        clock = FakeClock()
        for _ in range(12):
            refused(folder, login, "wrong", clock)
        slept.append(clock.slept)
        assert vault.seconds_to_wait(folder, login, limits=CHEAP_LIMITS, clocks=clock.clocks()) > 0
    assert slept[0] == slept[1] > 100


def test_failures_are_told_to_the_next_who_succeeds(folder: Path, keys: Unlocked) -> None:
    clock = FakeClock()
    for _ in range(4):
        refused(folder, ADMIN, "wrong", clock)
    again = vault.unlock(folder, ADMIN, ADMIN_PASSWORD, limits=CHEAP_LIMITS, clocks=clock.clocks())
    assert again.failed_attempts == 4
    assert opened(folder).failed_attempts == 0


def test_the_password_is_asked_for_again(keys: Unlocked) -> None:
    clocks = FakeClock().clocks()
    vault.confirm_password(keys, ADMIN_PASSWORD, clocks=clocks)
    with pytest.raises(WrongPassword):
        vault.confirm_password(keys, "wrong", clocks=clocks)


# -- the cost rises silently -------------------------------------------------------------------


def test_an_old_slot_is_raised_when_its_owner_unlocks(folder: Path, keys: Unlocked) -> None:
    """The standard rises with a new version of the program; what was written before is old."""
    added(keys, "bob")
    dearer = KdfCost(memory=64, passes=2, lanes=1)
    risen = Limits(written=dearer, read=CHEAP)
    clocks = FakeClock().clocks()
    bob = vault.unlock(folder, "bob", OTHER_PASSWORD, limits=risen, clocks=clocks)
    raised = files_of(folder).load().slot(bob.user_id)
    assert raised
    assert (raised.cost, raised.must_change) == (dearer, True)
    left = files_of(folder).load().slot(keys.user_id)
    assert left
    assert left.cost == CHEAP
    again = vault.unlock(folder, "bob", OTHER_PASSWORD, limits=risen, clocks=clocks)
    assert again.database_key() == keys.database_key()
    admin = vault.unlock(folder, ADMIN, ADMIN_PASSWORD, limits=risen, clocks=clocks)
    vault.add_account(admin, NewAccount("eve", "nurse", OTHER_PASSWORD))
    assert all(slot.cost in (dearer, None) for slot in files_of(folder).load().slots)


# -- what close leaves -------------------------------------------------------------------------


def test_closed_keys_are_overwritten_and_derive_nothing(keys: Unlocked) -> None:
    held = [keys.contents().private, *keys._ring._keys.values()]
    assert all(any(key) for key in held)
    keys.close()
    assert not any(any(key) for key in held)
    for use in (keys.database_key, keys.research_key, keys.backup_key, keys.current):
        with pytest.raises(NotAllowed, match="locked"):
            use()
    keys.close()


def test_nothing_is_shown(keys: Unlocked) -> None:
    shown = " ".join(map(repr, (keys, keys._ring, keys.contents())))
    shown += repr(NewAccount(ADMIN, "administrator", ADMIN_PASSWORD))
    assert ADMIN_PASSWORD not in shown
    assert keys.database_key().hex() not in shown
    assert str(keys.contents().private) not in shown
    assert "bytearray" not in shown


HOLDER = """
from clinicdesk import vault
from tests.vault.support import added, opened

keys = opened(folder)
vault.remove_for_cause(keys, added(keys, "eve", "administrator"))  # handles every key there is
vault.write_pins(keys, vault.Domain.CLINICAL, vault.Pins(1))
for key in (keys.contents().private, *keys._ring._keys.values()):
    show(key)
forget_when_asked(keys.close)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")
def test_no_key_is_left_in_memory(folder: Path, keys: Unlocked) -> None:
    held, left = held_and_left(HOLDER, folder)
    assert held == [True] * 8, "the instrument sees keys"
    assert not any(left)


# -- making a store ----------------------------------------------------------------------------


def test_a_store_is_never_made_over_another(folder: Path, keys: Unlocked) -> None:
    before = (folder / KEYS_FILE).read_bytes()
    with pytest.raises(BadInput, match="already holds a store"):
        made(folder)
    assert (folder / KEYS_FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (NewAccount(ADMIN, "clinician", ADMIN_PASSWORD), "administrator"),
        (NewAccount(ADMIN, "administrator", "too short"), "at least 15"),
        (NewAccount("", "administrator", ADMIN_PASSWORD), "login name"),
    ],
)
def test_a_first_account_that_will_not_do_leaves_no_trace(
    folder: Path, account: NewAccount, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        vault.create(folder, account, cost=CHEAP, limits=CHEAP_LIMITS)
    assert not folder.exists()
