"""Write a small file whole or not at all."""

import os
import sys
from pathlib import Path

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def read_whole(path: Path, longest: int) -> bytes | None:
    """Read up to `longest` bytes through one descriptor; None if there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NOFOLLOW | _BINARY)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(longest)


def write_flushed(path: Path, content: bytes) -> None:
    """Write a new file only its owner can read, down to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NOFOLLOW | _BINARY
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make a rename durable; Windows does that by itself and cannot open folders."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_whole(path: Path, content: bytes) -> None:
    """Put the content in the file's place in one step."""
    new = path.with_name(path.name + ".new")
    try:
        write_flushed(new, content)
        os.replace(new, path)
        flush_folder(path.parent)
    except OSError:
        new.unlink(missing_ok=True)
        raise
