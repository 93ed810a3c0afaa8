"""The file somebody brings: what it is, and its content a chunk at a time."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from clinicdesk.domain.content_type import HEAD, content_type_of
from clinicdesk.domain.file_name import clean_name
from clinicdesk.errors import BadInput
from clinicdesk.services.progress import Progress
from clinicdesk.vault import CHUNK

LARGEST = 200 * 1024 * 1024  # bytes of one document
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class DocumentSource:
    """An open file that may be attached. sha256: of what was read by then."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.name = clean_name(name)
        self.size = _size(file)
        self.type = content_type_of(file.read(HEAD), self.name)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def chunks(self, progress: Progress) -> Iterator[bytes]:
        """The content from its beginning; raise `BadInput` when it changes meanwhile."""
        self._file.seek(0)
        self._digest = hashlib.sha256()
        read = 0
        while chunk := self._file.read(CHUNK):
            progress.raise_if_cancelled()
            read += len(chunk)
            if read > self.size:
                break
            self._digest.update(chunk)
            progress.report(0.8 * read / self.size, "Encrypting")
            yield chunk
        if read != self.size:
            raise BadInput("The file changed while it was read. Try again when it is finished.")


@contextmanager
def document_source(path: Path) -> Iterator[DocumentSource]:
    """Open a file to attach; raise `BadInput` for what is none, too large or of another type."""
    with _opened(path) as file:
        yield DocumentSource(file, path.name)


def _opened(path: Path) -> BinaryIO:
    try:
        handle = os.open(path, _FLAGS)  # without waiting: a pipe by that name never answers
    except (OSError, ValueError):  # ValueError: a name with a NUL
        raise BadInput("The file cannot be read. Check that it is there, and its rights.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise BadInput("This is not a file. Choose a file.")
    return os.fdopen(handle, "rb")


def _size(file: BinaryIO) -> int:
    size = os.fstat(file.fileno()).st_size
    if not size:
        raise BadInput("The file is empty. Save or scan it again.")
    if size > LARGEST:
        raise BadInput(
            f"The file has {size / 2**20:,.0f} MB; a document may have {LARGEST // 2**20} MB. Save"
            " it in parts, or with a lower resolution."
        )
    return size
