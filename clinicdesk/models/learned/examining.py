"""One patient in full: the prediction, what could be if more were known, how unusual it is."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context

from clinicdesk.domain.risk import Task
from clinicdesk.models.examined import Examined, MissingInput
from clinicdesk.models.learned.population import Population, read_population
from clinicdesk.models.learned.ranges import LEVELS, Ranges, ranges
from clinicdesk.models.learned.serving import Row, loaded, numbers, predict
from clinicdesk.models.measurement_error import error_of
from clinicdesk.models.prediction import Prediction
from clinicdesk.models.registry import shipped

Floats = NDArray[np.float64]

_UNLIKE = 2  # inputs named for a distance
_WORTH = 0.01  # a percentage point: smaller parts may turn as they like


@cache
def population(model: str) -> Population:
    """The training patients of a shipped model, verified once for each process."""
    return read_population(shipped(model))


def examine(model: str, row: Row) -> Examined:
    """Predict one row, explain it, and say how firm that is."""
    with config_context(assume_finite=True, skip_parameter_validation=True):
        return _examined(model, row)  # of one row, scikit-learn's own checks cost most


def _examined(model: str, row: Row) -> Examined:
    learned, people = loaded(model), population(model)
    names = [each.name for each in learned.card.inputs]
    x = np.array(row, dtype=np.float64)
    prediction = predict(model, [row])[0]
    found = missing_ranges(model, x, _explained(prediction))
    return Examined(
        prediction=prediction,
        missing=_missing(names, found),
        possible=(found.low, found.high) if found else None,
        nearer=float(people.nearer(x[None, :])[0]),
        unlike=tuple(names[at] for at in people.farthest(x)[:_UNLIKE]),
        unsteady=unsteady(model, row, prediction),
    )


def unsteady(model: str, row: Row, prediction: Prediction) -> tuple[str, ...]:
    """Inputs whose part turns its sign, or is the largest no more, within a measurement's error."""
    inputs = loaded(model).card.inputs
    repeated = _repeats(model, row)
    if not repeated:
        return ()
    answer = _explained(prediction)
    first = np.array(prediction.contributions)
    others = [np.array(_part(each, answer)) for each in predict(model, repeated)]
    amount = loaded(model).card.task == Task.VALUE
    large = np.abs(first) >= _WORTH * (abs(prediction.base) if amount else 1)
    turned = {int(at) for moved in others for at in np.flatnonzero(large & (first * moved < 0))}
    top = int(np.abs(first).argmax())
    if large[top] and any(int(np.abs(moved).argmax()) != top for moved in others):
        turned.add(top)
    return tuple(inputs[at].name for at in sorted(turned))


def _repeats(model: str, row: Row) -> list[list[float | None]]:
    """The row with one measured value higher or lower by its error, each in turn."""
    found = []
    for at, (wanted, value) in enumerate(zip(loaded(model).card.inputs, row, strict=True)):
        error = None if value is None else error_of(wanted, value)
        if value is not None and error is not None:
            found += [[*row[:at], value + sign * error, *row[at + 1 :]] for sign in (-1, 1)]
    return found


def _part(prediction: Prediction, answer: int) -> tuple[float, ...]:
    """The contributions to the answer that is explained."""
    return (prediction.classes[answer] if prediction.classes else prediction).contributions


def missing_ranges(model: str, x: Floats, answer: int = 0) -> Ranges | None:
    """What the number could be, over the plausible values of what `x` lacks.

    answer: of several classes, the one that is asked about.
    """
    people = population(model)
    columns = [int(at) for at in np.flatnonzero(np.isnan(x))]
    levels = np.array([people.plausible(at, LEVELS) for at in columns]).reshape(-1, LEVELS)
    return ranges(lambda rows: numbers(model, rows, answer), x, columns, levels)


def _explained(prediction: Prediction) -> int:
    """Which of several classes the number is about."""
    if not prediction.classes:
        return 0
    return int(np.argmax([each.number for each in prediction.classes]))


def _missing(names: list[str], found: Ranges | None) -> tuple[MissingInput, ...]:
    return tuple(
        MissingInput(names[each.column], each.low, each.high, each.left, each.share)
        for each in (found.effects if found else ())
    )
