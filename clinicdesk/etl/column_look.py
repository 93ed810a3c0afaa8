"""What the first cells of a column look like: dates, numbers, words, codes."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from clinicdesk.domain.catalog import Concept, catalog, check_digit_holds
from clinicdesk.domain.units import normal_unit
from clinicdesk.etl.arrays import Floats, Texts, blank
from clinicdesk.etl.formats import Formats
from clinicdesk.etl.values import numbers
from clinicdesk.etl.vocabulary import known_words

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|\d{{1,2}}[ -]{_MONTH}[ -]\d{{2,4}}"
    r"|(?:19|20)\d{6})(?:[T ].*)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?|\d{9,10}(?:\.\d+)?|\d{12,13}")
_PRESSURE = re.compile(r"\d{2,3}\s*/\s*\d{2,3}(?:\s*mm\s*hg)?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
_PHONE = re.compile(r"\+?[\d ()/.-]{6,20}")
_ICD10 = re.compile(r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_LOINC = re.compile(r"\d{1,5}-\d")
_LETTERS = re.compile(r"[^\W\d_]")
ENOUGH = 0.8  # of the cells that are there


@dataclass(frozen=True, slots=True)
class Look:
    """The cells that are there, each distinct one once with its count.

    numbers: those that are numbers, in file order, as many as the column has.
    """

    size: int
    filled: int
    counts: Mapping[str, int] = field(repr=False)
    numbers: Floats = field(repr=False)

    def share(self, fits: Callable[[str], object]) -> float:
        """The part of the filled cells that fit, 0 to 1; 0 where there is none."""
        if not self.filled:
            return 0.0
        return sum(count for text, count in self.counts.items() if fits(text)) / self.filled

    @property
    def dates(self) -> float:
        return self.share(_DATE.fullmatch)

    @property
    def moments(self) -> float:
        """Dates, times of day and seconds since 1970."""
        return self.share(lambda text: _DATE.fullmatch(text) or _CLOCK.fullmatch(text))

    @property
    def numeric(self) -> float:
        return len(self.numbers) / self.filled if self.filled else 0.0

    @property
    def pressures(self) -> float:
        return self.share(_PRESSURE.fullmatch)

    @property
    def emails(self) -> float:
        return self.share(_EMAIL.fullmatch)

    @property
    def phones(self) -> float:
        return self.share(_PHONE.fullmatch)

    @property
    def diagnoses(self) -> float:
        """Codes of ICD-10."""
        return self.share(_ICD10.fullmatch)

    @property
    def loincs(self) -> float:
        return self.share(lambda text: _LOINC.fullmatch(text) and check_digit_holds(text))

    @property
    def units(self) -> float:
        return self.share(lambda text: normal_unit(text) in _units())

    @property
    def lettered(self) -> float:
        return self.share(_LETTERS.search)

    def words(self, name: str) -> float:
        """The part that a table of words knows; 0 for a table that does not exist."""
        known = known_words(name, list(self.counts))
        return self.share(lambda text: text.casefold() in known)

    def plausible(self, concept: Concept, unit: str = "") -> float:
        """The part of the numbers that this test can have, in its most fitting unit."""
        known = concept.conversion(unit) if unit else None
        steps = [known] if known else list(concept.conversions.values())
        low, high = concept.plausible.low, concept.plausible.high
        if not len(self.numbers) or (low is None and high is None):
            return 0.0
        bottom, top = -np.inf if low is None else low, np.inf if high is None else high
        inside = (self.numbers * s.factor + s.offset for s in steps)
        return max(float(((v >= bottom) & (v <= top)).mean()) for v in inside)


def look_at(column: Texts) -> Look:
    """Look at the cells of a column."""
    some = column[~blank(column)]
    found = numbers(some, lambda cells: Formats().decimal("", cells))
    return Look(len(column), len(some), Counter(some.tolist()), found.values[found.read])


def no_look() -> Look:
    """Of a column nobody saw."""
    return look_at(np.empty(0, dtype=object))


@cache
def _units() -> frozenset[str]:
    """Every unit that a result is written in."""
    return frozenset(unit for concept in catalog().concepts for unit in concept.conversions)


def examples(look: Look, count: int) -> Sequence[str]:
    """The most frequent cells."""
    ordered = sorted(look.counts.items(), key=lambda item: -item[1])
    return [text for text, _ in ordered[:count]]
