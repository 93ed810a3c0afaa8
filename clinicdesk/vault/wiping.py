"""Overwrite secrets in memory, as far as Python lets us."""

import ctypes

_HEAD = bytes.__basicsize__ - 1  # CPython keeps the content behind the object's head


def wipe(*secrets: bytes | bytearray) -> None:
    """Overwrite each with zeros.

    A `bytes` given here must be ours alone: some libraries return keys as `bytes`, which would
    otherwise stay readable in freed memory until something else is written over them.
    """
    for secret in secrets:
        if isinstance(secret, bytearray):
            secret[:] = bytes(len(secret))
        elif len(secret) > 1:  # shorter ones are shared by the interpreter
            ctypes.memset(id(secret) + _HEAD, 0, len(secret))
