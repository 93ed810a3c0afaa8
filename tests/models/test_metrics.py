"""The figures of the model cards equal their independent test vectors."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from clinicdesk.models.evaluation.metrics import MEASURES, auroc, interval

VECTORS = Path(__file__).parents[1] / "vectors"
NAMES = {"calibration_intercept": "calibration_intercept_offset"}


def read(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_the_measures_equal_the_vectors(measure: str) -> None:
    sets = defaultdict(list)
    for row in read("metrics_inputs.csv"):
        sets[row["set_id"]].append((float(row["y"]), float(row["p"])))
    wanted = [r for r in read("metrics_expected.csv") if r["metric"] == NAMES.get(measure, measure)]
    assert len(wanted) == len(sets) > 0
    for row in wanted:
        y, p = np.array(sets[row["set_id"]]).T
        value = MEASURES[measure](y, p)
        assert value == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))


def test_an_interval_holds_its_value_and_repeats_by_its_seed() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.05, 0.95, 200)
    y = (rng.uniform(size=200) < p).astype(float)
    low, high = interval(auroc, y, [p], seed=3)
    assert low < auroc(y, p) < high
    assert (low, high) == interval(auroc, y, [p], seed=3)
