"""What one account shares with another is for that one alone, and from that one for sure."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinicdesk import vault
from clinicdesk.errors import NotAllowed, StoreError
from clinicdesk.vault import Domain, ShareUnreadable, Unlocked
from clinicdesk.vault.sharing import SHARE_MAGIC
from tests.vault.support import OTHER_PASSWORD, added, made, opened

CONTENT = "Zoë's record, canonical".encode() * 40


@dataclass
class House:
    """A store with a patient, another patient, a clinician and a researcher."""

    folder: Path
    ada: Unlocked
    pat: Unlocked
    paul: Unlocked
    carla: Unlocked
    rosa: Unlocked


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    ada, _ = made(tmp_path)
    roles = {"pat": "patient", "paul": "patient", "carla": "clinician", "rosa": "researcher"}
    for login, role in roles.items():
        added(ada, login, role)
    keys = {login: opened(tmp_path, login, OTHER_PASSWORD) for login in roles}
    house = House(tmp_path, ada=opened(tmp_path), **keys)
    yield house
    for each in (ada, house.ada, *keys.values()):
        each.close()


@pytest.fixture
def share(house: House) -> bytes:
    return vault.seal_share(house.carla, house.pat.user_id, "17", CONTENT)


def test_the_recipient_reads_it(house: House, share: bytes) -> None:
    assert bytes(vault.open_share(house.pat, share)) == CONTENT
    assert CONTENT[:10] not in share


def test_two_shares_of_one_thing_have_nothing_in_common(house: House, share: bytes) -> None:
    again = vault.seal_share(house.carla, house.pat.user_id, "17", CONTENT)
    start = share.index(b"\n", len(SHARE_MAGIC)) + 1
    assert again[:start] == share[:start]
    assert not {again[i : i + 8] for i in range(start, len(again), 8)} & {
        share[i : i + 8] for i in range(start, len(share), 8)
    }


@pytest.mark.parametrize("login", ["paul", "rosa", "ada", "carla"])
def test_nobody_else_reads_it(house: House, share: bytes, login: str) -> None:
    with pytest.raises(ShareUnreadable, match="Ask the clinic"):
        vault.open_share(getattr(house, login), share)


def test_nobody_else_reads_it_by_writing_their_name_on_it(house: House, share: bytes) -> None:
    addressed = share.replace(house.pat.user_id.encode(), house.paul.user_id.encode())
    assert addressed != share
    with pytest.raises(ShareUnreadable):
        vault.open_share(house.paul, addressed)


def test_every_changed_byte_is_noticed(house: House, share: bytes) -> None:
    for place in range(len(share)):
        changed = bytearray(share)
        changed[place] ^= 0x40
        with pytest.raises(ShareUnreadable):
            vault.open_share(house.pat, bytes(changed))


def test_every_shorter_one_is_noticed(house: House, share: bytes) -> None:
    for length in range(0, len(share), 7):
        with pytest.raises(ShareUnreadable):
            vault.open_share(house.pat, share[:length])
    with pytest.raises(ShareUnreadable):
        vault.open_share(house.pat, share + b"\0")


def test_only_who_holds_the_records_shares(house: House) -> None:
    """Anybody can read the public keys; a researcher or another patient can forge nothing."""
    for forger in (house.rosa, house.paul):
        forged = vault.seal_share(forger, house.pat.user_id, "17", CONTENT)
        with pytest.raises(ShareUnreadable):
            vault.open_share(house.pat, forged)
        in_her_name = forged.replace(forger.user_id.encode(), house.carla.user_id.encode())
        with pytest.raises(ShareUnreadable):
            vault.open_share(house.pat, in_her_name)


def test_a_share_of_another_store_is_none_of_ours(
    house: House, share: bytes, tmp_path: Path
) -> None:
    other, _ = made(tmp_path / "other")
    foreign = share.replace(house.ada.store_id.encode(), other.store_id.encode())
    other.close()
    with pytest.raises(ShareUnreadable):
        vault.open_share(house.pat, foreign)


def test_a_patient_who_was_reset_asks_again(house: House, share: bytes) -> None:
    vault.reset_password(house.ada, house.pat.user_id, "pat", "plinth walrus copper dune")
    fresh = opened(house.folder, "pat", "plinth walrus copper dune")
    with pytest.raises(ShareUnreadable, match="reset"):
        vault.open_share(fresh, share)
    again = vault.seal_share(house.carla, fresh.user_id, "17", CONTENT)
    assert bytes(vault.open_share(fresh, again)) == CONTENT
    fresh.close()


def test_who_has_left_is_still_believed(house: House, share: bytes) -> None:
    """What a clinician shared before is not taken back by closing the account."""
    vault.deactivate(house.ada, house.carla.user_id)
    assert bytes(vault.open_share(house.pat, share)) == CONTENT


def test_nothing_is_shared_with_a_closed_account(house: House) -> None:
    vault.deactivate(house.ada, house.pat.user_id)
    with pytest.raises(StoreError, match="closed"):
        vault.seal_share(house.carla, house.pat.user_id, "17", CONTENT)


def test_a_new_data_key_leaves_shares_alone(house: House, share: bytes) -> None:
    vault.begin_rotation(house.ada)
    vault.confirm_rotation(house.ada, Domain.CLINICAL)
    assert bytes(vault.open_share(house.pat, share)) == CONTENT


def test_a_patient_has_no_key_of_any_domain(house: House) -> None:
    """Not by any door, and not by any seal of the header (F03, for patients)."""
    for key in (
        house.pat.database_key,
        house.pat.documents_key,
        house.pat.backup_key,
        house.pat.research_key,
    ):
        with pytest.raises(NotAllowed):
            key()
    assert not list(house.pat.current().roster.seals_of(house.pat.user_id))
