"""Read delimited text: exact about rows, quotes and damage, at pandas' speed.

pandas parses a block with a mark behind every line. Where a mark is not in the column behind the
last, the block has ragged rows, blank lines or line breaks in quotes, which pandas would mend in
silence: then the block is read again row by row with the csv module.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from clinicdesk.errors import BadInput
from clinicdesk.etl.arrays import Ints, Texts, texts
from clinicdesk.etl.readers.blocks import BLOCK, LIMIT, blocks
from clinicdesk.etl.rules import NUL_CHARACTER, RAGGED_ROW, Rule
from clinicdesk.etl.sniff import HEAD, Dialect
from clinicdesk.etl.sources import Source, opened

_MARK = "\x1e"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not one. row: 1 is the first data row."""

    row: int
    rule: Rule
    text: str = field(repr=False)


class Chunk:
    """Some rows of a file, as columns of stripped text."""

    def __init__(
        self,
        raw: Sequence[Texts],
        rows: Ints,
        lines: Sequence[str],
        *,
        records: int,
        bad: Sequence[BadRow] = (),
    ) -> None:
        self.rows = rows  # their numbers in the file
        self.records = records  # rows, bad rows and blank lines
        self.bad = bad
        self._raw, self._lines = raw, lines
        self._stripped: dict[int, Texts] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, at: int) -> Texts:
        """The texts of a column, stripped."""
        if at not in self._stripped:
            self._stripped[at] = texts(list(map(str.strip, self._raw[at].tolist())))
        return self._stripped[at]

    def line(self, position: int) -> str:
        """The row as it stands in the file."""
        return self._lines[position]


@dataclass(frozen=True, slots=True)
class Survey:
    """What reading the whole file once told. lines: physical ones."""

    sha256: str
    lines: int


def survey(source: Source, encoding: str) -> Survey:
    """Hash the whole file and prove that all of it can be decoded."""
    digest, lines = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened(source) as stream:
        while True:
            block = stream.read(BLOCK)
            digest.update(block)
            try:
                lines += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                line = lines + error.object[: error.start].count(b"\n") + 1
                raise _undecodable(source, encoding, line) from None
            if not block:
                return Survey(digest.hexdigest(), lines)


def head_of(source: Source) -> bytes:
    """The first bytes."""
    with opened(source) as stream:
        return stream.read(HEAD)


def decoded_head(source: Source, head: bytes, encoding: str) -> str:
    """The head as text; a character cut at its end is left out."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError as error:
        line = head[: error.start].count(b"\n") + 1
        raise _undecodable(source, encoding, line) from None


def chunks(source: Source, dialect: Dialect) -> Iterator[Chunk]:
    """The rows after the header, in order, some thousands at a time."""
    row, line = 1, dialect.skip + 1
    with opened(source) as raw, io.TextIOWrapper(raw, dialect.encoding) as stream:
        for _ in range(dialect.skip):
            stream.readline()
        for block in blocks(stream, dialect.delimiter):
            lines = block.removesuffix("\n").split("\n")
            chunk = _fast(block, lines, dialect, row) or _exact(source, lines, dialect, row, line)
            row += chunk.records
            line += len(lines)
            yield chunk


def head_chunk(head: str, source: Source, dialect: Dialect) -> Chunk:
    """The rows of the file's head alone, for a look; a cut last line is left out."""
    lines = io.StringIO(head, newline=None).read().split("\n")[dialect.skip : -1]
    return _exact(source, lines, dialect, 1, dialect.skip + 1)


def _undecodable(source: Source, encoding: str, line: int) -> BadInput:
    return BadInput(
        f"{source.name}, line {line}: this is not {encoding.upper()} text. Save the file as UTF-8,"
        " or name its encoding with --encoding (cp1252 for a Western European spreadsheet)."
    )


def _fast(block: str, lines: Sequence[str], dialect: Dialect, row: int) -> Chunk | None:
    """The block by pandas, None when that would not be exact."""
    width = len(dialect.header)
    first = next(csv.reader(lines[:1], delimiter=dialect.delimiter), [])
    if "\0" in block or len(first) != width or max(map(len, lines)) > LIMIT:
        return None
    marked = f"{dialect.delimiter}{_MARK}\n".join([*lines, ""])
    try:
        frame = pd.read_csv(
            io.StringIO(marked),
            sep=dialect.delimiter,
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
    return Chunk(raw, np.arange(row, row + len(lines)), lines, records=len(lines))


def _exact(source: Source, lines: Sequence[str], dialect: Dialect, row: int, line: int) -> Chunk:
    """The block by the csv module, row by row."""
    width = len(dialect.header)
    good: list[list[str]] = []
    rows, originals, bad, number = [], [], [], row - 1
    for number, (cells, original) in enumerate(_records(source, lines, dialect, line), row):
        if not any(cell.strip() for cell in cells):
            continue
        if "\0" in original:
            bad.append(BadRow(number, NUL_CHARACTER, original))
        elif len(cells) != width:
            bad.append(BadRow(number, RAGGED_ROW, original))
        else:
            good.append(cells)
            rows.append(number)
            originals.append(original)
    raw = [texts(column) for column in zip(*good, strict=True)] or [texts([])] * width
    at = np.array(rows, dtype=np.int64)
    return Chunk(raw, at, originals, records=number - row + 1, bad=bad)


def _records(
    source: Source, lines: Sequence[str], dialect: Dialect, line: int
) -> Iterator[tuple[list[str], str]]:
    """Every record with its original text."""
    reader = csv.reader([f"{text}\n" for text in lines], delimiter=dialect.delimiter)
    start = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _damaged(source, line + start) from None
        original = "\n".join(lines[start : reader.line_num])
        if reader.line_num == len(lines) and _left_open(original, dialect.delimiter):
            raise _damaged(source, line + start)
        yield cells, original
        start = reader.line_num


def _left_open(record: str, delimiter: str) -> bool:
    """Whether the file ended within quotes, and swallowed rows that way."""
    try:
        for _ in csv.reader([record], delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _damaged(source: Source, line: int) -> BadInput:
    return BadInput(
        f"{source.name}, line {line}: a quote is opened and not closed, or a field is longer than"
        f" {LIMIT:,} characters. Correct the line and import again."
    )
