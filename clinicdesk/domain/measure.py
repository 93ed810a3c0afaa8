"""A measure of a clinic: what is counted, of whom, and how sure that is (F83, F85)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Page(StrEnum):
    DEMOGRAPHICS = "demographics"
    CLINICAL = "clinical"
    RISK = "risk"


class Kind(StrEnum):
    COUNT = "count"  # how many
    SHARE = "share"  # how many of how many
    MEAN = "mean"  # an average


class Look(StrEnum):
    """How it is shown."""

    TILE = "tile"  # one number
    BARS = "bars"
    LINE = "line"  # in the order of time


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure says, in words. unit: of its values, "" for a count.

    numerator, denominator: of a share; of a mean what is averaged, over what.
    """

    name: str
    page: Page
    title: str
    kind: Kind
    look: Look
    of: str  # patients, visits, prescriptions, diagnoses: what a list of it is of
    numerator: str = ""
    denominator: str = ""
    exclusions: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One group. value: a count, a share of 1, a mean.  n: rows behind it.

    count: how many a list of it has: the rows of a count or a mean, the numerator of a share.
    interval: 95 %, None for a count and where nothing can be said.
    """

    label: str
    value: float
    n: int
    count: int
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """n: rows in all.  left_out: rows that lack what the measure asks for."""

    definition: Definition
    bars: Sequence[Bar]
    n: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked at; "" and None leave out nothing. Days are 20261120, both included.

    diagnosis: the start of a code, or words of it.  class_: v3-ActCode of the visits.
    """

    first: int | None = None
    last: int | None = None
    age_group: str = ""
    gender: str = ""
    risk_level: str = ""
    class_: str = ""
    diagnosis: str = field(default="", repr=False)
