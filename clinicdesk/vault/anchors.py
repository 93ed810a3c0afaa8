"""Statements that the store signs, for somebody who keeps them elsewhere."""

from clinicdesk.vault.roster import SIGNING
from clinicdesk.vault.sealing import is_signed, sign
from clinicdesk.vault.unlocked import Unlocked

_LABEL = b"cd/v1/anchor"


def sign_anchor(keys: Unlocked, message: bytes) -> tuple[bytes, bytes]:
    """Sign with the key that administrators share: the signer (Ed25519) and the signature."""
    header = keys.current()
    ring = keys.ring(header)
    try:
        signing_key = ring.key(SIGNING, len(header.roster.signers))
        return header.roster.signer(), sign(signing_key, _LABEL + message)
    finally:
        ring.wipe()


def is_anchor_ours(keys: Unlocked, signer: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signer of this store signed it, today's or one before."""
    known = {each.public_key for each in keys.current().roster.signers}
    return signer in known and is_signed(signer, signature, _LABEL + message)
