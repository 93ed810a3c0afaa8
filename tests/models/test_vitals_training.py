"""The models over time are trained of stays, by whole patients, and say what they cost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clinicdesk.models.bundle import read_bundle
from clinicdesk.models.evaluation.metrics import interval
from clinicdesk.models.learned import deterioration, trajectory
from clinicdesk.models.learned.artefact import open_model
from clinicdesk.models.learned.spec import HeldOut, ModelSpec, Table
from clinicdesk.models.learned.training import train
from clinicdesk.models.learned.vitals_figures import alarms, of_table
from tests.models.test_vitals_features import HEADER, archive

Floats = NDArray[np.float64]

CALM, ILL = [80, 97, 36.8, 125, 70, 15], [128, 90, 38.6, 92, 55, 27]


def stays(folder: Path, *, patients: int = 24, hours: int = 30) -> Path:
    """Every second patient worsens in the middle of the stay, and their heart tells it before."""
    rng = np.random.default_rng(7)
    members = {}
    for number in range(patients):
        ill_from = hours if number % 2 else int(rng.integers(12, 20))
        lines = []
        for hour in range(hours):
            signs = np.array(ILL if hour >= ill_from else CALM) + rng.normal(0, 1.2, 6)
            signs[0] += 3 * max(0, min(hour - ill_from + 6, 6)) * (number % 2 == 0)
            signs[1] = min(signs[1], 100)
            hr, spo2, temp, sbp, dbp, rr = signs.round(1)
            lines.append(f"{hr}|{spo2}|{temp}|{sbp}|80|{dbp}|{rr}|{50 + number}|{hour + 1}|0")
        members[f"p{number}.psv"] = "\n".join([HEADER, *lines, ""])
    return archive(folder, members)


def quick(monkeypatch: pytest.MonkeyPatch, spec: ModelSpec) -> None:
    """The same model with few and small trees, and intervals of a few resamples."""
    for module in ("validation", "vitals_figures"):
        path = f"clinicdesk.models.learned.{module}.interval"
        monkeypatch.setattr(path, partial(interval, resamples=3))
    learner = replace(
        spec.learner,  # type: ignore[type-var] # every learner is a dataclass
        grid={"trees__max_leaf_nodes": (4,)},
        settings={"max_iter": 3, "min_samples_leaf": 20},
    )
    small = replace(spec, learner=learner)
    specs = {**training_specs(), spec.id: small}
    monkeypatch.setattr("clinicdesk.models.learned.training.SPECS", specs)
    monkeypatch.setattr(f"clinicdesk.models.learned.{spec.id}.SPEC", small)


def training_specs() -> dict[str, ModelSpec]:
    return {each.id: each for each in (deterioration.SPEC, trajectory.SPEC)}


@pytest.mark.parametrize(
    ("spec", "own"),
    [
        (deterioration.SPEC, {"auroc_of_news2_now", "auroc_every_4_hours", "found_at_0_10"}),
        (trajectory.SPEC, {"auroc_macro_of_no_change", "auroc_macro_of_news2_now", "share_right"}),
    ],
    ids=lambda each: each.id if isinstance(each, ModelSpec) else "",
)
def test_training_writes_a_model_whose_card_says_what_it_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: ModelSpec, own: set[str]
) -> None:
    quick(monkeypatch, spec)
    folder = tmp_path / spec.id
    card, key = train(spec.id, stays(tmp_path), folder, date(2026, 1, 2), resamples=2)
    assert own <= card.metrics.keys()
    assert card.groups == 24
    assert card.n < 24 * 30
    assert card.gaps() == []
    learned = open_model(read_bundle(folder, bytes.fromhex(key)))
    assert [each.name for each in learned.card.inputs] == [each.name for each in spec.inputs]


@pytest.mark.parametrize("read", [deterioration.read, trajectory.read])
def test_no_hour_is_judged_whose_outcome_is_not_known(
    tmp_path: Path, read: Callable[[Path], Table]
) -> None:
    horizon = deterioration.HORIZON if read is deterioration.read else trajectory.HORIZON
    table = read(stays(tmp_path, patients=4))
    assert table.groups is not None
    assert np.bincount(table.groups).max() <= 30 - horizon


def test_who_is_ill_already_is_not_forecast_to_be(tmp_path: Path) -> None:
    table = deterioration.read(stays(tmp_path))
    news2 = [each.name for each in deterioration.SPEC.inputs].index("news2_now")
    assert table.x[:, news2].max() < deterioration.CALM
    assert 0 < table.y.mean() < 0.5


def test_an_alarm_is_new_when_the_hour_before_was_quiet() -> None:
    y = np.array([0, 0, 1, 1, 0, 0, 0, 1], dtype=float)
    p = np.array([0.0, 0.3, 0.3, 0.0, 0.3, 0.3, 0.0, 0.3])
    found = alarms(held(y, p, groups=[0, 0, 0, 0, 0, 1, 1, 1]), 0.20)
    assert found["hours_flagged_a_day_at_0_20"].value == pytest.approx(24 * 5 / 8)
    assert found["new_alarms_a_day_at_0_20"].value == pytest.approx(24 * 4 / 8)
    assert found["right_when_flagged_at_0_20"].value == pytest.approx(2 / 5)
    assert found["found_at_0_20"].value == pytest.approx(2 / 3)


def test_the_simplest_forecast_never_sees_the_rows_it_speaks_of() -> None:
    y = np.array([0, 0, 1, 1], dtype=float)
    halves = [(np.array([0, 1]), np.array([2, 3])), (np.array([2, 3]), np.array([0, 1]))]
    said = of_table(held(y, y), np.zeros(4, dtype=np.int64), 2, halves)
    assert said.tolist() == [[0.25, 0.75], [0.25, 0.75], [0.75, 0.25], [0.75, 0.25]]


def held(y: Floats, p: Floats, groups: list[int] | None = None) -> HeldOut:
    patients = None if groups is None else np.array(groups, dtype=np.int64)
    return HeldOut(Path("stays"), Table(y[:, None], y, "", patients), [p], {}, 1)
