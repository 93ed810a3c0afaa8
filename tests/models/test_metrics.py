"""The figures of the model cards equal their independent test vectors."""

import csv
from collections import defaultdict
from math import inf
from pathlib import Path

import numpy as np
import pytest

from clinicdesk.models.evaluation.conformal import conformal_quantile
from clinicdesk.models.evaluation.metrics import MEASURES, auroc, interval, net_benefit

VECTORS = Path(__file__).parents[1] / "vectors"
NAMES = {"calibration_intercept": "calibration_intercept_offset"}


def read(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def vectors() -> dict[str, np.ndarray]:
    """Outcomes and probabilities of each set."""
    sets = defaultdict(list)
    for row in read("metrics_inputs.csv"):
        sets[row["set_id"]].append((float(row["y"]), float(row["p"])))
    return {name: np.array(pairs).T for name, pairs in sets.items()}


def expected(metric: str) -> list[dict[str, str]]:
    return [row for row in read("metrics_expected.csv") if row["metric"] == metric]


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_the_measures_equal_the_vectors(measure: str) -> None:
    sets, wanted = vectors(), expected(NAMES.get(measure, measure))
    assert len(wanted) == len(sets) > 0
    for row in wanted:
        y, p = sets[row["set_id"]]
        value = MEASURES[measure](y, p)
        assert value == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))


@pytest.mark.parametrize("name", ["treat_all_nb_0_20", "split_conformal_qhat_alpha_0_10"])
def test_treating_all_and_the_conformal_quantile_equal_the_vectors(name: str) -> None:
    sets = vectors()
    for row in expected(name):
        y, p = sets[row["set_id"]]
        everybody = net_benefit(y, np.ones_like(y), 0.20)
        qhat = conformal_quantile(np.where(y == 1, 1 - p, p), 0.10)
        value = everybody if name.startswith("treat_all") else qhat
        assert value == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))


def test_every_expected_figure_is_tried_somewhere() -> None:
    """The stability index has a test of its own, beside the monitoring that uses it."""
    here = {NAMES.get(each, each) for each in MEASURES}
    here |= {"treat_all_nb_0_20", "split_conformal_qhat_alpha_0_10"}
    rest = {row["metric"] for row in read("metrics_expected.csv")} - here
    assert [each.split("_")[0] for each in rest] == ["psi"]


def test_too_few_cases_promise_nothing() -> None:
    assert conformal_quantile(np.arange(8.0), 0.10) == inf
    assert conformal_quantile(np.arange(9.0), 0.10) == 8


def test_an_interval_holds_its_value_and_repeats_by_its_seed() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.05, 0.95, 200)
    y = (rng.uniform(size=200) < p).astype(float)
    low, high = interval(auroc, y, [p], seed=3)
    assert low < auroc(y, p) < high
    assert (low, high) == interval(auroc, y, [p], seed=3)
