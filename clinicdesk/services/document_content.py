"""The content of documents: on the way into the store, and any part of it once it is there."""

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from clinicdesk import vault
from clinicdesk.errors import StoreError
from clinicdesk.services.rotation import documents_key_in_use
from clinicdesk.storage.document_files import DocumentFolder
from clinicdesk.storage.documents import Held
from clinicdesk.vault import CHUNK, StreamReader, Unlocked
from clinicdesk.wiping import wipe

SMALL = 256 * 1024  # bytes; up to this size the content lies in the database


class Content(Protocol):
    """Bytes of a document. `close` it: a file and a key may be open behind it."""

    @property
    def size(self) -> int: ...

    def read_at(self, offset: int, length: int) -> bytes:
        """The bytes from `offset` on; fewer at the end."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class Incoming(Protocol):
    """A content that was taken in and has no row yet. `drop` it if it gets none."""

    def open(self) -> Content: ...

    def held(self) -> Held:
        """What the row says. In the session that adds it: it is sealed under the key in use."""

    def settle(self) -> None:
        """Put it in its place; the last step before the row is committed."""

    def drop(self) -> None: ...


class InMemory:
    """A small content, for the database or from it."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.size = len(content)

    def read_at(self, offset: int, length: int) -> bytes:
        return self._content[offset : offset + length]

    def __iter__(self) -> Iterator[bytes]:
        return (self._content[at : at + CHUNK] for at in range(0, self.size, CHUNK))

    def close(self) -> None: ...

    def open(self) -> Content:
        return self

    def held(self) -> Held:
        return Held(content=self._content)

    def settle(self) -> None: ...

    def drop(self) -> None: ...


class InFile:
    """A large content, decrypted as it is read."""

    def __init__(self, path: Path, key: bytearray, label: bytes) -> None:
        self._key = key
        self._file = _opened(path)
        try:
            self._reader = StreamReader(self._file, key, label)
        except BaseException:
            self.close()
            raise
        self.size = self._reader.size

    def read_at(self, offset: int, length: int) -> bytes:
        return self._reader.read_at(offset, length)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._reader)

    def close(self) -> None:
        self._file.close()
        wipe(self._key)


class DocumentCipher:
    """Encrypts and decrypts the documents of one store."""

    def __init__(self, folder: Path, keys: Unlocked) -> None:
        self._folder, self._keys = folder, keys
        self.files = DocumentFolder(folder)

    def take_in(self, size: int, chunks: Iterable[bytes]) -> Incoming:
        """Read the content into memory when it is small, else into an encrypted file."""
        if size <= SMALL:
            return InMemory(b"".join(chunks))
        return _IncomingFile(self, secrets.token_hex(16), vault.new_key(), chunks)

    def open(self, held: Held) -> Content:
        """Open what a document holds. In the session that read `held`."""
        if held.content is not None:
            return InMemory(held.content)
        path = self.files.file(held.file_id)
        key = self.open_key(self.wrapping(), held.key, held.file_id)
        return InFile(path, key, self.label(held.file_id))

    def open_key(self, wrapping: bytes, sealed: bytes, file_id: str) -> bytearray:
        return vault.open_file_key(wrapping, sealed, self.label(file_id))

    def label(self, file_id: str) -> bytes:
        return vault.stream_label(self._keys.store_id, file_id)

    def wrapping(self) -> bytes:
        return documents_key_in_use(self._folder, self._keys)


class _IncomingFile:
    def __init__(
        self, cipher: DocumentCipher, file_id: str, key: bytearray, chunks: Iterable[bytes]
    ) -> None:
        self._cipher, self._file_id, self._key = cipher, file_id, key
        parts = vault.encrypted(key, cipher.label(file_id), chunks)
        try:
            self._digest = cipher.files.write(file_id, parts)
        except BaseException:
            wipe(key)
            raise

    def open(self) -> Content:
        label = self._cipher.label(self._file_id)
        unfinished = self._cipher.files.unfinished(self._file_id)
        return InFile(unfinished, bytearray(self._key), label)

    def held(self) -> Held:
        label = self._cipher.label(self._file_id)
        sealed = vault.seal_file_key(self._cipher.wrapping(), self._key, label)
        return Held(None, self._file_id, sealed, self._digest)

    def settle(self) -> None:
        self._cipher.files.put_in_place(self._file_id)

    def drop(self) -> None:
        """A file in its place stays: only the database knows whether its row was committed."""
        self._cipher.files.remove_unfinished(self._file_id)
        wipe(self._key)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError:
        raise StoreError(
            "The file of this document is missing or cannot be read. Restore it from the last"
            " backup."
        ) from None
