"""How a file is written: encoding, delimiter and header, each found by trying."""

import codecs
import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clinicdesk.errors import BadInput

HEAD = 64 * 1024  # bytes that are looked at
TITLES = 10  # lines a header may be preceded by
_DELIMITERS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an Excel workbook or another packed file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
    b"\xfd7zXZ": "a packed file (xz)",
    b"\x1f\x8b": "a packed file (gzip)",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """header: the column names.  skip: physical lines up to and with the header."""

    encoding: str
    delimiter: str
    header: Sequence[str]
    skip: int

    @property
    def decimal_comma(self) -> bool:
        """Semicolons separate columns where the comma is busy in the numbers."""
        return self.delimiter == ";"


def encoding_of(name: str, head: bytes) -> str:
    """UTF-8 unless a byte order mark or the pattern of zeros says UTF-16."""
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise BadInput(f"{name} is {what}, not a CSV. Export the table as CSV (UTF-8).")
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    if not head.strip():
        raise BadInput(f"{name} is empty.")
    return _without_mark(name, head)


def _without_mark(name: str, head: bytes) -> str:
    zeros_even, zeros_odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if zeros_odd > 0.4 * half and zeros_even < 0.1 * half:
        return "utf-16-le"
    if zeros_even > 0.4 * half and zeros_odd < 0.1 * half:
        return "utf-16-be"
    control = sum(head.count(byte) for byte in range(9))
    if control > max(len(head) // 50, 8):
        raise BadInput(f"{name} is not a text file. Export the table as CSV (UTF-8).")
    return "utf-8"


def dialect_of(
    name: str, head: str, encoding: str, fits: Callable[[Sequence[str]], bool]
) -> Dialect:
    """Find delimiter and header row. fits: whether a row of names is a header some preset knows.

    Every delimiter is tried by parsing; a known header wins, then the most even columns.
    """
    parsed = [(sign, _records(head, sign)) for sign in _DELIMITERS]
    for sign, records in parsed:
        for row, end in records[:TITLES]:
            if len(row) > 1 and fits(row):
                return Dialect(encoding, sign, tuple(cell.strip() for cell in row), end)
    sign, records = max(parsed, key=lambda entry: _evenness(entry[1]))
    if not records:
        raise BadInput(f"{name} is empty.")
    row, end = next(((row, end) for row, end in records if any(row)), records[0])
    return Dialect(encoding, sign, tuple(cell.strip() for cell in row), end)


def _records(head: str, delimiter: str) -> list[tuple[list[str], int]]:
    """The records of the head with the physical line each ends on; a cut last one is left out."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    found: list[tuple[list[str], int]] = []
    try:
        for row in reader:
            found.append((row, reader.line_num))
            if len(found) > 200:
                break
    except csv.Error:
        pass  # what came before it is enough to judge by
    return found


def _evenness(records: Sequence[tuple[Sequence[str], int]]) -> tuple[float, int]:
    filled = [row for row, _ in records if any(row)]
    if not filled or len(filled[0]) < 2:
        return 0.0, 0
    same = sum(len(row) == len(filled[0]) for row in filled)
    return same / len(filled), len(filled[0])
