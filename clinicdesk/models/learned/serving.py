"""What the compute process runs: features in, numbers out. It knows models, never patients."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.learned.artefact import LearnedModel, open_model
from clinicdesk.models.learned.explain import explain
from clinicdesk.models.prediction import Prediction
from clinicdesk.models.registry import shipped

Row = Sequence[float | None]  # in the order of the card's inputs

_AT_ONCE = 2_000  # rows: the interval needs one number per row and resample


@cache
def loaded(model: str) -> LearnedModel:
    """The shipped model, verified and self-tested once for each process."""
    return open_model(shipped(model))


def warm_up(models: Sequence[str]) -> None:
    """Load what the first estimate will need, libraries included."""
    for model in models:
        predict(model, [[None] * len(loaded(model).card.inputs)])


def predict(model: str, rows: Sequence[Row]) -> list[Prediction]:
    """Predict and explain each row."""
    learned = loaded(model)
    x = np.array(rows, dtype=np.float64).reshape(len(rows), len(learned.card.inputs))
    starts = range(0, len(x), _AT_ONCE)
    return [each for start in starts for each in _predict(learned, x[start : start + _AT_ONCE])]


def _predict(learned: LearnedModel, x: NDArray[np.float64]) -> list[Prediction]:
    probability, base, contributions = explain(learned.classifier, learned.background, x)
    low, high = learned.resamples.interval(x)
    ends = zip(np.minimum(low, probability), np.maximum(high, probability), strict=True)
    return [
        Prediction(float(p), (float(least), float(most)), float(b), tuple(map(float, moves)))
        for p, (least, most), b, moves in zip(probability, ends, base, contributions, strict=True)
    ]
