"""The few cryptographic steps the vault is made of.

Every label starts with `cd/v1/`, so that a later format can never be taken for this one.
"""

import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clinicdesk.wiping import wipe

KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class NotOpened(Exception):
    """The key does not open it: a wrong key, or not what was sealed."""


def new_key() -> bytearray:
    """256 random bits."""
    return _taken(secrets.token_bytes(KEY_BYTES))


def subkey(key: bytes | bytearray, label: str, salt: bytes) -> bytearray:
    """Derive a key for one purpose (HKDF-SHA256)."""
    derived = bytearray(KEY_BYTES)
    hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=f"cd/v1/{label}".encode())
    hkdf.derive_into(key, derived)
    return derived


def wrap(key: bytes | bytearray, secret: bytes | bytearray, bound: bytes) -> bytes:
    """Encrypt with AES-256-GCM under a fresh nonce; `bound` must be the same to unwrap."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, bound)


def unwrap(key: bytes | bytearray, wrapped: bytes, bound: bytes) -> bytearray:
    secret = bytearray(max(0, len(wrapped) - _NONCE_BYTES - _TAG_BYTES))
    try:
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        AESGCM(key).decrypt_into(nonce, sealed, bound, secret)
    except (InvalidTag, ValueError):  # ValueError: too short to be one
        raise NotOpened from None
    return secret


def new_pair() -> tuple[bytearray, bytes]:
    """An X25519 pair: private, public."""
    private = _taken(X25519PrivateKey.generate().private_bytes_raw())
    return private, public_of(private)


def public_of(private: bytes | bytearray) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(public: bytes, secret: bytes | bytearray, info: bytes) -> bytes:
    """Encrypt to whoever holds the private key (HPKE, RFC 9180, base mode)."""
    return _SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(public), info)


def unseal(private: bytes | bytearray, sealed: bytes, info: bytes) -> bytearray:
    try:
        opened = _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info)
    except InvalidTag:
        raise NotOpened from None
    return _taken(opened)


def agree(private: bytes | bytearray, public: bytes) -> bytearray:
    """What two pairs have in common, from either side (X25519)."""
    common = X25519PrivateKey.from_private_bytes(private).exchange(
        X25519PublicKey.from_public_bytes(public)
    )
    return _taken(common)


def new_signer() -> tuple[bytearray, bytes]:
    """An Ed25519 pair: private, public."""
    private = _taken(Ed25519PrivateKey.generate().private_bytes_raw())
    return private, signer_of(private)


def signer_of(private: bytes | bytearray) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes | bytearray, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def mac(key: bytes | bytearray, message: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.new(key, message, sha256).digest()


def _taken(secret: bytes) -> bytearray:
    """Move a secret to where it can be overwritten later."""
    taken = bytearray(secret)
    wipe(secret)
    return taken


def is_same(one: bytes, other: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)
