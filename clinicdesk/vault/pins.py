"""What the header remembers of each database, so that an older or emptied one is noticed."""

from dataclasses import dataclass
from typing import Any

from clinicdesk.vault import fields
from clinicdesk.vault.domains import Domain
from clinicdesk.vault.sealing import is_same, mac, subkey
from clinicdesk.wiping import wipe

_LABEL = "header"


@dataclass(frozen=True, slots=True)
class Pins:
    """generation: grows with each pinned state.  audit_seq, audit_mac: head of the audit chain."""

    generation: int = 0
    audit_seq: int = 0
    audit_mac: str = ""
    schema: str = ""

    def as_json(self) -> list[object]:
        return [self.generation, self.audit_seq, self.audit_mac, self.schema]


@dataclass(frozen=True, slots=True)
class PinnedState:
    """Pins and their MAC under the domain's data key of that epoch."""

    pins: Pins
    mac: bytes

    def as_json(self) -> list[object]:
        return [self.pins.as_json(), self.mac.hex()]


def pinned(store_id: bytes, domain: Domain, epoch: int, key: bytearray, pins: Pins) -> PinnedState:
    """Authenticate the pins with the domain's data key."""
    header_key = subkey(key, _LABEL, store_id)
    message = fields.canonical(["cd/v1/pins", store_id.hex(), domain, epoch, pins.as_json()])
    state = PinnedState(pins, mac(header_key, message))
    wipe(header_key)
    return state


def is_genuine(
    state: PinnedState, store_id: bytes, domain: Domain, epoch: int, key: bytearray
) -> bool:
    return is_same(pinned(store_id, domain, epoch, key, state.pins).mac, state.mac)


def pinned_from_json(value: Any) -> PinnedState:
    row, tag = fields.row(value, 2)
    generation, audit_seq, audit_mac, schema = fields.row(row, 4)
    pins = Pins(
        fields.number(generation),
        fields.number(audit_seq),
        fields.text(audit_mac, 128),
        fields.text(schema, 64),
    )
    return PinnedState(pins, fields.octets(tag, 32))
