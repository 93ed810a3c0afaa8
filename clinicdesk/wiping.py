"""Overwrite secrets in memory, as far as Python lets us.

What is given here must be ours alone: some libraries hand out keys as `bytes` and passwords as
`str`, which would otherwise stay readable in freed memory until something else is written there.
"""

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# CPython keeps the content of an object behind its head
_BYTES_HEAD = bytes.__basicsize__ - 1
_ASCII_HEAD = sys.getsizeof("") - 1
_WIDE_HEAD = str.__basicsize__ - ctypes.sizeof(ctypes.c_void_p)
_SMALL = range(24, 1033, 16)  # bytes; glibc keeps freed blocks up to these at hand, by size
_AT_HAND = 8  # of each size; glibc keeps seven


def wipe(*secrets: bytes | bytearray | str) -> None:
    """Overwrite each with zeros; shorter ones than two are shared by the interpreter."""
    for secret in secrets:
        if isinstance(secret, bytearray):
            secret[:] = bytes(len(secret))
        elif len(secret) > 1:
            ctypes.memset(*_span(secret))


class FleetingKey(bytes):
    """A key that is overwritten as soon as nobody holds it any more."""

    __slots__ = ()

    @classmethod
    def moved_from(cls, secret: bytearray) -> "FleetingKey":
        """Take the content over without a copy between, and leave zeros behind."""
        key = cls(len(secret))
        source = (ctypes.c_char * len(secret)).from_buffer(secret)
        ctypes.memmove(_span(key)[0], source, len(secret))
        wipe(secret)
        return key

    def __del__(self, wipe: Callable[..., None] = wipe) -> None:  # kept for the very end
        wipe(self)


@contextmanager
def key_text(key: bytes | bytearray) -> Iterator[str]:
    """A raw key as SQLCipher wants it written, for the length of the block."""
    digits = key.hex()
    text = f"x'{digits}'"
    try:
        yield text
    finally:
        wipe(digits, text)


def wipe_freed() -> None:
    """Overwrite the small blocks this thread's C libraries freed as they were.

    OpenSSL, for one, copies the password of Argon2id into a list of parameters and clears the copy
    no more than the list. Takes half a millisecond; on Windows the heap gives no such handle.
    """
    if sys.platform == "win32":
        return
    heap = ctypes.PyDLL(None)  # keeps the GIL: a thousand calls of nothing
    heap.malloc.restype = ctypes.c_void_p
    heap.free.argtypes = [ctypes.c_void_p]
    heap.free.restype = None
    taken = [(heap.malloc(size), size) for size in _SMALL for _ in range(_AT_HAND)]
    for block, size in taken:
        if block:
            ctypes.memset(block, 0, size)
        heap.free(block)


def _span(secret: bytes | str) -> tuple[int, int, int]:
    """Where the content is, zero, and its length in bytes: what memset takes."""
    if isinstance(secret, bytes):
        return id(secret) + _BYTES_HEAD, 0, len(secret)
    if secret.isascii():
        return id(secret) + _ASCII_HEAD, 0, len(secret)
    widest = max(secret)
    width = 1 if widest <= "\xff" else 2 if widest <= "\uffff" else 4
    return id(secret) + _WIDE_HEAD, 0, width * len(secret)
