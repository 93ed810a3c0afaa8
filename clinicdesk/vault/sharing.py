"""Something for one account alone, from another one.

The content is encrypted under a key of its own, which takes two halves to make: a random one,
sealed to the recipient (HPKE), and what sender and recipient have in common (X25519 of the two).
So nobody but the recipient and the sender reads it, and nobody without the sender's key can have
made it: public keys lie open in the header. Store, sender, recipient and subject are bound to all.
"""

from dataclasses import dataclass
from typing import Any

from clinicdesk.errors import StoreError
from clinicdesk.vault import fields
from clinicdesk.vault.domains import DOMAINS, Domain
from clinicdesk.vault.sealing import NotOpened, agree, new_key, seal, subkey, unseal, unwrap, wrap
from clinicdesk.vault.unlocked import Unlocked
from clinicdesk.wiping import wipe

SHARE_MAGIC = b"clinicdesk share 1\n"
_LONGEST_LABEL = 1024
_SEALED_BYTES = 80  # X25519 share, key, tag


class ShareUnreadable(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "What was shared with you cannot be opened: the file was changed, or your password or"
            " that of who shared it was reset since. Ask the clinic to share it again."
        )


@dataclass(frozen=True, slots=True)
class Label:
    """What is written on the outside. Ids alone. about: the subject's, of the sender's choice."""

    store_id: str
    sender: str
    recipient: str
    about: str

    def as_bytes(self) -> bytes:
        names = {"about": self.about, "from": self.sender, "to": self.recipient}
        return SHARE_MAGIC + fields.canonical(names | {"store": self.store_id}) + b"\n"


def seal_share(keys: Unlocked, recipient: str, about: str, content: bytes) -> bytes:
    """Encrypt the content to an active account. recipient: its user_id."""
    account = keys.current().roster.account(recipient)
    if account is None or not account.active:
        raise StoreError("This account is closed. Nothing was shared.")
    label = Label(keys.store_id, keys.user_id, recipient, about).as_bytes()
    half = new_key()
    key = _combined(half, keys.contents().private, account.public_key, label)
    try:
        sealed = seal(account.public_key, half, label)
        return label + sealed + wrap(key, content, label)
    finally:
        wipe(half, key)


def open_share(keys: Unlocked, share: bytes) -> bytearray:
    """Decrypt what was shared with us; raise `ShareUnreadable` for anything else."""
    try:
        return _opened(keys, share)
    except (fields.Malformed, NotOpened, ValueError):
        raise ShareUnreadable from None


def _opened(keys: Unlocked, share: bytes) -> bytearray:
    label = _label(share)
    sender = keys.current().roster.account(label.sender)
    ours = (label.store_id, label.recipient) == (keys.store_id, keys.user_id)
    if not ours or sender is None or Domain.CLINICAL not in DOMAINS[sender.role]:
        raise NotOpened
    bound = label.as_bytes()
    rest = share[len(bound) :]
    private = keys.contents().private
    half = unseal(private, rest[:_SEALED_BYTES], bound)
    key = _combined(half, private, sender.public_key, bound)
    try:
        return unwrap(key, rest[_SEALED_BYTES:], bound)
    finally:
        wipe(half, key)


def _combined(half: bytearray, ours: bytearray, theirs: bytes, bound: bytes) -> bytearray:
    common = agree(ours, theirs)
    both = half + common
    try:
        return subkey(both, "share", bound)
    finally:
        wipe(common, both)


def _label(share: bytes) -> Label:
    line, newline, _ = share[len(SHARE_MAGIC) :][:_LONGEST_LABEL].partition(b"\n")
    if not share.startswith(SHARE_MAGIC) or not newline:
        raise fields.Malformed("label")
    found: Any = fields.record(fields.parse(line, _LONGEST_LABEL), "about", "from", "to", "store")
    return Label(
        store_id=fields.identity(found["store"]),
        sender=fields.identity(found["from"]),
        recipient=fields.identity(found["to"]),
        about=fields.text(found["about"]),
    )
