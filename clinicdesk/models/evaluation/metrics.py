"""How good are these probabilities: discrimination, calibration, and their uncertainty.

y: 0/1.  p: probabilities strictly between 0 and 1. Formulas: Van Calster, J Clin Epidemiol
2016;74:167; Brier 1950; Vickers & Elkin, Med Decis Making 2006;26:565.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Measure = Callable[[Floats, Floats], float]


def auroc(y: Floats, p: Floats) -> float:
    """The chance that a case is ranked above a non-case; a tie counts half."""
    cases, others = np.sort(p[y == 1]), np.sort(p[y == 0])
    below = np.searchsorted(others, cases, "left")
    not_above = np.searchsorted(others, cases, "right")
    return float((below + not_above).sum() / 2 / (len(cases) * len(others)))


def average_precision(y: Floats, p: Floats) -> float:
    """The area under precision and recall as a step function; equal probabilities are one step."""
    order = np.argsort(-p, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
    found = np.cumsum(y[order])[ends]
    gained = np.diff(found, prepend=0.0) / y.sum()
    return float((gained * found / (ends + 1)).sum())


def brier(y: Floats, p: Floats) -> float:
    """The mean squared distance between probability and outcome."""
    return float(((p - y) ** 2).mean())


def calibration_slope(y: Floats, p: Floats) -> float:
    """The slope b of logit P(y) = a + b logit p; 1 is ideal, below 1 is overconfident."""
    margin = np.log(p / (1 - p))
    return float(_logistic(np.column_stack([np.ones_like(margin), margin]), y, 0.0)[1])


def calibration_intercept(y: Floats, p: Floats) -> float:
    """The intercept a of logit P(y) = a + logit p; 0 is ideal, above 0 is risk too low."""
    margin = np.log(p / (1 - p))
    return float(_logistic(np.ones((len(y), 1)), y, margin)[0])


def net_benefit(y: Floats, p: Floats, threshold: float) -> float:
    """True positives less false ones at their exchange rate, a person (Vickers 2006)."""
    flagged = p >= threshold
    false = (flagged & (y == 0)).mean() * threshold / (1 - threshold)
    return float((flagged & (y == 1)).mean() - false)


MEASURES: dict[str, Measure] = {
    "auroc": auroc,
    "average_precision": average_precision,
    "brier": brier,
    "calibration_slope": calibration_slope,
    "calibration_intercept": calibration_intercept,
    "net_benefit_0_20": partial(net_benefit, threshold=0.20),
    "net_benefit_0_50": partial(net_benefit, threshold=0.50),
}


def interval(
    measure: Measure, y: Floats, predictions: Sequence[Floats], seed: int, resamples: int = 500
) -> tuple[float, float]:
    """The 95 % bootstrap interval over patients; each resample uses one of the `predictions`."""
    rng = np.random.default_rng(seed)
    values = []
    for number in range(resamples):
        drawn = rng.integers(0, len(y), len(y))
        values.append(measure(y[drawn], predictions[number % len(predictions)][drawn]))
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _logistic(design: Floats, y: Floats, offset: Floats | float, steps: int = 25) -> Floats:
    """Fit without penalty by Newton's method."""
    beta = np.zeros(design.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(design @ beta + offset)))
        hessian = (design * (p * (1 - p))[:, None]).T @ design
        beta = beta + np.linalg.solve(hessian, design.T @ (y - p))
    return beta
