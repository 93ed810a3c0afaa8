"""Read an xz within a limit of memory: its header may ask for gigabytes to unpack a few bytes."""

import io
import lzma
from typing import IO

MARK = b"\xfd7zXZ\x00"
MEMORY = 128 << 20  # bytes: `xz -9` asks for 65 MiB
_STEP = 1 << 16


class XzReader(io.RawIOBase):
    """What comes out of an xz, of several behind each other too.

    Raises lzma.LZMAError and EOFError for a damaged one.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw: IO[bytes] | _Joined = raw
        self._unpacker = _unpacker()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        part = b""
        while not part:
            if self._unpacker.eof and not self._begin_next():
                return 0
            packed = self._raw.read(_STEP) if self._unpacker.needs_input else b""
            if self._unpacker.needs_input and not packed:
                raise EOFError
            part = self._unpacker.decompress(packed, len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def _begin_next(self) -> bool:
        """Go on with what stands behind the end; zeros between are padding."""
        rest = self._unpacker.unused_data.lstrip(b"\0")
        while not rest:
            more = self._raw.read(_STEP)
            if not more:
                return False
            rest = more.lstrip(b"\0")
        self._unpacker = _unpacker()
        self._raw = _Joined(rest, self._raw)
        return True


class _Joined(io.RawIOBase):
    """Bytes that were read too far, then the stream they came from."""

    def __init__(self, first: bytes, rest: "IO[bytes] | _Joined") -> None:
        self._first, self._rest = first, rest

    def read(self, size: int = -1) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        return self._rest.read(size)


def _unpacker() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY)
