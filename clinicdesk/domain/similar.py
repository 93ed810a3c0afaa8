"""What happened to patients like this one: counts, never who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

LEAST = 20  # patients: of fewer nothing is said
_Z = 1.959964  # of a central 95 % of a normal distribution


@dataclass(frozen=True, slots=True)
class Difference:
    """An input of this patient beside the median of the similar ones; in `unit`."""

    label: str
    unit: str
    own: float
    median: float


@dataclass(frozen=True, slots=True)
class SimilarPatients:
    """The nearest of this clinic's patients as they were on a day, and the outcome since.

    cohort: patients they were chosen from.  refusal: why there is none, "" otherwise.
    """

    since: date
    outcome: str
    cohort: int
    count: int = 0
    with_outcome: int = 0
    differences: Sequence[Difference] = ()
    refusal: str = ""

    @property
    def rate(self) -> float:
        return self.with_outcome / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the rate."""
        return wilson(self.with_outcome, self.count)


def wilson(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); 0 to 1 of nobody."""
    if of == 0:
        return 0.0, 1.0
    share, spread = found / of, _Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)
