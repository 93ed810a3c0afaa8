"""An attacker with the disk in hand and no password (A05, A07)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.errors import WrongPassword
from clinicdesk.vault import Domain, NewAccount, Unlocked, roster
from clinicdesk.vault.drafts import shut_out
from clinicdesk.vault.header import Header
from clinicdesk.vault.kdf import KdfCost
from clinicdesk.vault.pins import PinnedState, Pins
from clinicdesk.vault.roster import Account, Recipient, Roster, Signer
from clinicdesk.vault.sealing import new_key, new_pair, new_signer, seal, sign
from clinicdesk.vault.slots import Slot
from clinicdesk.vault.troubles import KeysOlder, KeysTampered
from tests.conftest import CHEAP_LIMITS
from tests.vault.support import (
    ADMIN,
    ADMIN_PASSWORD,
    OTHER_PASSWORD,
    added,
    files_of,
    made,
    opened,
    overwritten,
    signed_by,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def keys(folder: Path) -> Unlocked:
    keys, _ = made(folder)
    added(keys, "bob")
    return keys


def bob_of(header: Header) -> Account:
    return header.roster.accounts[1]


def with_roster(header: Header, **changes: object) -> Header:
    return replace(header, roster=replace(header.roster, **changes))  # type: ignore[arg-type]


def with_bob(header: Header, **changes: object) -> Header:
    bob = replace(bob_of(header), **changes)  # type: ignore[arg-type]
    return with_roster(header, accounts=(header.roster.accounts[0], bob))


def with_slot(header: Header, slot: Slot) -> Header:
    return replace(header, slots=header.with_slot(slot))


# -- slots -------------------------------------------------------------------------------------


def test_swapped_slots_open_nothing(folder: Path, keys: Unlocked) -> None:
    header = files_of(folder).load()
    ada, bob = keys.user_id, bob_of(header).user_id
    ours, theirs = header.slot(ada), header.slot(bob)
    assert ours
    assert theirs
    swapped = (replace(ours, owner=bob), replace(theirs, owner=ada))
    recovery = header.slot(header.roster.recovery.owner)
    assert recovery
    overwritten(folder, replace(header, slots=(*swapped, recovery)))
    for login in (ADMIN, "bob"):
        for password in (ADMIN_PASSWORD, OTHER_PASSWORD):
            with pytest.raises(WrongPassword):
                opened(folder, login, password)


@pytest.mark.parametrize(
    "change",
    [
        {"slot_id": "00" * 16},
        {"salt": bytes(16)},
        {"must_change": False},
        {"cost": KdfCost(memory=64, passes=1, lanes=1)},
        {"cost": KdfCost(memory=32, passes=2, lanes=1)},
        {"wrapped": bytes(92)},
        {"wrapped": b""},
        {"wrapped": bytes(27)},
    ],
    ids=str,
)
def test_every_field_of_a_slot_is_bound(
    folder: Path, keys: Unlocked, change: dict[str, object]
) -> None:
    header = files_of(folder).load()
    slot = header.slot(bob_of(header).user_id)
    assert slot
    overwritten(folder, with_slot(header, replace(slot, **change)))  # type: ignore[arg-type]
    with pytest.raises(WrongPassword):
        opened(folder, "bob", OTHER_PASSWORD)
    opened(folder).close()


def test_a_slot_of_another_store_opens_nothing(
    folder: Path, keys: Unlocked, tmp_path: Path
) -> None:
    other, _ = made(tmp_path / "other")
    header = files_of(folder).load()
    slot = files_of(tmp_path / "other").load().slot(other.user_id)
    assert slot
    overwritten(folder, with_slot(header, replace(slot, owner=keys.user_id)))
    with pytest.raises(WrongPassword):
        opened(folder)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.PATIENT])  # who is given seals, and not
def test_an_old_slot_put_back_opens_no_new_pair(folder: Path, keys: Unlocked, role: Role) -> None:
    """After a reset the old password's slot belongs to a pair nobody seals to any more."""
    vault.change_role(keys, bob_of(files_of(folder).load()).user_id, role)
    before = files_of(folder).load()
    bob = bob_of(before).user_id
    vault.reset_password(keys, bob, "bob", ADMIN_PASSWORD)
    slot = before.slot(bob)
    assert slot
    overwritten(folder, with_slot(files_of(folder).load(), slot))
    with pytest.raises(KeysTampered, match="tell whoever looks after"):
        opened(folder, "bob", OTHER_PASSWORD)


# -- roster ------------------------------------------------------------------------------------

_, STRANGER = new_pair()

