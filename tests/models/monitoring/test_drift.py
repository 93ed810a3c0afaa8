"""Drift is told from chance at the real number of patients (F65)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from clinicdesk.models.monitoring.drift import (
    Verdict,
    drift,
    judged_together,
    plain_index,
    training_bins,
)

VECTORS = Path(__file__).parents[2] / "vectors"
DRAWS = 1_000


@pytest.fixture(scope="module")
def training() -> np.ndarray:
    return np.random.default_rng(1).normal(size=2_000)


def read(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_at_most_one_alarm_in_twenty_where_nothing_changed(training: np.ndarray) -> None:
    """F65: 1,000 no-drift draws of 50 to 500 patients raise no more than 5 % false alarms."""
    rng, bins = np.random.default_rng(11), training_bins(training)
    sizes = rng.integers(50, 501, DRAWS)
    verdicts = [drift(bins, rng.normal(size=int(n)), rng).verdict for n in sizes]
    assert verdicts.count(Verdict.CHANGED) <= 0.05 * DRAWS


def test_a_shift_of_half_a_standard_deviation_is_found(training: np.ndarray) -> None:
    """F65: at 300 patients, at least four times of five."""
    rng, bins = np.random.default_rng(7), training_bins(training)
    found = [drift(bins, rng.normal(0.5, 1, 300), rng).verdict for _ in range(200)]
    assert found.count(Verdict.CHANGED) >= 0.80 * 200


def test_thirty_patients_who_look_alike_prove_nothing(training: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    found = drift(training_bins(training), rng.normal(size=30), rng)
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.n == 30


def test_an_input_that_is_no_longer_recorded_has_changed(training: np.ndarray) -> None:
    rng = np.random.default_rng(4)
    values = np.where(rng.uniform(size=200) < 0.5, np.nan, rng.normal(size=200))
    found = drift(training_bins(training), values, rng)
    assert found.verdict is Verdict.CHANGED
    before, now = found.missing
    assert before == 0
    assert now == pytest.approx(0.5, abs=0.1)


def test_a_yes_or_no_has_a_bin_for_each() -> None:
    bins = training_bins(np.array([0.0] * 80 + [1.0] * 15 + [np.nan] * 5))
    assert bins.counts == (80, 15, 5)


def test_twenty_looks_at_once_raise_no_more_false_alarms_than_one(training: np.ndarray) -> None:
    rng, bins = np.random.default_rng(5), training_bins(training)
    alarms = 0
    for _ in range(100):
        drifts = {f"x{i}": drift(bins, rng.normal(size=100), rng) for i in range(20)}
        judged = judged_together(drifts)
        assert list(judged) == list(drifts)
        alarms += any(each.verdict is Verdict.CHANGED for each in judged.values())
    assert alarms <= 10


def test_the_plain_index_equals_its_vectors() -> None:
    rows = read("metrics_inputs.csv")
    wanted = [row for row in read("metrics_expected.csv") if row["metric"].startswith("psi_first")]
    assert wanted
    for row in wanted:
        p = np.array([float(each["p"]) for each in rows if each["set_id"] == row["set_id"]])
        first, second = p[: len(p) // 2], p[len(p) // 2 :]
        edges = np.linspace(0, 1, 11)
        then, now = (np.histogram(half, edges)[0] / len(half) for half in (first, second))
        assert plain_index(then, now) == pytest.approx(float(row["expected"]), abs=1e-4)
