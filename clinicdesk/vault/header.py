"""The header: all that is needed, beside a password, to open the store.

    {"keys": {"magic", "version", "store_id", "generation", "roster", "signature", "slots", "pins"},
     "sha256": of "keys"}

The roster is signed by administrators. Slots are bound by their own authentication, so that
everybody may change their own password; pins carry a MAC of the domain's key. The checksum finds
damage before anybody has typed a password; it is no protection against an attacker.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from clinicdesk.vault import fields
from clinicdesk.vault.domains import Domain
from clinicdesk.vault.fields import Malformed
from clinicdesk.vault.kdf import Limits
from clinicdesk.vault.pins import PinnedState, pinned_from_json
from clinicdesk.vault.roster import MOST_ACCOUNTS, Roster, roster_from_json
from clinicdesk.vault.sealing import is_signed
from clinicdesk.vault.slots import MAGIC, VERSION, Slot, slot_from_json
from clinicdesk.vault.troubles import KeysTooNew

LARGEST_FILE = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Header:
    store_id: bytes
    generation: int  # grows with every write of the file
    roster: Roster
    signature: bytes
    slots: tuple[Slot, ...]
    pins: Mapping[Domain, PinnedState]

    def slot(self, owner: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.owner == owner), None)

    def with_slot(self, slot: Slot) -> tuple[Slot, ...]:
        """All slots, the owner's replaced by this one."""
        return (*self.slots_without(slot.owner), slot)

    def slots_without(self, owner: str) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.owner != owner)

    def is_genuine(self, anchor: bytes) -> bool:
        """Whether the roster is signed by the signer trusted once, or a successor."""
        message = self.roster.message(self.store_id)
        return self.roster.trusted_by(anchor) and is_signed(
            self.roster.signer(), self.signature, message
        )

    def as_bytes(self) -> bytes:
        keys = {
            "magic": MAGIC,
            "version": VERSION,
            "store_id": self.store_id.hex(),
            "generation": self.generation,
            "roster": self.roster.as_json(),
            "signature": self.signature.hex(),
            "slots": [slot.as_json() for slot in self.slots],
            "pins": {domain.value: state.as_json() for domain, state in self.pins.items()},
        }
        return fields.canonical({"keys": keys, "sha256": _checksum(keys)})


def parse_header(raw: bytes, limits: Limits) -> Header:
    """Read a header strictly: `Malformed` for damage, a StoreError for a newer or hostile one."""
    document = fields.record(fields.parse(raw, LARGEST_FILE), "keys", "sha256")
    keys = document["keys"]
    if not isinstance(keys, dict) or document["sha256"] != _checksum(keys):
        raise Malformed("checksum")
    if keys.get("magic") != MAGIC:
        raise Malformed("magic")
    if fields.number(keys.get("version"), 1) > VERSION:
        raise KeysTooNew
    return _header(keys, limits)


def _header(keys: dict[str, Any], limits: Limits) -> Header:
    names = ("magic", "version", "store_id", "generation", "roster", "signature", "slots", "pins")
    found = fields.record(keys, *names)
    pins = fields.record(found["pins"], *(domain.value for domain in Domain))
    slots = fields.sequence(
        found["slots"], lambda each: slot_from_json(each, limits), MOST_ACCOUNTS + 1
    )
    header = Header(
        store_id=fields.octets(found["store_id"], 16),
        generation=fields.number(found["generation"], 1),
        roster=roster_from_json(found["roster"], limits),
        signature=fields.octets(found["signature"], 64),
        slots=slots,
        pins={domain: pinned_from_json(pins[domain.value]) for domain in Domain},
    )
    _check_owners(header)
    return header


def _check_owners(header: Header) -> None:
    """Each owner has one slot at most, and the recovery key's alone does without a password."""
    owners = [slot.owner for slot in header.slots]
    if len(set(owners)) != len(owners):
        raise Malformed("two slots of one owner")
    if any(
        (slot.cost is None) != (slot.owner == header.roster.recovery.owner) for slot in header.slots
    ):
        raise Malformed("a slot of the wrong kind")


def _checksum(keys: object) -> str:
    return sha256(fields.canonical(keys)).hexdigest()
