"""What a model is worth on patients it has not seen: nested, repeated, stratified."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import RepeatedStratifiedKFold

from clinicdesk.models.card import AGE, Metric
from clinicdesk.models.evaluation.metrics import MEASURES, Measure, auroc, interval, net_benefit
from clinicdesk.models.learned.pipeline import FOLDS, best_strength, fit
from clinicdesk.models.learned.spec import ModelSpec
from clinicdesk.models.learned.table import Table

Floats = NDArray[np.float64]

REPEATS = 5


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """Out-of-fold predictions of each repeat, and the AUROC of each fold."""

    predictions: Sequence[Floats]
    folds: Floats


def cross_validate(table: Table, seed: int, repeats: int = REPEATS) -> CrossValidation:
    """Nested: penalty, imputation and calibration see only the training part of each fold."""
    splitter = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=repeats, random_state=seed)
    predictions = [np.full(len(table.y), np.nan) for _ in range(repeats)]
    folds = []
    for number, (train_rows, test_rows) in enumerate(splitter.split(table.x, table.y)):
        x, y = table.x[train_rows], table.y[train_rows]
        model = fit(x, y, best_strength(x, y, seed), seed)
        p = model.predict_proba(table.x[test_rows])[:, 1]
        predictions[number // FOLDS][test_rows] = p
        folds.append(auroc(table.y[test_rows], p))
    return CrossValidation(predictions, np.array(folds))


def measure(
    spec: ModelSpec, table: Table, validation: CrossValidation, seed: int
) -> dict[str, Metric]:
    """Every figure of the card: means over the repeats; AUROC over the folds, with its sd."""
    y, predictions = table.y, validation.predictions
    metrics = {name: _metric(each, y, predictions, seed) for name, each in MEASURES.items()}
    pooled = metrics["auroc"]
    spread = float(validation.folds.std(ddof=1))
    metrics["auroc"] = replace(pooled, value=float(validation.folds.mean()), sd=spread)
    metrics["auroc_pooled"] = pooled
    return metrics | _by_age(spec, table, validation, seed) | _of_all(y, seed)


def _metric(measured: Measure, y: Floats, predictions: Sequence[Floats], seed: int) -> Metric:
    value = float(np.mean([measured(y, p) for p in predictions]))
    return Metric(value, *interval(measured, y, predictions, seed))


def _by_age(
    spec: ModelSpec, table: Table, validation: CrossValidation, seed: int
) -> dict[str, Metric]:
    metrics = {}
    age = [each.code for each in spec.inputs].index(AGE) if spec.age_groups else 0
    for name, (low, high) in spec.age_groups.items():
        ages = table.x[:, age]
        group = (ages >= low) & (ages < high)
        predictions = [p[group] for p in validation.predictions]
        metrics[f"auroc_age_{name}"] = _metric(auroc, table.y[group], predictions, seed)
    return metrics


def _of_all(y: Floats, seed: int) -> dict[str, Metric]:
    """What treating everybody would bring at the two thresholds."""
    everybody = [np.ones_like(y)]
    return {
        f"net_benefit_of_all_{name}": _metric(
            partial(net_benefit, threshold=threshold), y, everybody, seed
        )
        for name, threshold in (("0_20", 0.20), ("0_50", 0.50))
    }
