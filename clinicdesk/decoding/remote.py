"""The document, as a file to the libraries: what they read comes through the pipe."""

import io
from multiprocessing.connection import Connection

from clinicdesk.decoding.wire import LARGEST_PART, part_message


class RemoteFile(io.RawIOBase):
    """Read-only and seekable; the other end authenticated each byte."""

    def __init__(self, pipe: Connection, size: int) -> None:
        self._pipe, self.size, self._at = pipe, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        wanted = min(len(buffer), LARGEST_PART, self.size - self._at)
        if wanted <= 0:
            return 0
        self._pipe.send_bytes(part_message(self._at, wanted))
        part = self._pipe.recv_bytes()
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)
