"""From bytes to text: what a file is at all, and which encoding its text has."""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from clinicdesk.errors import BadInput
from clinicdesk.etl.encoding import Candidate, Sample, candidates, decided, sample_of
from clinicdesk.etl.questions import ROWS, Choice, Question
from clinicdesk.etl.sources import Source, opened

HEAD = 64 * 1024  # bytes that are looked at
PROOFS = 3
_BETWEEN = re.compile(r"[\s,;|\"]+")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a packed file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
    b"\xfd7zXZ": "a packed file (xz)",
    b"\x1f\x8b": "a packed file (gzip)",
}


@dataclass(frozen=True, slots=True)
class Written:
    """The encoding a file is read in. undecided: who else could have written it.

    proofs: cells with letters beyond A-Z, as they are read.  line: of the first of them.
    """

    encoding: str
    undecided: Sequence[Candidate] = ()
    numbers: Sequence[int] = ()
    proofs: Sequence[str] = field(default=(), repr=False)

    def question(self, file: str) -> Question | None:
        """What to ask where nothing decides."""
        if not self.undecided:
            return None
        rows = list(zip(self.numbers, self.undecided[0].lines, strict=True))[:ROWS]
        choices = [Choice(c.encoding, c.encoding, c.lines[:ROWS]) for c in self.undecided]
        words = (
            "In which encoding was this file saved? Choose the one that reads these lines right."
        )
        return Question("encoding", file, "", words, choices, rows, "--encoding")


def written(name: str, head: bytes, said: str = "") -> Written:
    """Tell the encoding of a file by its beginning. said: what the user says it is."""
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise BadInput(f"{name} is {what}, not a CSV. Export the table as CSV (UTF-8).")
    if said:
        return Written(said)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return _utf(encoding, head)
    if not head.strip():
        raise BadInput(f"{name} is empty.")
    if wide := _by_zeros(head):
        return _utf(wide, head)
    control = sum(head.count(byte) for byte in range(9))
    if control > max(len(head) // 50, 8):
        raise BadInput(f"{name} is not a text file. Export the table as CSV (UTF-8).")
    return _utf("utf-8", head) if _is_utf8(head) else told_by(sample_of(_lines(head)))


def told_by(sample: Sample) -> Written:
    """The encoding of lines that are not UTF-8; damaged UTF-8 stays what it is."""
    if sum(map(_is_utf8, sample.lines)) > len(sample.lines) / 2:
        return Written("utf-8")
    found = candidates(sample)
    if not found:
        return Written("utf-8")
    proofs = _proofs(found[0].lines)
    open_ = () if decided(found) else found
    return Written(found[0].encoding, open_, sample.numbers, proofs)


def told_by_all(source: Source) -> Written:
    """The same by every line of the file, for one whose beginning shows nothing."""
    with opened(source) as stream:
        return told_by(sample_of(iter(stream.readline, b"")))


def _by_zeros(head: bytes) -> str:
    zeros_even, zeros_odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if zeros_odd > 0.4 * half and zeros_even < 0.1 * half:
        return "utf-16-le"
    if zeros_even > 0.4 * half and zeros_odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _utf(encoding: str, head: bytes) -> Written:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    return Written(encoding, proofs=_proofs(text.splitlines()))


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _lines(head: bytes) -> Iterator[bytes]:
    lines = head.splitlines()
    return iter(lines[:-1] if len(head) == HEAD else lines)


def _proofs(lines: Sequence[str]) -> list[str]:
    """The first words that show the encoding at work."""
    words = (word for line in lines if not line.isascii() for word in _BETWEEN.split(line))
    return list(dict.fromkeys(word[:40] for word in words if not word.isascii()))[:PROOFS]
