"""The keys of a copy of the store: of a backup, whose header may be older than ours."""

from dataclasses import dataclass, field
from pathlib import Path

from clinicdesk.errors import StoreError
from clinicdesk.vault.domains import Domain
from clinicdesk.vault.files import KeyFiles
from clinicdesk.vault.header import Header
from clinicdesk.vault.keyring import KeyRing, open_ring
from clinicdesk.vault.roster import Epoch
from clinicdesk.vault.unlocked import Unlocked


class CopyOfAnother(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "The keys in this copy are of another store, or were changed by something other than"
            " ClinicDesk. Look through another copy."
        )


class CopyWithoutUs(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "This copy is older than your account, so it does not open with it. Restore it with a"
            " login and password of that day to look through it."
        )


@dataclass(frozen=True, slots=True)
class CopyKeys:
    """databases: keys clinic.db may have, the present one first.  backup: of the manifest."""

    store_id: str
    databases: tuple[bytes, ...] = field(repr=False)
    backup: bytes = field(repr=False)


def keys_of_copy(keys: Unlocked, folder: Path) -> CopyKeys:
    """What our account opens in a copy of the store; raise a StoreError that says why not."""
    header = KeyFiles(folder, keys.files.limits).load()
    if header.store_id.hex() != keys.store_id or not _is_signed_by_ours(keys, header):
        raise CopyOfAnother
    account = header.roster.account(keys.user_id)
    if account is None or account.public_key != keys.public_key:
        raise CopyWithoutUs
    ring = open_ring(header, keys.user_id, keys.contents().private)
    try:
        return _derived(header, ring)
    finally:
        ring.wipe()


def _is_signed_by_ours(keys: Unlocked, header: Header) -> bool:
    """Whether one of the signers this store ever had signed it."""
    signers = keys.current().roster.signers
    return any(header.is_genuine(signer.public_key) for signer in signers)


def _derived(header: Header, ring: KeyRing) -> CopyKeys:
    epoch: Epoch = header.roster.epochs[Domain.CLINICAL]
    if not ring.holds(Domain.CLINICAL, epoch.current):
        raise CopyWithoutUs

    def key(number: int, label: str) -> bytes:
        return ring.derived(Domain.CLINICAL, number, label, header.store_id)

    databases = tuple(key(number, "sqlcipher") for number in epoch.numbers())
    return CopyKeys(header.store_id.hex(), databases, key(epoch.current, "backup"))
