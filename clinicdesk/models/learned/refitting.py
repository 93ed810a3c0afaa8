"""Refit on resampled patients, for the interval of a model."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline

from clinicdesk.domain.risk import Task
from clinicdesk.models.evaluation.conformal import conformal_quantile
from clinicdesk.models.learned.fitting import answers, fit, inner, is_regression, splits, with_inner
from clinicdesk.models.learned.intervals import (
    LEVEL,
    Intervals,
    Quantiles,
    Resamples,
    Spread,
    levels_of,
)
from clinicdesk.models.learned.spec import ModelSpec, Table

Floats = NDArray[np.float64]

_ROWS = 20_000  # enough to learn how far refits lie apart
_SMALLEST = 1e-3  # sd of a margin: no less is believed


def intervals(
    spec: ModelSpec, table: Table, model: Any, settings: Mapping[str, Any], seed: int
) -> Intervals:
    """Make the interval that suits the model."""
    if spec.task == Task.VALUE:
        return quantiles(spec, table, model, seed)
    if is_regression(model):
        return resamples(spec, table, settings, seed)
    return spread(spec, table, model, seed)


def resamples(spec: ModelSpec, table: Table, settings: Mapping[str, Any], seed: int) -> Resamples:
    """Refit a regression on resampled patients and write each refit out."""
    rng = np.random.default_rng(seed)
    inputs = table.x.shape[1]
    fitted = []
    for _ in range(spec.resamples):
        part = resampled(table, rng)
        fitted.append(affine(fit(spec, part, settings, seed)))
    spots = rng.integers(0, 19, (spec.resamples, inputs))
    fill = levels_of(table.x)[spots, np.arange(inputs)]
    return Resamples(
        np.array([intercept for intercept, _ in fitted]),
        np.array([weights for _, weights in fitted]),
        fill,
    )


def spread(spec: ModelSpec, table: Table, model: Any, seed: int) -> Spread:
    """Refit the trees beneath the calibration, and learn where the refits differ by how much."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(table.y))[:_ROWS]
    x = table.x[chosen]
    margins = []
    for _ in range(spec.resamples):
        part = resampled(table, rng)
        p = answers(with_inner(model, clone(inner(model)).fit(part.x, part.y)), x)
        margins.append(np.log(p / (1 - p)))
    deviation = np.log(np.maximum(np.std(margins, axis=0, ddof=1), _SMALLEST))
    return Spread(
        [_smooth(seed).fit(x, deviation[:, k]) for k in range(deviation.shape[1])],
        levels_of(table.x),
    )


def quantiles(spec: ModelSpec, table: Table, model: Any, seed: int) -> Quantiles:
    """Fit the ends, and move the upper until 90 % of held-out rows lie between.

    The lower stays: many amounts are the least there is, one day, and cannot lie below any end.
    """
    low, high = _ends(model)
    outside = np.empty(len(table.y))
    for train, test in splits(spec, table, seed + 2):
        x, y = table.x[train], table.y[train]
        below = clone(low).fit(x, y).predict(table.x[test])
        above = clone(high).fit(x, y).predict(table.x[test])
        outside[test] = np.where(table.y[test] < below, np.inf, table.y[test] - above)
    return Quantiles(
        low.fit(table.x, table.y),
        high.fit(table.x, table.y),
        conformal_quantile(outside, 1 - LEVEL),
        levels_of(table.x),
    )


def resampled(table: Table, rng: np.random.Generator) -> Table:
    """As many patients, drawn with replacement, each with all rows."""
    if table.groups is None:
        return table.part(rng.integers(0, len(table.y), len(table.y)))
    order = np.argsort(table.groups, kind="stable")
    _, sizes = np.unique(table.groups, return_counts=True)
    starts = np.cumsum(sizes) - sizes
    drawn = rng.integers(0, len(sizes), len(sizes))
    rows = [order[starts[each] : starts[each] + sizes[each]] for each in drawn]
    names = np.repeat(np.arange(len(drawn)), sizes[drawn])  # twice drawn is two patients
    return replace(table.part(np.concatenate(rows)), groups=names)


def affine(model: Any) -> tuple[float, Floats]:
    """A calibrated regression written out: logit p = intercept + weights . encoded columns."""
    (calibrated,) = model.calibrated_classifiers_
    (sigmoid,) = calibrated.calibrators
    slope, shift = -float(sigmoid.a_), -float(sigmoid.b_)
    logistic, scale = calibrated.estimator["logistic"], calibrated.estimator["scale"]
    weights = slope * logistic.coef_[0] / scale.scale_
    intercept = slope * float(logistic.intercept_[0]) + shift - float(weights @ scale.mean_)
    return intercept, weights


def _ends(model: Pipeline) -> tuple[Any, Any]:
    tail = (1 - LEVEL) / 2
    return (
        clone(model).set_params(trees__loss="quantile", trees__quantile=tail),
        clone(model).set_params(trees__loss="quantile", trees__quantile=1 - tail),
    )


def _smooth(seed: int) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        max_iter=60, max_leaf_nodes=8, min_samples_leaf=50, random_state=seed
    )
