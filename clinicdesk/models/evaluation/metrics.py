"""How good are these probabilities: discrimination, calibration, and their uncertainty.

y: 0/1, the number of a class, or an amount.  p: probabilities strictly between 0 and 1, a column
for each class, or amounts. Formulas: Van Calster, J Clin Epidemiol
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


def log_loss(y: Floats, p: Floats) -> float:
    """The mean of -log of the probability of what happened; p: (n) or (n, classes)."""
    if p.ndim == 1:
        p = np.column_stack([1 - p, p])
    return float(-np.log(p[np.arange(len(y)), y.astype(int)]).mean())


def prevalence(y: Floats, _: Floats) -> float:
    """The share of cases."""
    return float(y.mean())


def brier_skill(y: Floats, p: Floats) -> float:
    """The part of the Brier score that telling everybody the prevalence would leave."""
    return 1 - brier(y, p) / brier(y, np.full_like(y, y.mean()))


def oe_ratio(y: Floats, p: Floats) -> float:
    """Observed over expected cases; 1 is ideal, above 1 is risk too low."""
    return float(y.sum() / p.sum())


def brier_of_classes(y: Floats, p: Floats) -> float:
    """The mean squared distance of all classes' probabilities; 0 to 2."""
    happened = y[:, None] == np.arange(p.shape[1])
    return float(((p - happened) ** 2).sum(axis=1).mean())


def auroc_of_class(y: Floats, p: Floats, number: int) -> float:
    """The AUROC of one class against all others."""
    return auroc((y == number).astype(np.float64), p[:, number])


def auroc_macro(y: Floats, p: Floats) -> float:
    """The mean AUROC of the classes, each against all others and of equal weight."""
    return float(np.mean([auroc_of_class(y, p, number) for number in range(p.shape[1])]))


def mae(y: Floats, amount: Floats) -> float:
    """The mean distance, in the unit of the amount."""
    return float(np.abs(amount - y).mean())


def rmse(y: Floats, amount: Floats) -> float:
    """The root of the mean squared distance."""
    return float(np.sqrt(((amount - y) ** 2).mean()))


def bias(y: Floats, amount: Floats) -> float:
    """The mean of what was said less what was; below 0 says too little."""
    return float((amount - y).mean())


MEASURES: dict[str, Measure] = {
    "auroc": auroc,
    "average_precision": average_precision,
    "brier": brier,
    "brier_skill": brier_skill,
    "log_loss": log_loss,
    "prevalence": prevalence,
    "oe_ratio": oe_ratio,
    "calibration_slope": calibration_slope,
    "calibration_intercept": calibration_intercept,
    "net_benefit_0_10": partial(net_benefit, threshold=0.10),
    "net_benefit_0_20": partial(net_benefit, threshold=0.20),
    "net_benefit_0_50": partial(net_benefit, threshold=0.50),
}


CLASS_MEASURES: dict[str, Measure] = {
    "auroc_macro": auroc_macro,
    "log_loss": log_loss,
    "brier": brier_of_classes,
}
AMOUNT_MEASURES: dict[str, Measure] = {"mae": mae, "rmse": rmse, "bias": bias}


def interval(
    measure: Measure,
    y: Floats,
    predictions: Sequence[Floats],
    seed: int,
    *,
    resamples: int = 500,
    groups: NDArray[np.int64] | None = None,
) -> tuple[float, float]:
    """The 95 % bootstrap interval over patients; each resample uses one of the `predictions`.

    groups: who each row belongs to, 0, 1, ...; without it every row is a patient.
    """
    rng = np.random.default_rng(seed)
    rows = np.arange(len(y))
    starts, order = (rows, rows) if groups is None else _by_patient(groups)
    ends = np.append(starts[1:], len(y))
    values = []
    for number in range(resamples if len(y) <= _MANY else resamples // 5):
        drawn = rng.integers(0, len(starts), len(starts))
        taken = drawn if groups is None else order[_spans(starts[drawn], ends[drawn])]
        values.append(measure(y[taken], predictions[number % len(predictions)][taken]))
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


_MANY = 20_000  # rows: their intervals are narrow, and need fewer resamples


def _by_patient(groups: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each patient's rows begin, once the rows are in this order."""
    order = np.argsort(groups, kind="stable")
    return np.flatnonzero(np.diff(groups[order], prepend=-1)), order


def _spans(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """start, start + 1 ... end - 1 of every span, one after the other."""
    sizes = ends - starts
    shift = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    return shift + np.arange(sizes.sum())


def _logistic(design: Floats, y: Floats, offset: Floats | float, steps: int = 25) -> Floats:
    """Fit without penalty by Newton's method."""
    beta = np.zeros(design.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(design @ beta + offset)))
        hessian = (design * (p * (1 - p))[:, None]).T @ design
        beta = beta + np.linalg.solve(hessian, design.T @ (y - p))
    return beta
