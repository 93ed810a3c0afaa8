"""How a text of rows is written: delimiter, quotes and header, each found by parsing with it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from typing import Any, Protocol

from clinicdesk.errors import BadInput

TITLES = 40  # lines a header may be preceded by
ROWS = 200  # that a dialect is judged by
_COMMON = ",;\t|"
_RARE = "^~ "
_ATTRIBUTE = re.compile(r"@attribute\s+(?:'([^']*)'|\"([^\"]*)\"|(\S+))", re.IGNORECASE)


class RowReader(Protocol):
    """A reader of the csv module. line_num: how many lines it has taken."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """header: the column names.  skip: physical lines up to and with the header.

    spaced: whether blanks follow the delimiter.  titles: the lines above the header.
    """

    encoding: str
    delimiter: str
    header: Sequence[str]
    skip: int
    quote: str = '"'
    escape: str = ""
    spaced: bool = False
    titles: Sequence[str] = field(default=(), repr=False)

    @property
    def usual(self) -> bool:
        """Whether pandas' fast parser knows it."""
        return self.quote == '"' and not self.escape and not self.spaced

    def reader(self, lines: Iterator[str] | Sequence[str]) -> RowReader:
        """The csv module's reader of these lines."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape or None,
            doublequote=not self.escape,
            skipinitialspace=self.spaced,
        )

    def whole(self, record: str) -> bool:
        """Whether every quote of the record opens and closes a field, or is a letter in one."""
        if self.quote not in record:
            return True
        grammar = _grammar(self.delimiter, self.quote, self.escape)
        return bool(grammar.strict.fullmatch(record)) or grammar.tolerates(record, self.quote)


@dataclass(frozen=True, slots=True)
class _Grammar:
    """Patterns of records. strict: quotes around fields alone.  loose: also within bare fields.

    spanning: bare fields that a pair of quotes spans: x"a,b" has lost the delimiter before it.
    """

    strict: re.Pattern[str]
    loose: re.Pattern[str]
    quoted: re.Pattern[str]
    spanning: re.Pattern[str]

    def tolerates(self, record: str, quote: str) -> bool:
        """Whether the quotes within bare fields are letters, as in 5" tube."""
        if not self.loose.fullmatch(record):
            return False
        bare = self.quoted.sub("", record)
        return quote not in bare or not self.spanning.search(bare)


@cache
def _grammar(delimiter: str, quote: str, escape: str) -> _Grammar:
    d, q = re.escape(delimiter), re.escape(quote)
    inside = rf"[^{q}{re.escape(escape)}]|{re.escape(escape)}." if escape else rf"[^{q}]|{q}{q}"
    blank = "" if delimiter.isspace() else r"[ \t]*+" if delimiter != "\t" else " *+"
    quoted = rf"{blank}{q}(?:{inside})*+{q}{blank}(?={d}|\Z)"
    strict = rf"(?:{quoted}|[^{q}{d}]*+)"
    loose = rf"(?:{quoted}|(?!{blank}{q})[^{d}]*+)"
    return _Grammar(
        re.compile(rf"{strict}(?:{d}{strict})*+", re.DOTALL),
        re.compile(rf"{loose}(?:{d}{loose})*+", re.DOTALL),
        re.compile(rf"(?:(?<={d})|\A){quoted}", re.DOTALL),
        re.compile(rf"[^{q}{d}]{q}\w[^{q}{d}]*+{d}[^{q}{d}]++{q}(?={d}|\Z)"),
    )


@dataclass(frozen=True, slots=True)
class _Parsed:
    """The head as one dialect reads it: records, each with the physical line it ends on."""

    dialect: Dialect
    records: Sequence[tuple[Sequence[str], int]] = field(repr=False)
    broken: int  # records whose quotes are out of order

    @property
    def width(self) -> int:
        """How many columns most records have."""
        widths = Counter(len(row) for row, _ in self.records if any(row))
        return max(widths, key=lambda width: (widths[width], width)) if widths else 0

    @property
    def evenness(self) -> tuple[float, int]:
        """How much of the head is rows of one width with quotes in order, then how wide."""
        filled = [row for row, _ in self.records if any(row)]
        width = self.width
        if width < 2:
            return 0.0, 0
        even = sum(len(row) == width for row in filled)
        return (even - self.broken) / len(filled), width


