"""What a whole file holds, column by column, before anything is mapped (F27, F42).

One pass over the rows; of a column with very many different texts only their number is kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from clinicdesk.etl.arrays import Floats, Texts, blank
from clinicdesk.etl.formats import Formats
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.rules import rulebook
from clinicdesk.etl.values import numbers

_MANY = 20_000  # different texts that are counted one by one
_TOO_MANY = 2_000_000  # different texts that are counted at all
_TOP = 10
_PRIVATE = 5  # a word that fewer rows have may name somebody
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
_MANGLED = re.compile(
    r"\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:-\d\d)?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d\d",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}/\d\d?/\d\d?)(?:[T ].*)?"
)
_NO_DATES = re.compile(
    r"(?:1900-01-01|1899-12-3[01]|1970-01-01|9999-12-31|01[./-]01[./-]1900|31[./-]12[./-]9999)"
    r"(?:[T ].*)?"
)
_NUMERIC = frozenset("0123456789+-.,'")
_LEADING = re.compile(r"0\d+")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What a column holds. distinct: different texts, at least.  numbers, dates: cells that are.

    low, high: of its numbers.  top: the most frequent texts.  warnings: rule id -> cells, of
    identifiers that a spreadsheet spoiled and of numbers and dates that stand for no value.
    leading_zeros: cells that are no numbers, whatever they look like.
    """

    header: str
    rows: int
    filled: int
    distinct: int
    numbers: int
    dates: int
    low: float | None
    high: float | None
    leading_zeros: int
    top: Sequence[tuple[str, int]] = field(repr=False)
    warnings: Mapping[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        return self.rows - self.filled

    def masked(self) -> "Sequence[tuple[str, int]]":
        """The most frequent texts that may leave the clinic: none that few rows have."""
        return [(text, count) for text, count in self.top if count >= _PRIVATE]


def profile_of(
    header: Sequence[str], chunks: Iterable[Chunk], formats: Formats
) -> list[ColumnProfile]:
    """Look at every row. formats: how the columns write their numbers, as far as that is known."""
    counters = [_Counter(name) for name in header]
    for chunk in chunks:
        for at, counter in enumerate(counters):
            counter.look(chunk.column(at), formats)
    return [counter.result() for counter in counters]


class _Counter:
    """The counts of one column while its file is read."""

    def __init__(self, header: str) -> None:
        self._header = header
        self._rows = self._filled = self._numbers = self._dates = self._leading = 0
        self._low, self._high = np.inf, -np.inf
        self._words: Counter[str] = Counter()
        self._hashes: set[int] = set()
        self._warnings: Counter[str] = Counter()
        self._sentinels: Counter[float] = Counter()

    def look(self, column: Texts, formats: Formats) -> None:
        self._rows += len(column)
        codes, uniques = pd.factorize(column[~blank(column)])
        counts = np.bincount(codes, minlength=len(uniques))
        self._filled += len(codes)
        words = np.asarray(uniques, dtype=object)
        self._count(words, counts)
        self._measure(words, counts, formats)
        self._warn(words.tolist(), counts.tolist())

    def _count(self, words: Texts, counts: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> None:
        """Count texts one by one while they are few, then only how many there are."""
        if not self._hashes:
            self._words.update(dict(zip(words.tolist(), counts.tolist(), strict=True)))
            if len(self._words) > _MANY:
                self._hashes.update(map(hash, self._words))
        elif len(self._hashes) < _TOO_MANY:
            self._hashes.update(map(hash, words.tolist()))

    def _measure(
        self,
        words: Texts,
        counts: "np.ndarray[tuple[int], np.dtype[np.int64]]",
        formats: Formats,
    ) -> None:
        like = np.array([word[0] in _NUMERIC for word in words.tolist()], dtype=bool)
        if not like.any():
            return
        words, counts = words[like], counts[like]
        found = self._read(words, formats)
        there = np.isfinite(found)
        values = found[there]
        self._numbers += int(counts[there].sum())
        if len(values):
            self._low, self._high = min(self._low, values.min()), max(self._high, values.max())
        for sentinel in rulebook().sentinels:
            self._sentinels[sentinel] += int(counts[found == sentinel].sum())

    def _read(self, words: Texts, formats: Formats) -> Floats:
        """Texts as numbers, NaN where they are none. A comma is worth a closer look."""
        if any("," in word for word in words.tolist()):
            return numbers(words, lambda cells: formats.decimal(self._header, cells)).values
        read = pd.to_numeric(pd.Series(words, dtype=object), errors="coerce")
        return read.to_numpy(dtype=np.float64, na_value=np.nan)

    def _warn(self, words: Sequence[str], counts: Sequence[int]) -> None:
        for word, count in zip(words, counts, strict=True):
            if word[0] == "0" and _LEADING.fullmatch(word):
                self._leading += count
            elif "-" in word or "/" in word or word.count(".") == 2:
                self._look_at_date(word, count)
            elif "+" in word and _ROUNDED.fullmatch(word):
                self._warnings["damaged-id"] += count

    def _look_at_date(self, word: str, count: int) -> None:
        if _DATE.fullmatch(word):
            self._dates += count
            if _NO_DATES.fullmatch(word):
                self._warnings["sentinel-date"] += count
        elif _MANGLED.fullmatch(word):
            self._warnings["mangled-id"] += count

    def result(self) -> ColumnProfile:
        any_ = self._low <= self._high
        warnings = dict(self._warnings)
        if sentinels := self._at_the_edge():
            warnings["sentinel-value"] = sentinels
        return ColumnProfile(
            header=self._header,
            rows=self._rows,
            filled=self._filled,
            distinct=max(len(self._hashes), len(self._words)),
            numbers=self._numbers,
            dates=self._dates,
            low=float(self._low) if any_ else None,
            high=float(self._high) if any_ else None,
            leading_zeros=self._leading,
            top=() if self._hashes else self._words.most_common(_TOP),
            warnings=warnings,
        )

    def _at_the_edge(self) -> int:
        """Cells whose number stands for no value: the least or greatest, again and again."""
        return sum(
            count
            for number, count in self._sentinels.items()
            if number != 0 and count > 1 and number in (self._low, self._high)
        )
