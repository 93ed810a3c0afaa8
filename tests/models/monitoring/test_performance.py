"""How a model did on the clinic's own patients, and what is not said for want of outcomes."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.metrics import roc_curve as sklearn_roc_curve

from clinicdesk.domain.proportions import Share, difference
from clinicdesk.models.evaluation.metrics import auroc
from clinicdesk.models.monitoring.causes import Watched, alerts
from clinicdesk.models.monitoring.curves import calibration_curve, decision_curve, roc_curve
from clinicdesk.models.monitoring.drift import drift, training_bins
from clinicdesk.models.monitoring.expected import (
    expected_auroc,
    expected_brier,
    expected_events,
    expected_precision,
)
from clinicdesk.models.monitoring.operating_point import guard, operating_point
from clinicdesk.models.monitoring.realised import Outcome, realised
from clinicdesk.models.monitoring.subgroups import subgroups

Floats = np.ndarray


def patients(n: int, seed: int, factor: float = 1.0) -> tuple[Floats, Floats]:
    """Probabilities, and outcomes that come `factor` times as likely."""
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 8, n)
    return p, (rng.uniform(size=n) < factor * p).astype(float)


def test_a_month_with_few_outcomes_says_how_many_more_it_takes() -> None:
    """F63: never a figure without enough outcomes behind it."""
    few = [Outcome("2026-10", 0.1, happened=i < 4) for i in range(60)]
    (month,) = realised(few, seed=1)
    assert not month.figures
    assert month.words == "not enough outcomes yet: 6 more needed"


def test_each_month_has_its_figures_with_an_interval() -> None:
    p, y = patients(600, seed=2)
    months = ["2026-09", "2026-10", "2026-11"]
    outcomes = [Outcome(months[i % 3], float(p[i]), happened=bool(y[i])) for i in range(len(p))]
    found = realised(outcomes, seed=1)
    assert [each.period for each in found] == months
    assert sum(each.n for each in found) == 600
    for each in found:
        figure = each.figures["auroc"]
        assert figure.low < figure.value < figure.high
        assert not each.words


def test_what_is_expected_before_outcomes_is_what_comes_of_true_probabilities() -> None:
    """F64: the estimate equals the mean over outcomes drawn from the same probabilities."""
    p, _ = patients(300, seed=3)
    rng = np.random.default_rng(4)
    drawn = [(rng.uniform(size=300) < p).astype(float) for _ in range(400)]
    assert expected_auroc(p) == pytest.approx(np.mean([auroc(y, p) for y in drawn]), abs=0.01)
    came = np.mean([((p - y) ** 2).mean() for y in drawn])
    assert expected_brier(p) == pytest.approx(came, abs=0.005)
    assert expected_events(p) == pytest.approx(np.mean([y.sum() for y in drawn]), rel=0.03)
    flagged = p >= 0.3
    right = np.mean([y[flagged].mean() for y in drawn])
    assert expected_precision(p, 0.3) == pytest.approx(right, abs=0.02)


def test_nothing_is_expected_of_one_patient() -> None:
    assert expected_auroc(np.array([0.3])) is None
    assert expected_precision(np.array([0.3]), 0.5) is None


def test_the_guard_sees_risks_that_doubled_while_the_ranking_stayed() -> None:
    """F68: a calibration shift at constant AUC is caught at the threshold in use."""
    p, y = patients(2_000, seed=5)
    before = operating_point(p, y, 0.3)
    shifted = 1 / (1 + np.exp(-(np.log(p / (1 - p)) + 1)))
    assert auroc(y, shifted) == pytest.approx(auroc(y, p))
    found = guard(before, shifted, y)
    assert {each.name for each in found.moved} >= {"flagged", "precision"}
    assert found.proposed is not None
    assert found.proposed > 0.3
    assert found.workload is not None
    assert found.workload.value == pytest.approx(before.flagged.value, abs=0.01)


def test_the_guard_is_silent_where_nothing_moved_and_says_what_it_cannot_know() -> None:
    p, y = patients(2_000, seed=6)
    again, _ = patients(400, seed=7)
    found = guard(operating_point(p, y, 0.3), again, np.full(400, np.nan))
    assert found.moved == ()
    assert found.unknown == ("precision", "sensitivity")
    assert found.proposed is None


def test_a_small_group_is_hidden_and_a_large_one_has_its_figures() -> None:
    """F67: hidden below 20 patients; no ranking figure without enough events."""
    p, y = patients(300, seed=8)
    labels = ["women"] * 200 + ["men"] * 85 + ["other"] * 15
    found = subgroups(labels, p, y, 0.2, seed=1)
    assert found.hidden == ["other"]
    women = next(each for each in found.groups if each.name == "women")
    assert women.n == 200
    assert women.auroc is not None
    assert women.auroc.low < women.auroc.value
    assert women.missed.n == women.events == int(y[:200].sum())


def test_the_curves_equal_those_of_scikit_learn_and_the_formula() -> None:
    p, y = patients(500, seed=9)
    p = p.round(2)  # with ties
    curve = roc_curve(y, p)
    area = np.trapezoid(curve.sensitivity, curve.false_positive_rate)
    assert area == pytest.approx(roc_auc_score(y, p))
    fpr, tpr, _ = sklearn_roc_curve(y, p, drop_intermediate=False)
    assert np.allclose(curve.false_positive_rate, fpr)
    assert np.allclose(curve.sensitivity, tpr)
    points = calibration_curve(y, p)
    assert sum(point.came.n for point in points) == 500
    assert sum(point.came.count for point in points) == y.sum()
    decisions = decision_curve(y, p)
    at = 19  # a threshold of 20 %
    assert decisions.everybody[at] == pytest.approx(y.mean() - (1 - y.mean()) * 0.25)


def test_a_share_of_nothing_has_no_value() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)
    low, high = Share(0, 10).interval
    assert low == 0
    assert high == pytest.approx(0.2775, abs=1e-4)
    low, high = difference(Share(56, 70), Share(48, 80))  # Newcombe 1998, table II (a)
    assert low == pytest.approx(0.0524, abs=1e-4)
    assert high == pytest.approx(0.3339, abs=1e-4)


def test_alerts_are_ranked_by_their_effect_and_name_a_plain_cause() -> None:
    """F66: first what moves the risk most; a changed unit is recognised by its factor."""
    rng = np.random.default_rng(10)
    creatinine = rng.lognormal(0, 0.3, 1_000)
    then = {"creatinine": creatinine, "age": rng.normal(50, 10, 1_000), "bmi": creatinine}
    now = {
        "creatinine": creatinine[:200] * 88.42,
        "age": rng.normal(65, 10, 200),
        "bmi": np.where(rng.uniform(size=200) < 0.6, np.nan, creatinine[:200]),
    }
    drifts = {name: drift(training_bins(then[name]), now[name], rng) for name in then}
    inputs = [
        Watched("creatinine", "Creatinine", 1.0, {"umol/L": 1 / 88.42}, 0.20),
        Watched("age", "Age", 50.0, {}, 0.05, demographic=True),
        Watched("bmi", "BMI", 1.0, {}, -0.10),
    ]
    found = alerts(inputs, now, drifts)
    assert [each.name for each in found] == ["creatinine", "bmi", "age"]
    assert "umol/L" in found[0].cause
    assert "less often" in found[1].cause
    assert "Other patients" in found[2].cause
