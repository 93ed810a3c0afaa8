"""Choose the settings, fit, calibrate: on whole patients, and with nothing but the rows given."""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
)

from clinicdesk.domain.risk import Task
from clinicdesk.models.learned.spec import ModelSpec, Table

Floats = NDArray[np.float64]
Split = tuple[NDArray[np.int64], NDArray[np.int64]]

FOLDS = 5
_SCORING = {
    Task.PROBABILITY: "neg_log_loss",
    Task.CLASSES: "neg_log_loss",
    Task.VALUE: "neg_mean_absolute_error",
}
_CALIBRATION = {Task.PROBABILITY: "sigmoid", Task.CLASSES: "temperature"}


def splits(spec: ModelSpec, table: Table, seed: int, folds: int = FOLDS) -> list[Split]:
    """Training and test rows of each fold, stratified by outcome, a patient on one side alone."""
    whole = table.groups is not None
    if spec.task == Task.VALUE:
        splitter: Any = (GroupKFold if whole else KFold)(folds, shuffle=True, random_state=seed)
    else:
        kind = StratifiedGroupKFold if whole else StratifiedKFold
        splitter = kind(folds, shuffle=True, random_state=seed)
    return list(splitter.split(table.x, table.y, table.groups))


def best_settings(spec: ModelSpec, table: Table, seed: int) -> dict[str, Any]:
    """Choose from the learner's grid by inner cross-validation of the log loss or the MAE."""
    grid: Mapping[str, Sequence[Any]] = spec.learner.grid
    if all(len(values) == 1 for values in grid.values()):
        return {name: value for name, (value,) in grid.items()}
    first = {name: values[0] for name, values in grid.items()}
    search = GridSearchCV(
        spec.learner.make(spec.inputs, seed, first),
        {name: list(values) for name, values in grid.items()},
        scoring=_SCORING[spec.task],
        cv=splits(spec, table, seed),
        refit=False,
    )
    return dict(search.fit(table.x, table.y).best_params_)


def fit(spec: ModelSpec, table: Table, settings: Mapping[str, Any], seed: int) -> Any:
    """Fit; calibrate probabilities with one curve on out-of-fold margins.

    One curve (`ensemble=False`) keeps the calibrated margin a multiple of the margin of the single
    model that is fitted on all rows, which is what can be explained exactly.
    """
    estimator = spec.learner.make(spec.inputs, seed, settings)
    if spec.task == Task.VALUE:
        return estimator.fit(table.x, table.y)
    folds = splits(spec, table, seed + 1)
    method = _CALIBRATION[spec.task]
    model = CalibratedClassifierCV(estimator, method=method, cv=folds, ensemble=False)
    model.fit(table.x, table.y)
    return model.set_params(cv=None)  # the rows of the folds are of no use to whoever predicts


def inner(model: Any) -> Any:
    """The one fitted estimator beneath the calibration."""
    if not isinstance(model, CalibratedClassifierCV):
        return model
    (calibrated,) = model.calibrated_classifiers_
    return calibrated.estimator


def with_inner(model: CalibratedClassifierCV, estimator: Any) -> CalibratedClassifierCV:
    """The same calibration over another estimator."""
    (calibrated,) = model.calibrated_classifiers_
    changed, other = copy(calibrated), copy(model)
    changed.estimator = estimator
    other.calibrated_classifiers_ = [changed]
    return other


def is_regression(model: Any) -> bool:
    """Whether the estimator beneath the calibration is a logistic regression."""
    return "logistic" in inner(model).named_steps


def answers(model: Any, x: Floats) -> Floats:
    """The model's numbers, (n, 1) for a probability or an amount, (n, classes) for classes."""
    if not hasattr(model, "predict_proba"):
        return np.asarray(model.predict(x), dtype=np.float64)[:, None]
    p = np.asarray(model.predict_proba(x), dtype=np.float64)
    return p[:, 1:] if p.shape[1] == 2 else p
