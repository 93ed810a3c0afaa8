"""What a number could be if more were known, and what to ask first (F52, section 3 no. 2)."""

from itertools import product

import numpy as np
import pytest

from clinicdesk.models.learned.examining import missing_ranges, population
from clinicdesk.models.learned.ranges import EVERY, LEVELS, Answers, ranges
from clinicdesk.models.learned.serving import loaded, numbers
from clinicdesk.models.registry import PUBLIC_KEYS

GRID = np.linspace(-1, 1, LEVELS)


def additive(weights: list[float]) -> Answers:
    return lambda x: x @ np.array(weights)


def levels(count: int) -> np.ndarray:
    return np.tile(GRID, (count, 1))


def test_nothing_missing_is_no_range() -> None:
    assert ranges(additive([1.0]), np.array([0.5]), [], levels(0)) is None


def test_of_a_sum_the_largest_weight_narrows_most_and_by_its_part() -> None:
    found = ranges(additive([1.0, 3.0]), np.array([np.nan, np.nan]), [0, 1], levels(2))
    assert found is not None
    assert [each.column for each in found.effects] == [1, 0]
    assert (found.low, found.high) == pytest.approx((-4, 4))
    first = found.effects[0]
    assert (first.low, first.high) == pytest.approx((-3, 3))
    assert first.left == pytest.approx(1.0)
    assert first.share == pytest.approx(0.9)


def test_what_does_not_matter_takes_nothing_away() -> None:
    found = ranges(additive([0.0, 0.0]), np.array([np.nan, 1.0]), [0], levels(1))
    assert found is not None
    assert found.effects[0].share == 0.0
    assert found.low == found.high


def test_many_holes_reach_the_ends_of_a_sum_all_the_same() -> None:
    weights = [0.5, -1.0, 2.0, 0.1, -0.3, 0.7, 1.1, -0.2, 0.9]
    count = len(weights)
    assert count > EVERY
    row = np.full(count, np.nan)
    found = ranges(additive(weights), row, list(range(count)), levels(count))
    assert found is not None
    end = float(np.abs(weights).sum())
    assert (found.low, found.high) == pytest.approx((-end, end))
    assert [each.column for each in found.effects[:3]] == [2, 6, 1]


def known_rows(model: str, count: int) -> np.ndarray:
    """Rows of plausible values, two to four of them taken away."""
    rng = np.random.default_rng(5)
    people, inputs = population(model), loaded(model).card.inputs
    pools = [people.plausible(at, 20) for at in range(len(inputs))]
    rows = np.column_stack([rng.choice(pool, count) for pool in pools])
    for row in rows:
        holes = min(int(rng.integers(2, 5)), len(inputs) - 1)
        row[rng.permutation(len(inputs))[:holes]] = np.nan
    return rows


@pytest.mark.parametrize("model", ["diabetes", "ckd35"])
def test_the_range_of_two_hundred_patients_is_that_of_every_combination(model: str) -> None:
    people = population(model)
    for row in known_rows(model, 200):
        columns = [int(at) for at in np.flatnonzero(np.isnan(row))]
        found = missing_ranges(model, row)
        assert found is not None
        every = list(product(*(people.plausible(at, LEVELS) for at in columns)))
        rows = np.repeat(row[None, :], len(every), axis=0)
        rows[:, columns] = every
        answers = numbers(model, rows)
        assert found.low == pytest.approx(answers.min(), abs=1e-12)
        assert found.high == pytest.approx(answers.max(), abs=1e-12)
        saved = {column: answers.var() - left_over(rows[:, column], answers) for column in columns}
        ranked = [each.column for each in found.effects]
        reduction = [saved[column] for column in ranked]
        assert reduction == sorted(reduction, reverse=True)


def left_over(values: np.ndarray, answers: np.ndarray) -> float:
    """The variance that is left on average once the value is known."""
    distinct, counts = np.unique(values, return_counts=True)
    within = [answers[values == value].var() for value in distinct]
    return float(np.average(within, weights=counts))


@pytest.mark.parametrize("model", sorted(PUBLIC_KEYS))
def test_the_number_that_is_shown_lies_within_what_is_possible(model: str) -> None:
    for row in known_rows(model, 5):
        found = missing_ranges(model, row)
        assert found is not None
        assert found.low <= found.high
