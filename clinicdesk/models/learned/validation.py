"""What a model is worth on patients it has not seen: nested, repeated, by whole patients."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import RepeatedStratifiedKFold

from clinicdesk.domain.risk import Task
from clinicdesk.models.card import AGE, Metric
from clinicdesk.models.evaluation.metrics import (
    AMOUNT_MEASURES,
    CLASS_MEASURES,
    MEASURES,
    Measure,
    auroc,
    auroc_macro,
    auroc_of_class,
    interval,
    mae,
    net_benefit,
)
from clinicdesk.models.learned.fitting import FOLDS, answers, best_settings, fit, splits
from clinicdesk.models.learned.refitting import quantiles
from clinicdesk.models.learned.spec import ModelSpec, Table

Floats = NDArray[np.float64]

_FIRST: Mapping[Task, tuple[str, Measure]] = {  # the figure that is given with its spread
    Task.PROBABILITY: ("auroc", auroc),
    Task.CLASSES: ("auroc_macro", auroc_macro),
    Task.VALUE: ("mae", mae),
}


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """What was said of rows that were not trained on.

    predictions: of each repeat, (n), or (n, classes).  folds: the first figure in each fold.
    inside: for an amount, whether its 90 % interval held it, of the first repeat.
    """

    predictions: Sequence[Floats]
    folds: Floats
    inside: Floats | None = None


def cross_validate(spec: ModelSpec, table: Table, seed: int) -> CrossValidation:
    """Nested: settings, imputation and calibration see only the training part of each fold."""
    _, first = _FIRST[spec.task]
    shape = (len(table.y), len(spec.classes)) if spec.classes else len(table.y)
    predictions = [np.full(shape, np.nan) for _ in range(spec.repeats)]
    inside = np.full(len(table.y), np.nan)
    folds = []
    for repeat, train, test in _outer(spec, table, seed):
        part, held = table.part(train), table.part(test)
        model = fit(spec, part, best_settings(spec, part, seed), seed)
        said = answers(model, held.x)
        predictions[repeat][test] = said if spec.classes else said[:, 0]
        folds.append(first(held.y, predictions[repeat][test]))
        if spec.task == Task.VALUE and repeat == 0:
            low, high = quantiles(spec, part, model, seed).of(model, held.x)
            inside[test] = (low[:, 0] <= held.y) & (held.y <= high[:, 0])
    return CrossValidation(
        predictions, np.array(folds), inside if spec.task == Task.VALUE else None
    )


def measure(
    spec: ModelSpec, table: Table, validation: CrossValidation, seed: int
) -> dict[str, Metric]:
    """Every figure of the card: means over the repeats; the first one over the folds, with its sd.

    Intervals are by patients, not by rows.
    """
    asked = _Asked(table, validation.predictions, seed)
    metrics = {name: asked.metric(each) for name, each in _measures(spec).items()}
    name, _ = _FIRST[spec.task]
    pooled = metrics[name]
    spread = float(validation.folds.std(ddof=1))
    metrics[name] = replace(pooled, value=float(validation.folds.mean()), sd=spread)
    metrics[f"{name}_pooled"] = pooled
    if spec.task == Task.PROBABILITY:
        return metrics | _by_age(spec, asked) | _of_all(asked)
    if spec.task == Task.CLASSES:
        return metrics | _without_a_model(spec, asked)
    return metrics | _of_amount(asked, validation)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Held-out predictions of some rows, and the seed of the bootstrap."""

    table: Table
    predictions: Sequence[Floats]
    seed: int

    def metric(self, measured: Measure) -> Metric:
        y = self.table.y
        value = float(np.mean([measured(y, p) for p in self.predictions]))
        ends = interval(measured, y, self.predictions, self.seed, groups=self.table.groups)
        return Metric(value, *ends)

    def of(self, *predictions: Floats) -> "_Asked":
        """Other predictions of the same rows."""
        return _Asked(self.table, predictions, self.seed)

    def part(self, rows: NDArray[np.int64]) -> "_Asked":
        return _Asked(self.table.part(rows), [p[rows] for p in self.predictions], self.seed)


def _outer(
    spec: ModelSpec, table: Table, seed: int
) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """The number of the repeat, training rows and test rows."""
    if table.groups is None and spec.task != Task.VALUE:
        splitter = RepeatedStratifiedKFold(
            n_splits=FOLDS, n_repeats=spec.repeats, random_state=seed
        )
        for number, (train, test) in enumerate(splitter.split(table.x, table.y)):
            yield number // FOLDS, train, test
        return
    for repeat in range(spec.repeats):
        for train, test in splits(spec, table, seed + repeat):
            yield repeat, train, test


def _measures(spec: ModelSpec) -> Mapping[str, Measure]:
    if spec.task == Task.VALUE:
        return AMOUNT_MEASURES
    if spec.task == Task.PROBABILITY:
        return MEASURES
    each = {
        f"auroc_{name}": partial(auroc_of_class, number=number)
        for number, name in enumerate(spec.classes)
    }
    return CLASS_MEASURES | each


def _by_age(spec: ModelSpec, asked: _Asked) -> dict[str, Metric]:
    metrics = {}
    age = [each.code for each in spec.inputs].index(AGE) if spec.age_groups else 0
    ages = asked.table.x[:, age]
    for name, (low, high) in spec.age_groups.items():
        rows = np.flatnonzero((ages >= low) & (ages < high))
        metrics[f"auroc_age_{name}"] = asked.part(rows).metric(auroc)
    return metrics


def _of_all(asked: _Asked) -> dict[str, Metric]:
    """What treating everybody would bring at the two thresholds."""
    everybody = asked.of(np.ones_like(asked.table.y))
    return {
        f"net_benefit_of_all_{name}": everybody.metric(partial(net_benefit, threshold=threshold))
        for name, threshold in (("0_20", 0.20), ("0_50", 0.50))
    }


def _without_a_model(spec: ModelSpec, asked: _Asked) -> dict[str, Metric]:
    """What telling everybody the shares of the classes would cost."""
    shares = np.bincount(asked.table.y.astype(int), minlength=len(spec.classes))
    everybody = np.tile(shares / shares.sum(), (len(asked.table.y), 1))
    return {"log_loss_of_shares": asked.of(everybody).metric(CLASS_MEASURES["log_loss"])}


def _of_amount(asked: _Asked, validation: CrossValidation) -> dict[str, Metric]:
    """Telling everybody the median; and how often the interval held."""
    median = asked.of(np.full_like(asked.table.y, np.median(asked.table.y)))
    inside = validation.inside if validation.inside is not None else np.zeros(0)
    held = asked.of(inside).metric(lambda _, within: float(within.mean()))
    return {"mae_of_median": median.metric(mae), "coverage_90": held}
