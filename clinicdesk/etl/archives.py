"""Archives within limits: what is in them is read in place, never unpacked to the disk.

42.zip and its kin are small files that become petabytes: by shrinking zeros, by naming the same
bytes many times over, by archives within archives. Each of these has its limit here, and what an
archive says of itself is checked against what comes out.
"""

import gzip
import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import IO

from clinicdesk.domain.file_name import is_reserved, visible
from clinicdesk.errors import BadInput
from clinicdesk.etl import xz
from clinicdesk.etl.picked import Picked

MEMBERS = 1000
UNPACKED = 4 << 30  # bytes of one archive
RATIO = 100  # a text file that shrinks more than this is no text file
_SMALL = 1 << 20  # bytes that may shrink as they will
_DIRECTORY = 4 << 20  # bytes of the list of members
_STEP = 1 << 20
_END = b"PK\5\6"
_END_SIZE = struct.Struct("<4s4H2LH")
_NESTED = re.compile(r"\.(zip|gz|tgz|bz2|tbz2?|xz|7z|rar|tar|zst|jar|cab|iso)$", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:")
GZIP_MARK = b"\x1f\x8b"
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    gzip.BadGzipFile,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
)


def is_zip(file: Picked) -> bool:
    """Whether the file has the list of members that a zip ends with."""
    with file.open() as raw:
        return zipfile.is_zipfile(raw)


def zip_members(path: Picked) -> list[zipfile.ZipInfo]:
    """The files within a zip, once all of them are within the limits; raise `BadInput`."""
    require_short_list(path)
    try:
        with path.open() as raw, zipfile.ZipFile(raw) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except DAMAGE:
        raise BadInput(f"{path.name} is a damaged archive. Fetch it again.") from None
    _require_few_bytes(path, entries)
    for entry in entries:
        _require_honest_size(path.name, entry)
        _require_plain_name(path.name, entry)
    require_apart(path.name, entries)
    return entries


def open_member(path: Picked, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    """How to read a member: no more bytes than it said it has."""

    def opened() -> IO[bytes]:
        raw = path.open()
        try:
            return io.BufferedReader(_Unpacking(zipfile.ZipFile(raw).open(entry), raw))
        except BaseException:
            raw.close()
            raise

    return opened


def is_stream(path: Picked) -> bool:
    """Whether the file is a gzip or an xz by its first bytes: one packed file without a name."""
    return _mark(path) is not None


def stream_size(path: Picked) -> int:
    """Bytes that a gzip or an xz unpacks to; raise `BadInput` beyond the limits. Reads all."""
    most = min(UNPACKED, max(RATIO * path.size, _SMALL))
    size = 0
    try:
        with path.open() as raw, _unpacker(path, raw) as stream:
            while part := stream.read(_STEP):
                size += len(part)
                if size > most:
                    raise BadInput(_bomb(path.name))
    except DAMAGE:
        raise BadInput(f"{path.name} is a damaged archive. Fetch it again.") from None
    return size


def open_stream(path: Picked, size: int) -> Callable[[], IO[bytes]]:
    """How to read a gzip or an xz: no more bytes than were counted."""

    def opened() -> IO[bytes]:
        raw = path.open()
        return io.BufferedReader(_Unpacking(_unpacker(path, raw), raw, size))

    return opened


def _mark(path: Picked) -> bytes | None:
    with path.open() as file:
        first = file.read(len(xz.MARK))
    return next((mark for mark in (GZIP_MARK, xz.MARK) if first.startswith(mark)), None)


def _unpacker(path: Picked, raw: IO[bytes]) -> gzip.GzipFile | io.BufferedReader:
    return gzip.open(raw) if _mark(path) == GZIP_MARK else io.BufferedReader(xz.XzReader(raw))


class _Unpacking(io.RawIOBase):
    """What comes out of an archive; closing it closes the archive.

    most: bytes that may come; more of them raise EOFError, as damage does.
    """

    def __init__(
        self, stream: IO[bytes] | gzip.GzipFile, raw: IO[bytes], most: int = UNPACKED
    ) -> None:
        self._stream, self._raw, self._left = stream, raw, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        part = self._stream.read(len(buffer))
        self._left -= len(part)
        if self._left < 0:
            raise EOFError
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._stream.close()
        self._raw.close()
        super().close()


def require_short_list(path: Picked) -> None:
    """Before the list of members is read into memory."""
    with path.open() as file:
        end = file.seek(0, io.SEEK_END)
        file.seek(max(0, end - _END_SIZE.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE.size:
        raise BadInput(f"{path.name} is a damaged archive. Fetch it again.")
    _, _, _, _, members, size, _, _ = _END_SIZE.unpack_from(tail, at)
    if members > MEMBERS or size > _DIRECTORY:
        raise BadInput(_too_many(path.name))


def _require_few_bytes(path: Picked, entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MEMBERS:  # the end of an archive may say less than its list has
        raise BadInput(_too_many(path.name))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED:
        raise BadInput(
            f"{path.name} is larger than {UNPACKED >> 30} GiB unpacked. Import its parts."
        )
    if unpacked > max(RATIO * path.size, _SMALL):
        raise BadInput(_bomb(path.name))


def _require_honest_size(name: str, entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise BadInput(f"{name} is protected by a password. Unpack it first.")
    if entry.file_size > max(RATIO * entry.compress_size, _SMALL):
        raise BadInput(_bomb(name))


def _require_plain_name(name: str, entry: zipfile.ZipInfo) -> None:
    """A name that leads elsewhere says that the archive is made to do harm: nothing is read."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise BadInput(f"{name} holds a link or a device. Unpack it, then pick the tables.")
    if _NESTED.search(entry.filename):
        raise BadInput(f"{name} holds another archive. Unpack it, then pick the tables.")
    parts = entry.filename.split("/")
    leads_out = parts[0] == "" or ".." in parts or _DRIVE.match(entry.filename)
    hidden = "\\" in entry.orig_filename or visible(entry.orig_filename) != entry.orig_filename
    if leads_out or hidden or is_reserved(parts[-1]):
        raise BadInput(
            f"{name} holds a file whose name is not one of a table. Unpack it where it does no"
            " harm, then pick the tables."
        )


def require_apart(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    """No two members share bytes, and none has the name of another."""
    spans = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    shared = any(start + size >= after for (start, size), (after, _) in pairwise(spans))
    twice = any(count > 1 for count in Counter(entry.filename for entry in entries).values())
    if shared or twice:
        raise BadInput(f"{name} names the same file twice. Fetch it again, or pick the tables.")


def _bomb(name: str) -> str:
    return f"{name} holds a file that is no honest table (it unpacks more than {RATIO}-fold)."


def _too_many(name: str) -> str:
    return f"{name} holds more than {MEMBERS} files. Unpack it and pick the tables."
