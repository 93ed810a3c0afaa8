"""How events are chained: what of each is authenticated, and the keys of its epoch.

    mac(n) = HMAC-SHA256(key of the epoch, "cd/v1/audit" + mac(n-1) + canonical JSON of event n)

The key of an epoch makes the next one's and is then erased, after a last event that says that the
epoch is over: whoever holds today's key can neither change yesterday's events nor leave out the
last of them. Decision and residual risks: docs/adr/0007-audit-chain.md.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

LABEL = b"cd/v1/audit"
_FIRST = b"cd/v1/audit/first"
_NEXT = b"cd/v1/audit/next"
CLOSE = "audit.close"  # the last event of an epoch
EPOCH_EVENTS = 10_000  # then a new key, as on every new day
FIELDS = (  # named, so that a column added later leaves the MACs of older events alone
    "seq",
    "at",
    "user_id",
    "role",
    "action",
    "object_type",
    "object_id",
    "outcome",
    "detail",
    "epoch",
)
_BLOCK = 64  # bytes of a block of SHA-256
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

Said = Sequence[Any]  # the columns of FIELDS, as SQLite keeps them


class NotAnEvent(Exception):
    """A value that no event has: no such row was written by ClinicDesk."""


def canonical(said: Said) -> bytes:
    """The one spelling of an event; raise `NotAnEvent` for what JSON cannot hold."""
    try:
        return _written(said).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError):
        raise NotAnEvent from None


class Sealer:
    """HMAC-SHA256 under the key of one epoch, with the key's own blocks hashed once."""

    def __init__(self, key: bytes | bytearray) -> None:
        padded = bytes(key).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
        self._inner.update(LABEL)

    def mac(self, before: bytes, said: Said) -> bytes:
        """The MAC of an event. before: the MAC of the event before, or `root_of` the older ones."""
        return self.mac_of(before + canonical(said))

    def mac_of(self, message: bytes) -> bytes:
        """The MAC over the MAC before and the event in its one spelling."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()


def first_key(root: bytes | bytearray, epoch: int) -> bytes:
    """The key of the first epoch under a root, and of no epoch with another number."""
    return hmac.digest(root, _FIRST + epoch.to_bytes(8, "big") + b"\x01", "sha256")


def next_key(key: bytes | bytearray) -> bytes:
    """The key of the next epoch (HKDF-Expand of RFC 5869, one block): no way leads back."""
    return hmac.digest(key, _NEXT + b"\x01", "sha256")


class OlderEvents:
    """One digest over the events from before the chain; the first chained event covers it."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(LABEL)

    def add(self, said: Said) -> None:
        self._digest.update(canonical(said) + b"\n")

    def digest(self) -> bytes:
        return self._digest.digest()


def is_over(began_at: datetime, events: int, at: datetime) -> bool:
    """Whether an epoch ends before an event at that instant: another day (UTC), or too long."""
    return began_at.date() != at.date() or events >= EPOCH_EVENTS
