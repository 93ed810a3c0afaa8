"""A key slot: one account's private key, wrapped by what only its owner knows.

The slot also holds the public key of the signer its owner trusts, so that whoever cannot open
the slot cannot make its owner believe a roster signed by somebody else.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from clinicdesk.vault import fields
from clinicdesk.vault.kdf import SALT_BYTES, KdfCost, Limits, derive
from clinicdesk.vault.sealing import KEY_BYTES, NotOpened, subkey, unwrap, wrap
from clinicdesk.wiping import wipe

MAGIC = "clinicdesk keys"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Contents:
    """What a slot protects."""

    private: bytearray  # X25519
    trusted: bytes  # Ed25519 public key of the roster's signer

    def __repr__(self) -> str:
        return "Contents()"

    def wipe(self) -> None:
        wipe(self.private)


@dataclass(frozen=True, slots=True)
class Slot:
    """cost: None where the owner's secret is random already (the recovery key)."""

    owner: str
    slot_id: str
    cost: KdfCost | None
    salt: bytes
    must_change: bool
    wrapped: bytes

    def bound(self, store_id: bytes) -> bytes:
        """Everything that must not be edited, moved to another account or another store."""
        return fields.canonical([MAGIC, VERSION, store_id.hex(), self._bound_json()])

    def _bound_json(self) -> dict[str, object]:
        return {
            "owner": self.owner,
            "slot_id": self.slot_id,
            "cost": cost_json(self.cost) if self.cost else None,
            "salt": self.salt.hex(),
            "must_change": self.must_change,
        }

    def as_json(self) -> dict[str, object]:
        return self._bound_json() | {"wrapped": self.wrapped.hex()}


def slot_from_json(value: Any, limits: Limits) -> Slot:
    names = ("owner", "slot_id", "cost", "salt", "must_change", "wrapped")
    found = fields.record(value, *names)
    return Slot(
        owner=fields.identity(found["owner"]),
        slot_id=fields.identity(found["slot_id"]),
        cost=None if found["cost"] is None else cost_from_json(found["cost"], limits),
        salt=fields.octets(found["salt"], SALT_BYTES),
        must_change=fields.flag(found["must_change"]),
        wrapped=fields.octets(found["wrapped"], longest=128),
    )


def cost_json(cost: KdfCost) -> dict[str, object]:
    return {"memory": cost.memory, "passes": cost.passes, "lanes": cost.lanes}


def cost_from_json(value: Any, limits: Limits) -> KdfCost:
    found = fields.record(value, "memory", "passes", "lanes")
    cost = KdfCost(
        memory=fields.number(found["memory"]),
        passes=fields.number(found["passes"]),
        lanes=fields.number(found["lanes"]),
    )
    limits.check_read(cost)
    return cost


def password_slot(
    store_id: bytes,
    owner: str,
    contents: Contents,
    password: str,
    *,
    cost: KdfCost,
    limits: Limits,
    must_change: bool = False,
) -> Slot:
    """Wrap the contents under a password; a new salt and slot id each time."""
    limits.check_written(cost)
    salt = secrets.token_bytes(SALT_BYTES)
    empty = Slot(owner, secrets.token_hex(16), cost, salt, must_change, b"")
    return _filled(empty, store_id, contents, derive(password, salt, cost, limits))


def recovery_slot(store_id: bytes, owner: str, contents: Contents, secret: bytes) -> Slot:
    """Wrap the contents under the recovery key."""
    salt = secrets.token_bytes(SALT_BYTES)
    empty = Slot(owner, secrets.token_hex(16), None, salt, False, b"")
    return _filled(empty, store_id, contents, bytearray(secret))


def open_with_password(slot: Slot, store_id: bytes, password: str, limits: Limits) -> Contents:
    if slot.cost is None:
        raise NotOpened  # the recovery slot takes no password
    return _opened(slot, store_id, derive(password, slot.salt, slot.cost, limits))


def open_with_recovery(slot: Slot, store_id: bytes, secret: bytes) -> Contents:
    return _opened(slot, store_id, bytearray(secret))


def _filled(empty: Slot, store_id: bytes, contents: Contents, known: bytearray) -> Slot:
    key = _wrapping_key(empty, store_id, known)
    secret = contents.private + contents.trusted
    wrapped = wrap(key, secret, empty.bound(store_id))
    wipe(key, secret)
    return Slot(empty.owner, empty.slot_id, empty.cost, empty.salt, empty.must_change, wrapped)


def _opened(slot: Slot, store_id: bytes, known: bytearray) -> Contents:
    key = _wrapping_key(slot, store_id, known)
    try:
        secret = unwrap(key, slot.wrapped, slot.bound(store_id))
    finally:
        wipe(key)
    if len(secret) != 2 * KEY_BYTES:
        raise NotOpened
    contents = Contents(secret[:KEY_BYTES], bytes(secret[KEY_BYTES:]))
    wipe(secret)
    return contents


def _wrapping_key(slot: Slot, store_id: bytes, known: bytearray) -> bytearray:
    """Stretch what the owner knows into the wrapping key, and forget it."""
    label = "kek" if slot.cost else "recovery"
    key = subkey(known, label, store_id + slot.salt + bytes.fromhex(slot.owner))
    wipe(known)
    return key
