"""The recovery key: 128 random bits as people can write them down and type them back.

28 characters of Crockford's base32 in groups of four: 128 bits and a 12-bit CRC. A CRC of twelve
bits finds every error burst of up to twelve bits: one mistyped character (5 bits) and two swapped
neighbours (10 bits) are always noticed.
"""

import secrets
from dataclasses import dataclass, field

from clinicdesk.errors import BadInput

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")  # what people write for 0 and 1
_LENGTH = 28
_CRC_BITS = 12
_POLYNOMIAL = 0x180F  # CRC-12: x12 + x11 + x3 + x2 + x + 1
_START = 0xC11  # so that a row of zeros is not a key


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """Shown once, kept on paper."""

    secret: bytes = field(repr=False)  # 16 bytes

    def __str__(self) -> str:
        number = int.from_bytes(self.secret, "big") << _CRC_BITS | _crc(self.secret)
        letters = [_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH))]
        return "-".join("".join(letters[at : at + 4]) for at in range(0, _LENGTH, 4))


def new_recovery_key() -> RecoveryKey:
    return RecoveryKey(secrets.token_bytes(16))


def read_recovery_key(typed: str) -> RecoveryKey:
    """Read what was typed: case, spaces and hyphens do not matter, O is 0, I and L are 1."""
    letters = "".join(typed.upper().replace("-", " ").split()).translate(_READ_AS)
    if strange := sorted({letter for letter in letters if letter not in _LETTERS}):
        raise BadInput(f"A recovery key has no {strange[0]!r}. Compare it with the sheet.")
    if len(letters) != _LENGTH:
        raise BadInput(
            f"A recovery key has {_LENGTH} letters and digits; these are {len(letters)}."
            " Compare it with the sheet."
        )
    number = 0
    for letter in letters:
        number = number << 5 | _LETTERS.index(letter)
    key = RecoveryKey((number >> _CRC_BITS).to_bytes(16, "big"))
    if _crc(key.secret) != number & (1 << _CRC_BITS) - 1:
        raise BadInput("The recovery key has a typing mistake. Compare it with the sheet.")
    return key


def _crc(secret: bytes) -> int:
    """The remainder of the secret's bits by the polynomial."""
    remainder = int.from_bytes(secret, "big") << _CRC_BITS
    for bit in reversed(range(_CRC_BITS, 8 * len(secret) + _CRC_BITS)):
        if remainder >> bit & 1:
            remainder ^= _POLYNOMIAL << bit - _CRC_BITS
    return remainder ^ _START
