"""The small vocabulary of published tables: steps over a number, points, and their sum."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

Step = TypeVar("Step")
Read = Mapping[str, float | str]  # inputs already read and within their limits


@dataclass(frozen=True, slots=True)
class From(Generic[Step]):
    """A table by lower bounds: `start` below the first, then each step from its own bound on."""

    start: Step
    steps: Mapping[float, Step]  # bounds ascend

    def __call__(self, value: float) -> Step:
        return (self.start, *self.steps.values())[bisect_right([*self.steps], value)]


@dataclass(frozen=True, slots=True)
class Chart:
    """Points around a normal middle, which gives none, as on a track-and-trigger chart.

    low: at or below the bound.  high: at or above it.  A limit is reached, never rounded to: a
    value between two bands of whole numbers (SpO2 91.4 between 91 and 92) takes the milder one.
    """

    low: Mapping[float, int]  # bounds ascend
    high: Mapping[float, int]  # bounds ascend

    def __call__(self, value: float) -> int:
        below = (*self.low.values(), 0)[bisect_left([*self.low], value)]
        return below or (0, *self.high.values())[bisect_right([*self.high], value)]


def third(value: float, low: float, high: float) -> int:
    """0 below `low`, 1 from `low` to `high` with both ends, 2 above."""
    return (value >= low) + (value > high)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of an additive score; `points` is None while too few of its inputs are known.

    least, most: what the line can give at all, for the bounds of an incomplete set.
    """

    name: str
    inputs: tuple[str, ...]
    points: Callable[[Read], float | None]
    most: float
    least: float = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that an incomplete set can add up to; never a score."""

    low: float
    high: float

    def __str__(self) -> str:
        dash = " to " if self.low < 0 else "-"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}{dash}{self.high:g}"


def by_number(
    name: str, table: Callable[[float], float], most: float, least: float = 0, *, of: str = ""
) -> Part:
    """A line that looks at one number. of: the input, where the line has another name."""
    source = of or name
    return Part(
        name,
        (source,),
        lambda read: table(float(read[source])) if source in read else None,
        most,
        least,
    )


def by_word(name: str, table: Mapping[str, float], *, of: str = "") -> Part:
    """A line that looks at one choice."""
    source, worth = of or name, table.values()
    return Part(
        name,
        (source,),
        lambda read: table[str(read[source])] if source in read else None,
        max(worth),
        min(worth),
    )


def if_yes(name: str, points: float = 1, *, of: str = "") -> Part:
    """A line that gives its points for yes, and none for no."""
    return by_word(name, {"0": 0, "1": points}, of=of)


def earned(parts: Sequence[Part], read: Read) -> dict[str, float]:
    """The points of every line whose inputs are known."""
    known = ((part.name, part.points(read)) for part in parts)
    return {name: points for name, points in known if points is not None}


def still_needed(parts: Sequence[Part], read: Read) -> set[str]:
    """The inputs of the lines that cannot be scored yet."""
    return {name for part in parts if part.points(read) is None for name in part.inputs}


def total(parts: Sequence[Part], read: Read) -> float:
    """The sum of a complete set."""
    return sum(earned(parts, read).values())


def bounds(parts: Sequence[Part], read: Read, ceiling: float = inf) -> Bounds | None:
    """Bound the sum of an incomplete set; None while nothing of it is known."""
    points = earned(parts, read)
    if not points:
        return None
    unknown = [part for part in parts if part.name not in points]
    known = sum(points.values())
    low, high = sum(part.least for part in unknown), sum(part.most for part in unknown)
    return Bounds(min(known + low, ceiling), min(known + high, ceiling))
