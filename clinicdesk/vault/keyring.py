"""The keys one account was given."""

from collections.abc import Iterable, Iterator, Mapping

from clinicdesk.domain.roles import Role
from clinicdesk.errors import NotAllowed
from clinicdesk.vault.domains import DOMAINS
from clinicdesk.vault.header import Header
from clinicdesk.vault.roster import AUDIT, SIGNING, Roster, Seal, seal_info
from clinicdesk.vault.sealing import NotOpened, seal, subkey, unseal
from clinicdesk.vault.troubles import KeysTampered
from clinicdesk.wiping import FleetingKey, wipe


class KeyRing:
    """Keys by purpose and epoch, in memory that `wipe` overwrites."""

    def __init__(self, keys: Mapping[tuple[str, int], bytearray]) -> None:
        self._keys = dict(keys)

    def __repr__(self) -> str:
        return "KeyRing()"

    def key(self, purpose: str, epoch: int) -> bytearray:
        if (purpose, epoch) not in self._keys:
            raise NotAllowed("This account was not given the key for that.")
        return self._keys[purpose, epoch]

    def holds(self, purpose: str, epoch: int) -> bool:
        return (purpose, epoch) in self._keys

    def derived(self, purpose: str, epoch: int, label: str, store_id: bytes) -> bytes:
        """A key for one use of a key of ours. 32 bytes."""
        return FleetingKey.moved_from(subkey(self.key(purpose, epoch), label, store_id))

    def add(self, purpose: str, epoch: int, key: bytearray) -> None:
        self._keys[purpose, epoch] = key

    def wipe(self) -> None:
        wipe(*self._keys.values())
        self._keys.clear()


def open_ring(header: Header, owner: str, private: bytearray) -> KeyRing:
    """Open every seal of this owner. The roster's signature must have been checked."""
    try:
        return KeyRing(
            {
                (each.purpose, each.epoch): unseal(private, each.sealed, each.info(header.store_id))
                for each in header.roster.seals_of(owner)
            }
        )
    except NotOpened:
        raise KeysTampered from None


def purposes_of(role: Role, roster: Roster) -> Iterator[tuple[str, int]]:
    """Every (purpose, epoch) this role is given a key for."""
    for domain in sorted(DOMAINS[role]):
        for number in roster.epochs[domain].numbers():
            yield domain.value, number
    if role is Role.ADMINISTRATOR:
        yield SIGNING, len(roster.signers)
        for number in range(1, roster.audit_root + 1):
            yield AUDIT, number


def seals_for(
    store_id: bytes, owner: str, public: bytes, purposes: Iterable[tuple[str, int]], ring: KeyRing
) -> tuple[Seal, ...]:
    """Seal these keys to one account."""
    return tuple(
        Seal(
            owner,
            purpose,
            epoch,
            seal(public, ring.key(purpose, epoch), seal_info(store_id, owner, purpose, epoch)),
        )
        for purpose, epoch in purposes
    )
