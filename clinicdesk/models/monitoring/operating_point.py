"""The threshold in use, watched by what it causes: how many are flagged, and how often rightly.

The area under the curve does not move when every risk doubles; the work on the ward does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinicdesk.domain.proportions import Share, difference

Floats = NDArray[np.float64]

NOTABLE = 0.05  # a change of five percentage points is worth an alarm, fewer are not
_LEAST = 20  # patients behind a share: below it nothing is said


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a threshold causes. precision and sensitivity are of known outcomes alone."""

    threshold: float
    flagged: Share
    precision: Share
    sensitivity: Share


@dataclass(frozen=True, slots=True)
class Moved:
    """A share that is no longer what it was. name: flagged, precision, sensitivity."""

    name: str
    before: Share
    now: Share
    interval: tuple[float, float]  # of the difference


@dataclass(frozen=True, slots=True)
class Guard:
    """What moved; the threshold that would flag as many as before, and how many it flags."""

    moved: tuple[Moved, ...]
    unknown: tuple[str, ...]  # shares with too few patients to say
    proposed: float | None
    workload: Share | None


def operating_point(p: Floats, y: Floats, threshold: float) -> OperatingPoint:
    """p: probabilities; y: 0, 1, or NaN where the outcome is not known."""
    flagged, known = p >= threshold, ~np.isnan(y)
    right = int((flagged & (y == 1)).sum())
    return OperatingPoint(
        threshold,
        Share(int(flagged.sum()), len(p)),
        Share(right, int((flagged & known).sum())),
        Share(right, int((y == 1).sum())),
    )


def guard(before: OperatingPoint, p: Floats, y: Floats) -> Guard:
    """Compare what the threshold causes now with what it caused when it was chosen."""
    now = operating_point(p, y, before.threshold)
    pairs = _pairs(before, now)
    known = {n: two for n, two in pairs.items() if min(two[0].n, two[1].n) >= _LEAST}
    moved = tuple(Moved(n, *two, difference(two[1], two[0])) for n, two in known.items())
    moved = tuple(each for each in moved if _certain(each))
    unknown = tuple(name for name in pairs if name not in known)
    if not moved or before.flagged.value is None:
        return Guard(moved, unknown, None, None)
    proposed = float(np.quantile(p, 1 - before.flagged.value, method="higher"))
    return Guard(moved, unknown, proposed, Share(int((p >= proposed).sum()), len(p)))


def _pairs(before: OperatingPoint, now: OperatingPoint) -> Mapping[str, tuple[Share, Share]]:
    return {
        "flagged": (before.flagged, now.flagged),
        "precision": (before.precision, now.precision),
        "sensitivity": (before.sensitivity, now.sensitivity),
    }


def _certain(moved: Moved) -> bool:
    """Whether the share moved beyond chance, and by enough to matter."""
    low, high = moved.interval
    change = (moved.now.value or 0.0) - (moved.before.value or 0.0)
    return (low > 0 or high < 0) and abs(change) >= NOTABLE
