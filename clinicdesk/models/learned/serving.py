"""What the compute process runs: features in, numbers out. It knows models, never patients."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.learned.artefact import LearnedModel, open_model
from clinicdesk.models.learned.explain import Explanation, explain
from clinicdesk.models.learned.fitting import answers
from clinicdesk.models.prediction import Prediction
from clinicdesk.models.registry import shipped

Row = Sequence[float | None]  # in the order of the card's inputs
Floats = NDArray[np.float64]

_AT_ONCE = 2_000  # rows: the interval needs one number per row and resample


@cache
def loaded(model: str) -> LearnedModel:
    """The shipped model, verified and self-tested once for each process."""
    return open_model(shipped(model))


def warm_up(models: Sequence[str]) -> None:
    """Load what the first estimate will need, libraries included."""
    for model in models:
        predict(model, [[None] * len(loaded(model).card.inputs)])


def numbers(model: str, x: Floats, answer: int = 0) -> Floats:
    """The bare numbers of many rows, (n): probabilities, amounts, or those of one class."""
    return answers(loaded(model).model, x)[:, answer] if len(x) else np.zeros(0)


def predict(model: str, rows: Sequence[Row]) -> list[Prediction]:
    """Predict and explain each row."""
    learned = loaded(model)
    x = np.array(rows, dtype=np.float64).reshape(len(rows), len(learned.card.inputs))
    starts = range(0, len(x), _AT_ONCE)
    return [each for start in starts for each in _predict(learned, x[start : start + _AT_ONCE])]


def _predict(learned: LearnedModel, x: Floats) -> list[Prediction]:
    found = explain(learned.model, learned.reasons, x)
    low, high = learned.intervals.of(learned.model, x)
    ends = np.stack([np.minimum(low, found.answer), np.maximum(high, found.answer)], axis=-1)
    return [_row(found, ends, row) for row in range(len(x))]


def _row(found: Explanation, ends: Floats, row: int) -> Prediction:
    several = found.answer.shape[1]
    parts = tuple(_part(found, ends, row, answer) for answer in range(several))
    if several == 1:
        return parts[0]
    top = parts[int(found.answer[row].argmax())]
    return Prediction(top.number, top.interval, top.base, top.contributions, parts)


def _part(found: Explanation, ends: Floats, row: int, answer: int) -> Prediction:
    low, high = ends[row, answer]
    moved = found.contributions[row, :, answer]
    return Prediction(
        float(found.answer[row, answer]),
        (float(low), float(high)),
        float(found.base[row, answer]),
        tuple(map(float, moved)),
    )
