"""A large document as an encrypted stream, which is written and read a chunk at a time.

64 KiB a chunk, AES-256-GCM under a key of this document alone. The nonce is the chunk's number and
whether it is the last one (STREAM, Hoang et al., CRYPTO 2015, as in age), so chunks that are
missing, moved or added are noticed; the label in front of the file, which says whose store and
which file it is, is authenticated with every chunk, so two files are never taken for each other.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinicdesk.errors import StoreError
from clinicdesk.vault.sealing import NotOpened, unwrap, wrap

STREAM_MAGIC = b"clinicdesk document 1\n"
CHUNK = 64 * 1024  # bytes of content; 16 more when encrypted
_TAG = 16
_COUNTER = 11  # bytes of the nonce; the twelfth says whether it is the last chunk


class StreamDamaged(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "This document cannot be opened: its file was changed, cut or exchanged. Restore it"
            " from the last backup."
        )


def stream_label(store_id: str, file_id: str) -> bytes:
    """What the file begins with. Both ids: hex."""
    return STREAM_MAGIC + bytes.fromhex(store_id) + bytes.fromhex(file_id)


def seal_file_key(wrapping: bytes, key: bytes | bytearray, label: bytes) -> bytes:
    """Wrap the key of one document under the store's document key."""
    return wrap(wrapping, key, label)


def open_file_key(wrapping: bytes, sealed: bytes, label: bytes) -> bytearray:
    """Unwrap the key of one document; wipe it after use. Raise `StreamDamaged`."""
    try:
        return unwrap(wrapping, sealed, label)
    except NotOpened:
        raise StreamDamaged from None


def encrypted(key: bytes | bytearray, label: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Encrypt the chunks; each but the last has `CHUNK` bytes, and there is one even of nothing."""
    cipher = AESGCM(key)
    yield label
    for number, (chunk, last) in enumerate(_with_last(chunks)):
        yield cipher.encrypt(_nonce(number, last), chunk, label)


class StreamReader:
    """Reads any part of an encrypted stream; each byte it returns was authenticated.

    The length comes with the file, so the last chunk is opened first: a file that was cut short or
    made longer at the edge of a chunk opens nowhere. Raise `StreamDamaged`.
    """

    def __init__(self, file: BinaryIO, key: bytes | bytearray, label: bytes) -> None:
        self._file, self._label = file, label
        self._cipher = AESGCM(key)
        self._held = (-1, b"")  # the chunk read last: neighbours are asked for next
        file.seek(0)
        if file.read(len(label)) != label:
            raise StreamDamaged
        body = file.seek(0, 2) - len(label)
        self._count = -(-body // (CHUNK + _TAG))
        self.size = body - self._count * _TAG
        if self._count < 1 or self.size < 0 or (self._count > 1 and not self._chunk(-1)):
            raise StreamDamaged
        self._chunk(self._count - 1)

    def read_at(self, offset: int, length: int) -> bytes:
        """The bytes from `offset` on; fewer than `length` at the end."""
        end = max(0, min(self.size, offset + length))
        first, skipped = divmod(offset, CHUNK)
        wanted = range(first, -(-end // CHUNK))
        return b"".join(map(self._chunk, wanted))[skipped : skipped + end - offset]

    def __iter__(self) -> Iterator[bytes]:
        """The content, a chunk at a time."""
        return map(self._chunk, range(self._count))

    def _chunk(self, number: int) -> bytes:
        number %= self._count
        if self._held[0] != number:
            self._held = (number, self._opened(number))
        return self._held[1]

    def _opened(self, number: int) -> bytes:
        self._file.seek(len(self._label) + number * (CHUNK + _TAG))
        nonce = _nonce(number, last=number == self._count - 1)
        try:
            return self._cipher.decrypt(nonce, self._file.read(CHUNK + _TAG), self._label)
        except (InvalidTag, ValueError):  # ValueError: too short for a tag
            raise StreamDamaged from None


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(_COUNTER, "big") + bytes([last])


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk, and whether nothing follows; one empty chunk of nothing."""
    held = b""
    for number, chunk in enumerate(chunks):
        if number:
            yield held, False
        held = chunk
    yield held, True