def dialect_of(
    name: str, head: str, encoding: str, fits: Callable[[Sequence[str]], bool]
) -> Dialect:
    """Find delimiter, quotes and header row. fits: whether some preset knows a row of names.

    Every delimiter is tried by parsing; a known header wins, then the most even columns.
    """
    if attributes := _attributes(head, encoding):
        return attributes
    parsed = [_parsed(head, Dialect(encoding, sign, (), 0)) for sign in _COMMON]
    for one in parsed:
        for at, (row, _) in enumerate(one.records[:TITLES]):
            if len(row) > 1 and fits(row):
                return _with_header(_quoted_best(head, one), at, head)
    best = max((_quoted_best(head, one) for one in parsed), key=lambda one: one.evenness)
    if best.evenness < (0.5, 0):
        rare = [_parsed(head, Dialect(encoding, sign, (), 0)) for sign in _RARE]
        best = max([best, *rare], key=lambda one: one.evenness)
    if not any(any(row) for row, _ in best.records):
        raise BadInput(f"{name} is empty.")
    return _with_header(best, _header_at(best), head)


def _attributes(head: str, encoding: str) -> Dialect | None:
    """The header of an ARFF file (Weka): its @attribute lines, down to @data."""
    lines = head.splitlines()
    if not any(line.strip().casefold().startswith("@relation") for line in lines):
        return None
    data = next((i for i, li in enumerate(lines) if li.strip().casefold() == "@data"), None)
    if data is None:
        return None
    found = [match for line in lines[:data] if (match := _ATTRIBUTE.match(line.strip()))]
    names = tuple((m.group(1) or m.group(2) or m.group(3)).strip() for m in found)
    return Dialect(encoding, ",", names, data + 1, titles=tuple(lines[: data + 1]))


def _quoted_best(head: str, one: _Parsed) -> _Parsed:
    """The same delimiter with the way of quoting that leaves the fewest rows out of order."""
    if not one.broken and one.evenness[0] == 1.0:
        return one
    others = [
        replace(one.dialect, **change)
        for sign, change in _quotings(one.dialect.delimiter)
        if len(sign.findall(head)) > 1
    ]
    return max([one, *(_parsed(head, other) for other in others)], key=lambda p: p.evenness)


def _quotings(delimiter: str) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Other ways of quoting, each with what a text must show for it to be thought of."""
    d = re.escape(delimiter)
    return [
        (re.compile(rf'{d} +"[^"\n]*"'), {"spaced": True}),
        (re.compile(r'\\"'), {"escape": "\\"}),
        (re.compile(rf"(?:^|{d})'[^'\n]*'(?={d}|$)", re.MULTILINE), {"quote": "'"}),
        (re.compile(rf"{d} +'[^'\n]*'(?={d}|$)", re.MULTILINE), {"quote": "'", "spaced": True}),
    ]


def _header_at(one: _Parsed) -> int:
    """The first row as wide as most that names its columns; a title fills one cell or two."""
    records = one.records[:TITLES]
    whole = [at for at, (row, _) in enumerate(records) if len(row) == one.width and any(row)]
    if not whole:
        return next((at for at, (row, _) in enumerate(records) if any(row)), 0)
    filled = [sum(map(bool, map(str.strip, records[at][0]))) for at in whole]
    enough = max(filled) / 2
    return next(at for at, cells in zip(whole, filled, strict=True) if cells >= enough)


def _with_header(one: _Parsed, at: int, head: str) -> Dialect:
    row, end = one.records[at]
    start = one.records[at - 1][1] if at else 0
    titles = io.StringIO(head, newline=None).read().split("\n")[:start]
    names = tuple(cell.strip() for cell in row)
    return replace(one.dialect, header=names, skip=end, titles=tuple(filter(str.strip, titles)))


def _parsed(head: str, dialect: Dialect) -> _Parsed:
    """The records of the head; a cut last one is left out."""
    lines = io.StringIO(head, newline=None).read().split("\n")
    reader = dialect.reader(f"{line}\n" for line in lines)
    found: list[tuple[Sequence[str], int]] = []
    broken = start = 0
    try:
        for row in islice(reader, ROWS):
            found.append((row, reader.line_num))
            broken += not dialect.whole("\n".join(lines[start : reader.line_num]))
            start = reader.line_num
    except csv.Error:
        pass  # what came before it is enough to judge by
    return _Parsed(dialect, found, broken)
