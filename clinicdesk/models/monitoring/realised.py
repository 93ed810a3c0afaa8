"""How a model did, period by period, on known outcomes; no figure without its n."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.evaluation.metrics import (
    Measure,
    auroc,
    average_precision,
    brier,
    calibration_intercept,
    calibration_slope,
)

Floats = NDArray[np.float64]

ENOUGH = 10  # of each outcome, for discrimination; calibration asks for twice as many
RESAMPLES = 300
_EDGE = 1e-6  # a probability of exactly 0 or 1 has no logit


@dataclass(frozen=True, slots=True)
class Outcome:
    """One prediction and what came. period: as it is grouped by: "2026-11", a version."""

    period: str
    probability: float
    happened: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Realised:
    """One period. figures: those that enough outcomes carry.  lacking: how many events or
    non-events more it takes to measure discrimination, 0 when it is measured.
    """

    period: str
    n: int
    events: int
    figures: Mapping[str, Figure]
    lacking: int

    @property
    def words(self) -> str:
        """What a reader is told in place of a figure."""
        return f"not enough outcomes yet: {self.lacking} more needed" if self.lacking else ""


_ASKS: Mapping[str, tuple[Measure, int]] = {
    "auroc": (auroc, ENOUGH),
    "average_precision": (average_precision, ENOUGH),
    "brier": (brier, ENOUGH),
    "calibration_intercept": (calibration_intercept, 2 * ENOUGH),
    "calibration_slope": (calibration_slope, 2 * ENOUGH),
}


def realised(outcomes: Sequence[Outcome], seed: int) -> list[Realised]:
    """Each period's figures, in the order of their names."""
    ranked = sorted(outcomes, key=lambda each: each.period)
    grouped = groupby(ranked, key=lambda each: each.period)
    return [_period(name, list(group), seed) for name, group in grouped]


def _period(name: str, outcomes: Sequence[Outcome], seed: int) -> Realised:
    y = np.array([each.happened for each in outcomes], dtype=np.float64)
    p = np.clip([each.probability for each in outcomes], _EDGE, 1 - _EDGE)
    events = int(y.sum())
    fewer = min(events, len(y) - events)
    asked = {name: measure for name, (measure, least) in _ASKS.items() if fewer >= least}
    figures = {name: _figure(measure, y, p, seed) for name, measure in asked.items()}
    return Realised(name, len(y), events, figures, max(0, ENOUGH - fewer))


def _figure(measure: Measure, y: Floats, p: Floats, seed: int) -> Figure:
    """The bootstrap draws cases and others apart, so that each resample has both."""
    rng = np.random.default_rng(seed)
    cases, others = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    values = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([rng.choice(cases, len(cases)), rng.choice(others, len(others))])
        values.append(measure(y[drawn], p[drawn]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Figure(measure(y, p), float(low), float(high))
