"""Write a file for somebody else to open: whole or not at all, and readable by its owner alone."""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clinicdesk.errors import UserFacingError

_WORDS = {
    errno.ENOSPC: "The disk is full. Free some space, then try again; nothing was written.",
    errno.EDQUOT: "Your share of the disk is full. Free some space; nothing was written.",
    errno.ENOENT: "The folder for the file does not exist. Make it, or choose another one.",
    errno.ENOTDIR: "The folder for the file does not exist. Make it, or choose another one.",
    errno.EACCES: "The file may not be written there, or another program has it open.",
    errno.EPERM: "The file may not be written there, or another program has it open.",
    errno.EROFS: "That disk can only be read. Choose another folder.",
    errno.EISDIR: "That is a folder. Add the name of a file.",
    errno.ENAMETOOLONG: "The name of the file is too long. Choose a shorter one.",
}


class NotWritten(UserFacingError):
    """The file could not be written; what was there before is still there."""


@contextmanager
def put_in_place(
    out: Path, content: bytes | Iterable[bytes], *, starts_with: bytes
) -> Iterator[None]:
    """Write beside `out`, run the block, then rename: the block's failure leaves no file.

    content: all of it, or its parts one after the other.
    starts_with: the first bytes of files of this kind. An existing `out` that is of another kind
    is refused, so that a slip of the hand does not replace a database with a report.
    """
    with _plain_words():
        _require_kind(out, starts_with)
        parts = [content] if isinstance(content, bytes) else content
        beside = _written(out.parent, parts)
    try:
        yield
        with _plain_words():
            os.replace(beside, out)
    finally:
        beside.unlink(missing_ok=True)


def _written(folder: Path, parts: Iterable[bytes]) -> Path:
    """A new file with a name of its own, down on the disk; mode 0600 from the first byte."""
    handle, name = tempfile.mkstemp(prefix=".clinicdesk-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(handle)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _require_kind(out: Path, starts_with: bytes) -> None:
    if not out.exists():
        return
    with out.open("rb") as file:
        if file.read(len(starts_with)) not in (starts_with, b""):
            raise NotWritten("There is a file of another kind by that name. Choose another name.")


@contextmanager
def _plain_words() -> Iterator[None]:
    """Say what the system said, without the path: paths name people."""
    try:
        yield
    except OSError as error:
        words = _WORDS.get(error.errno or 0, "The file could not be written. Check the disk.")
        raise NotWritten(words) from None
