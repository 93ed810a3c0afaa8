"""Rows out of lines: exact about ragged rows, quotes and damage, at pandas' speed.

pandas parses the lines with a mark behind each. Where a mark is not in the column behind the last,
there are ragged rows, blank lines or line breaks in quotes, which pandas would mend in silence:
then the lines are read again row by row with the csv module.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pandas as pd

from clinicdesk.etl.arrays import Ints, Mask, Texts, blank, texts
from clinicdesk.etl.rules import (
    BROKEN_QUOTES,
    NUL_CHARACTER,
    RAGGED_ROW,
    REPEATED_HEADER,
    Rule,
)
from clinicdesk.etl.sniff import Dialect

LIMIT = 1 << 20  # characters of one field
csv.field_size_limit(LIMIT)
_MARK, _END = "\x1e", "\x1d"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not one. row: 1 is the first data row."""

    row: int
    rule: Rule
    text: str = field(repr=False)


class Chunk:
    """Some rows of a file, as columns of stripped text.

    rows: their numbers in the file.  records: rows, bad rows and blank lines together.
    """

    def __init__(
        self,
        raw: Sequence[Texts],
        rows: Ints,
        lines: Sequence[str],
        *,
        records: int,
        bad: Sequence[BadRow] = (),
    ) -> None:
        self.rows, self.records, self.bad = rows, records, bad
        self._raw, self._lines = raw, lines
        self._stripped: dict[int, Texts] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, at: int) -> Texts:
        """The texts of a column, stripped."""
        if at not in self._stripped:
            self._stripped[at] = _stripped(self._raw[at])
        return self._stripped[at]

    def some(self, at: Ints) -> "Chunk":
        """Some of the rows, in this order."""
        lines = [self._lines[position] for position in at.tolist()]
        return Chunk([raw[at] for raw in self._raw], self.rows[at], lines, records=len(at))

    def line(self, position: int) -> str:
        """The row as it stands in the file."""
        return self._lines[position]

    @property
    def numbers(self) -> list[int]:
        """The numbers of all rows, of those that are none too."""
        return [*self.rows.tolist(), *(bad.row for bad in self.bad)]

    def cells(self, row: int) -> list[str]:
        """The cells of the row with this number; none of one that is no row."""
        found = np.flatnonzero(self.rows == row).tolist()
        return [str(column[found[0]]) for column in self._raw] if found else []

    def line_of(self, row: int) -> str:
        """The row with this number as it stands in the file, also one that is none."""
        found = np.flatnonzero(self.rows == row).tolist()
        if found:
            return self._lines[found[0]]
        return next(bad.text for bad in self.bad if bad.row == row)

    def blanked(self, token: str) -> "tuple[Chunk, Mapping[int, Mask]]":
        """The chunk with blanks in the place of a token, and where it stood, by column."""
        if not any(token in line for line in self._lines):
            return self, {}
        found = {at: self.column(at) == token for at in range(len(self._raw))}
        places = {at: mask for at, mask in found.items() if mask.any()}
        raw = [
            texts(np.where(places[at], "", column)) if at in places else column
            for at, column in enumerate(self._raw)
        ]
        clean = Chunk(raw, self.rows, self._lines, records=self.records, bad=self.bad)
        return clean, places

    def mended(self, cells: Mapping[int, Sequence[str]]) -> "Chunk":
        """The chunk with other cells in some rows, which are rows from now on."""
        if not cells:
            return self
        bad = [each for each in self.bad if each.row not in cells]
        lines = {each.row: each.text for each in self.bad if each.row in cells}
        lines |= dict(zip(self.rows.tolist(), self._lines, strict=True))
        rows = sorted(lines)
        where = {row: at for at, row in enumerate(self.rows.tolist())}
        own = [cells[row] if row in cells else [c[where[row]] for c in self._raw] for row in rows]
        raw = [texts(column) for column in zip(*own, strict=True)]
        originals = [lines[row] for row in rows]
        return Chunk(raw, np.array(rows), originals, records=self.records, bad=bad)


