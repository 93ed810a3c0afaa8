"""How sure a number is: the three kinds of interval, each as small arrays or trees of its own.

A regression is refitted on resampled patients, and every refit is kept: each is a few numbers.
Refitted trees would be too large, so what is kept is how far they lay apart at a patient like this.
An amount has the interval in which the amount itself will lie.
A missing input takes values drawn from its own distribution, so that the interval says what not
knowing it costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline

from clinicdesk.models.learned.explain import expit
from clinicdesk.models.learned.fitting import answers
from clinicdesk.models.learned.learners import owners

Floats = NDArray[np.float64]

LEVEL = 0.90
_Z = 1.6448536269514722  # of a central 90 % of a normal distribution
_EDGE = 1e-9
LEVELS = np.linspace(0.05, 0.95, 19)  # at which the distribution of an input is kept


class Intervals(Protocol):
    """The central 90 % for each row and number."""

    def of(self, model: Any, x: Floats) -> tuple[Floats, Floats]:
        """The low and the high ends, each (n, k); x: (n, inputs), NaN missing."""


@dataclass(frozen=True, slots=True)
class Resamples:
    """A regression refitted on resampled patients, each written out over its encoded columns."""

    intercept: Floats  # (resamples)
    weights: Floats  # (resamples, columns)
    fill: Floats  # (resamples, inputs): a value a missing input could have had

    def of(self, model: Any, x: Floats) -> tuple[Floats, Floats]:
        margins = self._margins(encoder_of(model), x)
        tail = _tail(len(self.intercept))
        low, high = np.quantile(expit(margins), [tail, 1 - tail], axis=1)
        return low[:, None], high[:, None]

    def _margins(self, encode: Any, x: Floats) -> Floats:
        missing = np.isnan(x)
        columns = missing[:, owners(encode)]
        known = np.where(columns, 0.0, encode.transform(np.where(missing, self.fill[:1], x)))
        filled = self.weights * encode.transform(self.fill)
        return np.asarray(self.intercept + known @ self.weights.T + columns @ filled.T)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far refitted trees lie apart, as trees: the log of the sd of each margin.

    levels: (19, inputs), what a missing input could be.
    """

    deviations: Sequence[HistGradientBoostingRegressor]  # one for each number
    levels: Floats

    def of(self, model: Any, x: Floats) -> tuple[Floats, Floats]:
        p = np.clip(answers(model, x), _EDGE, 1 - _EDGE)
        margin = np.log(p / (1 - p))
        sd = np.exp(np.column_stack([each.predict(x) for each in self.deviations]))
        far = _Z * np.sqrt(sd**2 + self._of_missing(model, x))
        return expit(margin - far), expit(margin + far)

    def _of_missing(self, model: Any, x: Floats) -> Floats:
        """The variance of the margins over what the missing inputs could be."""
        variance = np.zeros((len(x), len(self.deviations)))
        rows = np.flatnonzero(np.isnan(x).any(axis=1))
        if len(rows):
            p = np.clip(filled_answers(model, x[rows], self.levels), _EDGE, 1 - _EDGE)
            variance[rows] = np.log(p / (1 - p)).var(axis=0)
        return variance


@dataclass(frozen=True, slots=True)
class Quantiles:
    """The 5 % and the 95 % of an amount as trees, the upper moved until held-out rows were covered.

    moved: in the unit of the amount (conformalised quantile regression, Romano 2019).
    """

    low: Pipeline
    high: Pipeline
    moved: float
    levels: Floats

    def of(self, model: Any, x: Floats) -> tuple[Floats, Floats]:
        low, high = self.low.predict(x), self.high.predict(x)
        rows = np.flatnonzero(np.isnan(x).any(axis=1))
        if len(rows):
            low[rows] = filled_answers(self.low, x[rows], self.levels).min(axis=0)[:, 0]
            high[rows] = filled_answers(self.high, x[rows], self.levels).max(axis=0)[:, 0]
        low = np.maximum(low, 0)
        return low[:, None], np.maximum(low, high + self.moved)[:, None]


def _tail(refits: int) -> float:
    """What to leave at either side so that LEVEL is expected between two quantiles of few refits.

    The quantiles of n draws hold (n - 1) / (n + 1) of what they would of endlessly many.
    """
    return max((1 - LEVEL * (refits + 1) / (refits - 1)) / 2, 0.0)


def encoder_of(model: Any) -> Any:
    """The encoding step of a calibrated regression; it is the same in each refit."""
    (calibrated,) = model.calibrated_classifiers_
    fitted: Pipeline = calibrated.estimator
    return fitted["encode"]


def filled_answers(model: Any, x: Floats, levels: Floats) -> Floats:
    """The answers with the gaps filled by draws of each input: (draws, n, k).

    The draws are a fixed permutation of the levels for each input: equally likely, and independent.
    """
    rng = np.random.default_rng(levels.shape)
    drawn = rng.permuted(levels, axis=0)
    rows = np.where(np.isnan(x)[None], drawn[:, None, :], x[None])
    found = answers(model, rows.reshape(-1, x.shape[1]))
    return found.reshape(len(levels), len(x), -1)


def levels_of(x: Floats) -> Floats:
    """What each input is among the training patients: (19, inputs)."""
    return np.asarray(np.nanquantile(x, LEVELS, axis=0, method="closest_observation"))