CHANGES: dict[str, Callable[[Header], Header]] = {
    "public key of another": lambda header: with_bob(header, public_key=STRANGER),
    "role": lambda header: with_bob(header, role=Role.ADMINISTRATOR),
    "status": lambda header: with_bob(header, active=False),
    "login": lambda header: with_bob(
        header, login_tag=roster.login_tag(header.roster.login_salt, "eve")
    ),
    "account removed": lambda header: shut_out(header, bob_of(header)),
    "generation": lambda header: with_roster(header, generation=header.roster.generation + 1),
    "cost": lambda header: with_roster(header, cost=KdfCost(64, 1, 1)),
    "recovery": lambda header: with_roster(
        header, recovery=Recipient(header.roster.recovery.owner, STRANGER)
    ),
    "epoch": lambda header: with_roster(
        header, epochs={**header.roster.epochs, Domain.CLINICAL: roster.Epoch(1, 2)}
    ),
    "seals removed": lambda header: with_roster(header, seals=header.roster.seals[:-1]),
    "seals reordered": lambda header: with_roster(header, seals=header.roster.seals[::-1]),
    "signature": lambda header: replace(header, signature=bytes(64)),
    "store": lambda header: replace(header, store_id=bytes(16)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("resigned", [False, True], ids=["unsigned", "signed by a stranger"])
def test_a_changed_roster_is_noticed_by_who_unlocks_and_by_who_is_in(
    folder: Path, keys: Unlocked, change: Callable[[Header], Header], resigned: bool
) -> None:
    header = change(files_of(folder).load())
    if resigned:
        private, public = new_signer()
        header = with_roster(header, signers=(Signer(public, b""),))
        header = signed_by(header, private)
    overwritten(folder, header)
    with pytest.raises((KeysTampered, WrongPassword)):  # another store's id opens no slot at all
        opened(folder)
    for attempt in (
        lambda: vault.add_account(keys, NewAccount("carl", "nurse", OTHER_PASSWORD)),
        lambda: vault.begin_rotation(keys),
        lambda: vault.write_pins(keys, Domain.CLINICAL, Pins(9)),
    ):
        with pytest.raises(KeysTampered):
            attempt()
    assert files_of(folder).load() == header


def test_an_older_header_is_not_taken_by_who_has_seen_a_newer(folder: Path, keys: Unlocked) -> None:
    """Bob was closed; putting the files of the day before back does not open his account again."""
    before = files_of(folder).load()
    vault.deactivate(keys, bob_of(before).user_id)
    overwritten(folder, before)
    for attempt in (
        keys.current,
        lambda: vault.begin_rotation(keys),
        lambda: vault.write_pins(keys, Domain.CLINICAL, Pins(9)),
    ):
        with pytest.raises(KeysOlder, match="Restore the newer"):
            attempt()
    assert opened(folder).generation < keys.generation  # what the database can compare


def test_a_stranger_cannot_hand_over_to_himself(folder: Path, keys: Unlocked) -> None:
    """He adds a signer of his own and endorses it himself."""
    header = files_of(folder).load()
    private, public = new_signer()
    endorsement = sign(private, roster.endorsed(public))
    followed = (*header.roster.signers, Signer(public, endorsement))
    overwritten(folder, signed_by(with_roster(header, signers=followed), private))
    with pytest.raises(KeysTampered):
        opened(folder)


def test_a_key_of_the_attackers_choice_is_not_accepted(folder: Path, keys: Unlocked) -> None:
    """Anybody can seal to a public key; only the signature says whose seal it is."""
    header = files_of(folder).load()
    clinical = next(
        each for each in header.roster.seals_of(keys.user_id) if each.purpose == "clinical"
    )
    chosen = seal(keys.public_key, new_key(), clinical.info(header.store_id))
    seals = [
        replace(each, sealed=chosen) if each == clinical else each for each in header.roster.seals
    ]
    overwritten(folder, with_roster(header, seals=tuple(seals)))
    with pytest.raises(KeysTampered):
        opened(folder)


def test_a_substituted_recovery_key_is_noticed(folder: Path, tmp_path: Path) -> None:
    _, sheet = made(folder)
    _, others_sheet = made(tmp_path / "other")
    header, other = files_of(folder).load(), files_of(tmp_path / "other").load()
    recovery = other.slot(other.roster.recovery.owner)
    assert recovery
    slots = (*header.slots_without(header.roster.recovery.owner), recovery)
    replaced: Roster = replace(header.roster, recovery=other.roster.recovery)
    overwritten(folder, replace(header, roster=replaced, slots=slots))
    assert not vault.is_recovery_key(folder, sheet, limits=CHEAP_LIMITS)
    assert not vault.is_recovery_key(folder, others_sheet, limits=CHEAP_LIMITS)
    with pytest.raises(KeysTampered):
        opened(folder)


def test_a_missing_recovery_slot_is_said(folder: Path) -> None:
    _, sheet = made(folder)
    header = files_of(folder).load()
    overwritten(folder, replace(header, slots=header.slots_without(header.roster.recovery.owner)))
    with pytest.raises(KeysTampered):
        vault.recover(folder, sheet, ADMIN, OTHER_PASSWORD, limits=CHEAP_LIMITS)


# -- pins --------------------------------------------------------------------------------------


def test_forged_pins_are_noticed(folder: Path, keys: Unlocked) -> None:
    vault.write_pins(keys, Domain.CLINICAL, Pins(generation=5))
    header = files_of(folder).load()
    mac = header.pins[Domain.CLINICAL].mac
    overwritten(
        folder,
        replace(header, pins={**header.pins, Domain.CLINICAL: PinnedState(Pins(4), mac)}),
    )
    for login, password in ((ADMIN, ADMIN_PASSWORD), ("bob", OTHER_PASSWORD)):
        with pytest.raises(KeysTampered):
            opened(folder, login, password)
    with pytest.raises(KeysTampered):
        vault.read_pins(keys, Domain.CLINICAL)
    with pytest.raises(KeysTampered):
        vault.begin_rotation(keys)


def test_pins_of_one_domain_do_not_pass_for_anothers(folder: Path, keys: Unlocked) -> None:
    header = files_of(folder).load()
    research = header.pins[Domain.RESEARCH]
    overwritten(folder, replace(header, pins={**header.pins, Domain.CLINICAL: research}))
    with pytest.raises(KeysTampered):
        opened(folder)


def test_pins_one_cannot_check_are_left_to_those_who_can(folder: Path, keys: Unlocked) -> None:
    added(keys, "eve", "researcher")
    header = files_of(folder).load()
    forged = PinnedState(Pins(4), header.pins[Domain.CLINICAL].mac)
    overwritten(folder, replace(header, pins={**header.pins, Domain.CLINICAL: forged}))
    opened(folder, "eve", OTHER_PASSWORD).close()
    with pytest.raises(KeysTampered):
        opened(folder)