class FieldTooLong(Exception):
    """A field beyond the limit. line: counted from 0 in the lines given."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def read_rows(lines: Sequence[str], dialect: Dialect, first: int) -> tuple[Chunk, Sequence[str]]:
    """The rows of these lines, and the lines of a last row that is still open.

    first: the number of the first row.  Raises FieldTooLong.
    """
    chunk = _fast(lines, dialect, first) if lines and dialect.usual else None
    return (chunk, ()) if chunk else _exact(lines, dialect, first)


def _fast(lines: Sequence[str], dialect: Dialect, first: int) -> Chunk | None:
    """The rows by pandas, None when that would not be exact."""
    delimiter, width = dialect.delimiter, len(dialect.header)
    marked = f"{delimiter}{_MARK}\n".join([*lines, ""])
    if "\0" in marked or not _even_enough(lines, dialect):
        return None
    if '"' in marked and not all('"' not in line or dialect.whole(line) for line in lines):
        return None
    try:
        frame = pd.read_csv(
            io.StringIO(marked),
            sep=delimiter,
            header=None,
            names=list(range(width + 1)),
            index_col=False,
            dtype=object,
            keep_default_na=False,
            skip_blank_lines=False,
        )
    except pd.errors.ParserError:
        return None
    if len(frame) != len(lines) or not (frame[width] == _MARK).all():
        return None
    raw = [frame[at].to_numpy() for at in range(width)]
    column = _stripped(raw[0])
    suspects = np.flatnonzero(blank(column) | (column == dialect.header[0])).tolist()
    if any(_is_no_row(lines[at], dialect) for at in suspects):
        return None
    return Chunk(raw, np.arange(first, first + len(lines)), lines, records=len(lines))


def _even_enough(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether no field is too long and the first row, pandas' measure of all, is a whole one."""
    opens = lines[0].count('"') % 2
    short = max(map(len, lines)) <= LIMIT
    return short and not opens and len(_cells(lines[0], dialect)) == len(dialect.header)


def _exact(lines: Sequence[str], dialect: Dialect, first: int) -> tuple[Chunk, Sequence[str]]:
    """The rows by the csv module, one by one."""
    good: list[list[str]] = []
    rows, originals, bad = [], [], []
    number, used = first - 1, 0
    for number, (cells, start, used) in enumerate(_records(lines, dialect), first):
        original = "\n".join(lines[start:used])
        if not any(cell.strip() for cell in cells):
            continue
        if rule := _broken(cells, original, dialect):
            bad.append(BadRow(number, rule, original))
        else:
            good.append(cells)
            rows.append(number)
            originals.append(original)
    width = len(dialect.header)
    raw = [texts(column) for column in zip(*good, strict=True)] or [texts([])] * width
    at = np.array(rows, dtype=np.int64)
    chunk = Chunk(raw, at, originals, records=number - first + 1, bad=bad)
    return chunk, lines[used:]


def _broken(cells: Sequence[str], original: str, dialect: Dialect) -> Rule | None:
    """Why the record is no row."""
    if "\0" in original:
        return NUL_CHARACTER
    if not dialect.whole(original):
        return BROKEN_QUOTES
    if len(cells) != len(dialect.header):
        return RAGGED_ROW
    return REPEATED_HEADER if _is_header(cells, dialect) else None


def _records(lines: Sequence[str], dialect: Dialect) -> Iterator[tuple[list[str], int, int]]:
    """Every closed record with the lines it takes.

    A last line of our own tells whether the record before it is closed: an open one swallows it.
    A record over several lines whose quotes are out of order ends with its first: a quote too many
    must not take the rows below along.
    """
    start = 0
    while start < len(lines):
        for cells, end in _parsed(lines, dialect, start):
            if end - start > 1 and not dialect.whole("\n".join(lines[start:end])):
                yield _cells(lines[start], dialect), start, start + 1
                start += 1
                break
            yield cells, start, end
            start = end
        else:
            return


def _parsed(lines: Sequence[str], dialect: Dialect, start: int) -> Iterator[tuple[list[str], int]]:
    """The closed records from a line on, each with the line after it."""
    rest = (f"{lines[at]}\n" for at in range(start, len(lines)))
    reader = dialect.reader(chain(rest, [_END]))
    while True:
        try:
            cells = next(reader)
        except csv.Error:
            raise FieldTooLong(start) from None
        except StopIteration:
            return
        end = start + reader.line_num
        if end > len(lines):
            return
        yield cells, end


def _cells(line: str, dialect: Dialect) -> list[str]:
    return next(dialect.reader([line]), [])


def _is_no_row(line: str, dialect: Dialect) -> bool:
    """Whether the line is blank, or the header again."""
    cells = _cells(line, dialect)
    return not any(cell.strip() for cell in cells) or _is_header(cells, dialect)


def _is_header(cells: Sequence[str], dialect: Dialect) -> bool:
    return len(cells) > 1 and tuple(cell.strip() for cell in cells) == tuple(dialect.header)


def _stripped(column: Texts) -> Texts:
    return texts(list(map(str.strip, column.tolist())))
