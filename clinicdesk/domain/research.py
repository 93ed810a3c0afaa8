"""What a researcher sees: a de-identified copy, and counts of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Copied:
    """How much went into a copy, and how much stayed because it could have named somebody."""

    subjects: int
    encounters: int
    conditions: int
    observations: int
    medications: int
    left_out: int  # uncoded, free text, not of a public code system


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """published_at: the state of the clinic that the copy shows."""

    store_id: str
    published_at: datetime
    copied: Copied


@dataclass(frozen=True, slots=True)
class Cell:
    """count: None where it is 1-10, or would give a count of 1-10 away."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class CountTable:
    """A count of subjects by one property."""

    title: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class MeasureSummary:
    """One kind of measurement over the subjects who have it.

    subjects: None below 11, and then the rest is None too.  Values in `unit` (UCUM).
    """

    code: str  # LOINC
    display: str
    unit: str
    subjects: int | None
    mean: float | None
    median: float | None
    lower_quartile: float | None
    upper_quartile: float | None
