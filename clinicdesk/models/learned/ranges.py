"""What is missing, turned into what the number could be: over plausible values, not one guess.

Missing inputs are taken to be independent of each other and of what is known, which makes the
range wider rather than narrower. Up to five of them every combination of five equally likely
values is asked; beyond, a fixed sample of combinations and a climb to its ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]
Answers = Callable[[Floats], Floats]  # (n, inputs) -> (n)

LEVELS = 5  # values of each missing input
EVERY = 5  # missing inputs whose every combination is asked: 5^5 rows
SAMPLE = 2_500
_SEED = 20261120
_CLIMBS = 2


@dataclass(frozen=True, slots=True)
class Effect:
    """One missing column: see `domain.explanation.Gap`."""

    column: int
    low: float
    high: float
    left: float
    share: float


@dataclass(frozen=True, slots=True)
class Ranges:
    """Effects, largest share first, and the ends over everything that is missing."""

    effects: Sequence[Effect]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Question:
    """A row with holes, and what may stand in them; levels: (columns, LEVELS)."""

    answers: Answers
    row: Floats
    columns: Sequence[int]
    levels: Floats

    def ask(self, chosen: Whole) -> Floats:
        """The number for each combination of levels: (combinations, columns) -> (combinations)."""
        x = np.repeat(self.row[None, :], len(chosen), axis=0)
        for at, column in enumerate(self.columns):
            x[:, column] = self.levels[at, chosen[:, at]]
        return self.answers(x)

    def climb(self, start: Whole, sign: int) -> float:
        """From a combination to the end it leads to, column by column: exact where they add up."""
        best = start
        for _ in range(_CLIMBS):
            for at in range(len(self.columns)):
                tried = np.repeat(best[None, :], LEVELS, axis=0)
                tried[:, at] = np.arange(LEVELS)
                best = tried[int((sign * self.ask(tried)).argmax())]
        return float(self.ask(best[None, :])[0])


def ranges(answers: Answers, row: Floats, columns: Sequence[int], levels: Floats) -> Ranges | None:
    """The numbers that a row could have. columns: the missing ones.

    levels: (columns, LEVELS), the equally likely values of each.  None when nothing is missing.
    """
    if not columns:
        return None
    question, chosen = _Question(answers, row, columns, levels), _choices(len(columns))
    numbers = question.ask(chosen)
    effects = [_effect(at, column, chosen, numbers) for at, column in enumerate(columns)]
    low, high = float(numbers.min()), float(numbers.max())
    if len(columns) > EVERY:
        low = question.climb(chosen[int(numbers.argmin())], -1)
        high = question.climb(chosen[int(numbers.argmax())], 1)
    return Ranges(sorted(effects, key=lambda each: -each.share), low, high)


def _choices(columns: int) -> Whole:
    """Which level each column takes, in each combination: (combinations, columns)."""
    if columns <= EVERY:
        every = np.indices((LEVELS,) * columns)
        return np.asarray(every.reshape(columns, -1).T, dtype=np.intp)
    rng = np.random.default_rng(_SEED)
    repeats = [np.arange(LEVELS).repeat(SAMPLE // LEVELS) for _ in range(columns)]
    return np.column_stack([rng.permutation(each) for each in repeats]).astype(np.intp)


def _effect(at: int, column: int, chosen: Whole, numbers: Floats) -> Effect:
    """Sobol's first index of the column, and what its values leave open."""
    by_level = [numbers[chosen[:, at] == level] for level in range(LEVELS)]
    means = np.array([each.mean() for each in by_level])
    left = float(np.mean([np.ptp(each) / 2 for each in by_level]))
    variance = float(numbers.var())
    share = float(means.var()) / variance if variance > 0 else 0.0
    return Effect(column, float(means.min()), float(means.max()), left, min(share, 1.0))
