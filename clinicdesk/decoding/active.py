"""What a PDF would do by itself in other programs: found to be told, never run.

Names are searched in the whole file, also where a letter is written as its number
(`/J#61vaScript`), and in object streams, which are inflated within bounds. Inside an encrypted file
object streams cannot be read; then "encryption" is among what is found.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

NAMES = {  # in the file: to people
    b"JavaScript": "JavaScript",
    b"Launch": "starts a program",
    b"EmbeddedFile": "an attached file",
    b"EmbeddedFiles": "an attached file",
    b"SubmitForm": "sends a form",
    b"ImportData": "reads a file",
    b"GoToR": "opens another file",
    b"GoToE": "opens another file",
    b"RichMedia": "embedded media",
    b"Movie": "embedded media",
    b"XFA": "an XFA form",
    b"Encrypt": "encryption",
}
KNOWN = frozenset(NAMES.values())
_OVERLAP = 4096  # bytes kept of the part before: no name is longer, however it is written
_STEP = 1 << 20
_MOST_STREAMS = 10_000
_MOST_INFLATED = 256 << 20  # bytes of all object streams together
_LONGEST_STREAM = 8 << 20


def _spelt(name: bytes) -> bytes:
    """A pattern for the name in each way it may be written."""
    return b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name)


_END = rb"(?=[\s()<>\[\]{}/%]|$)"
_ANY = re.compile(b"/(?:" + b"|".join(b"(" + _spelt(name) + b")" for name in NAMES) + b")" + _END)
_WORDS = tuple(NAMES.values())
_OBJECT_STREAM = re.compile(b"/" + _spelt(b"ObjStm") + _END)
_STREAM = re.compile(rb"stream\r?\n")


def active_content(file: BinaryIO) -> tuple[str, ...]:
    """What the PDF contains, in words, in the order of `NAMES`."""
    found: set[str] = set()
    streams: list[int] = []
    for offset, text in _parts(file):
        found |= _names(text)
        streams += (offset + match.end() for match in _OBJECT_STREAM.finditer(text))
    left = _MOST_INFLATED
    for at in sorted(set(streams))[:_MOST_STREAMS]:
        inflated = _inflated(file, at, min(left, _LONGEST_STREAM))
        found |= _names(inflated)
        left -= len(inflated)
    return tuple(dict.fromkeys(word for word in _WORDS if word in found))


def _names(text: bytes) -> set[str]:
    return {_WORDS[match.lastindex - 1] for match in _ANY.finditer(text) if match.lastindex}


def _parts(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The file in parts that overlap, each with its place."""
    at, before = 0, b""
    file.seek(0)
    while part := file.read(_STEP):
        yield at - len(before), before + part
        at += len(part)
        before = (before + part)[-_OVERLAP:]


def _inflated(file: BinaryIO, at: int, most: int) -> bytes:
    """What the stream holds whose dictionary is at this place; b"" for what is not deflated."""
    file.seek(at)
    head = file.read(_OVERLAP)
    begin = _STREAM.search(head)
    if begin is None or most <= 0:
        return b""
    unpacking, out, text = zlib.decompressobj(), b"", head[begin.end() :]
    try:
        while text and len(out) < most and not unpacking.eof:
            out += unpacking.decompress(text, most - len(out))
            text = unpacking.unconsumed_tail or file.read(_STEP)
    except zlib.error:
        pass  # what came out by then is looked at all the same
    return out
