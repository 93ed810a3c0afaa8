"""Trees, several classes and amounts: whole patients, exact reasons, files that open, intervals."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clinicdesk.domain.risk import Task
from clinicdesk.models.bundle import CARD, read_bundle, write_bundle
from clinicdesk.models.card import CardInput, Choice, card_to_json
from clinicdesk.models.learned.artefact import facts, model_files, open_model
from clinicdesk.models.learned.explain import carried_to_classes, explain, margins, softmax
from clinicdesk.models.learned.fitting import answers, best_settings, fit, inner, splits
from clinicdesk.models.learned.intervals import Quantiles, Spread
from clinicdesk.models.learned.learners import TreeAmount, Trees
from clinicdesk.models.learned.population import population_of
from clinicdesk.models.learned.readmission30 import SPEC
from clinicdesk.models.learned.refitting import intervals, quantiles, resampled
from clinicdesk.models.learned.spec import ModelSpec, Table
from clinicdesk.models.learned.training import self_tests
from clinicdesk.models.learned.validation import cross_validate, measure
from clinicdesk.models.registry import shipped

ROWS, PATIENTS, SEED = 1500, 600, 3
WORDS = tuple(Choice(word, float(at), (word,)) for at, word in enumerate("abcd"))
INPUTS = (
    CardInput("one", "One", "1", "", 0, 10),
    CardInput("two", "Two", "1", "", 0, 10),
    CardInput("word", "Word", "{choice}", "", 0, 3, choices=WORDS),
    CardInput("noise", "Noise", "1", "", 0, 10),
)
FEW: dict[str, Any] = {"max_iter": 25, "min_samples_leaf": 20}
BASE = replace(SPEC, inputs=INPUTS, age_groups={}, resamples=4, repeats=1, classes=())
SPECS = {
    Task.PROBABILITY: replace(
        BASE, learner=Trees({"trees__max_leaf_nodes": (4, 6)}, FEW), task=Task.PROBABILITY
    ),
    Task.CLASSES: replace(
        BASE,
        learner=Trees({"trees__max_leaf_nodes": (5,)}, FEW),
        task=Task.CLASSES,
        classes=("improving", "stable", "worsening"),
    ),
    Task.VALUE: replace(
        BASE,
        learner=TreeAmount({"trees__max_leaf_nodes": (5,)}, FEW),
        task=Task.VALUE,
        unit="d",
        outcomes={},
    ),
}


def drawn(task: Task, seed: int = SEED) -> Table:
    """Rows whose outcome hangs on the first three inputs; a tenth of the values are missing."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 10, (ROWS, 4))
    x[:, 2] = rng.integers(0, 4, ROWS)
    push = x[:, 0] - x[:, 1] + 2 * np.isin(x[:, 2], (1, 3)) - 1 + rng.normal(0, 3, ROWS)
    y = {
        Task.PROBABILITY: (push > 2).astype(float),
        Task.CLASSES: np.digitize(push, (-2, 2)).astype(float),
        Task.VALUE: np.round(np.exp(push / 6) * 4),
    }[task]
    x[rng.uniform(size=x.shape) < 0.1] = np.nan
    return Table(x, y, "0" * 64, np.sort(rng.integers(0, PATIENTS, ROWS)))


@pytest.fixture(scope="module", params=list(Task))
def fitted(request: pytest.FixtureRequest) -> tuple[ModelSpec, Table, Any]:
    spec, table = SPECS[request.param], drawn(request.param)
    return spec, table, fit(spec, table, best_settings(spec, table, SEED), SEED)


def random_rows(n: int = 1000) -> np.ndarray:
    rng = np.random.default_rng(7)
    x = rng.uniform(0, 10, (n, 4))
    x[:, 2] = rng.integers(0, 4, n)
    x[rng.uniform(size=x.shape) < 1 / 3] = np.nan
    return x


def test_a_thousand_patients_add_up(fitted: tuple[ModelSpec, Table, Any]) -> None:
    _, _, model = fitted
    x = random_rows()
    found = explain(model, margins(model, None), x)
    assert found.answer == pytest.approx(answers(model, x), abs=0)
    total = found.base + found.contributions.sum(axis=1)
    assert np.abs(total - found.answer).max() < 1e-9
    weight = np.abs(found.contributions).mean(axis=(0, 2))
    assert weight[3] < weight[:3].min()  # what says nothing moves little


def test_no_patient_is_on_both_sides(fitted: tuple[ModelSpec, Table, Any]) -> None:
    spec, table, _ = fitted
    assert table.groups is not None
    for train, test in splits(spec, table, SEED):
        assert not set(table.groups[train]) & set(table.groups[test])


def test_a_resample_has_whole_patients() -> None:
    table = drawn(Task.PROBABILITY)
    part = resampled(table, np.random.default_rng(1))
    assert part.groups is not None
    assert table.groups is not None
    assert part.patients == table.patients
    sizes = np.bincount(np.unique(table.groups, return_inverse=True)[1])
    assert set(np.bincount(part.groups)) <= set(sizes)


def test_figures_are_of_patients_not_seen(fitted: tuple[ModelSpec, Table, Any]) -> None:
    spec, table, _ = fitted
    metrics = measure(spec, table, cross_validate(spec, table, SEED), SEED)
    if spec.task == Task.VALUE:
        assert metrics["mae"].value < 0.9 * metrics["mae_of_median"].value
        assert 0.85 < metrics["coverage_90"].value < 0.95
    elif spec.task == Task.CLASSES:
        assert metrics["auroc_macro"].value > 0.7
        assert metrics["log_loss"].value < metrics["log_loss_of_shares"].value
        assert {f"auroc_{name}" for name in spec.classes} <= metrics.keys()
    else:
        assert metrics["auroc"].value > 0.75
        assert metrics["calibration_slope"].value == pytest.approx(1, abs=0.15)
    assert all(each.low <= each.value + 0.02 for each in metrics.values())


def test_labels_without_meaning_teach_nothing() -> None:
    spec, table = SPECS[Task.PROBABILITY], drawn(Task.PROBABILITY)
    shuffled = np.random.default_rng(2).permutation(table.y)
    validation = cross_validate(spec, replace(table, y=shuffled), SEED)
    assert abs(validation.folds.mean() - 0.5) < 0.06


def test_files_open_and_answer_as_released(
    fitted: tuple[ModelSpec, Table, Any], tmp_path: Path
) -> None:
    spec, table, model = fitted
    made = intervals(spec, table, model, {}, SEED)
    card = replace(shipped("diabetes").card, id="trial")
    files = model_files(model, None, made) | {CARD: card_to_json(card).encode()}
    manifest = facts(card, model, self_tests(table.x), table.sha256)
    key = write_bundle(tmp_path / "trial", files, manifest, Ed25519PrivateKey.generate())
    opened = open_model(read_bundle(tmp_path / "trial", key))
    x = random_rows(50)
    assert np.array_equal(answers(opened.model, x), answers(model, x))
    assert np.array_equal(opened.intervals.of(opened.model, x), made.of(model, x))


def test_missing_inputs_widen_the_interval(fitted: tuple[ModelSpec, Table, Any]) -> None:
    spec, table, model = fitted
    made = intervals(spec, table, model, {}, SEED)
    assert isinstance(made, Quantiles if spec.task == Task.VALUE else Spread)
    whole = random_rows(300)
    whole = np.where(np.isnan(whole), 2.0, whole)
    low, high = made.of(model, whole)
    assert np.all(low <= high)
    partial = whole.copy()
    partial[:, :2] = np.nan
    least, most = made.of(model, partial)
    assert (most - least).mean() > (high - low).mean()


def test_an_interval_of_days_holds_for_new_patients() -> None:
    spec, table = SPECS[Task.VALUE], drawn(Task.VALUE)
    model = fit(spec, table, {"trees__max_leaf_nodes": 5}, SEED)
    fresh = drawn(Task.VALUE, seed=99)
    whole = ~np.isnan(fresh.x).any(axis=1)  # gaps widen it on purpose
    low, high = quantiles(spec, table, model, SEED).of(model, fresh.x[whole])
    inside = (low[:, 0] <= fresh.y[whole]) & (fresh.y[whole] <= high[:, 0])
    assert 0.86 < inside.mean() < 0.96


def test_carrying_to_classes_keeps_the_sum_and_sums_to_nothing_over_them() -> None:
    rng = np.random.default_rng(5)
    base, moved = rng.normal(size=3), rng.normal(0, 2, (200, 4, 3))
    points = carried_to_classes(base, moved)
    change = softmax(base + moved.sum(axis=1)) - softmax(base)
    assert np.abs(points.sum(axis=1) - change).max() < 1e-9
    assert np.abs(points.sum(axis=2)).max() < 1e-12  # what one class gains the others lose


def test_a_word_is_one_input_whatever_its_columns(fitted: tuple[ModelSpec, Table, Any]) -> None:
    _, table, model = fitted
    assert inner(model)["encode"].transform(table.x[:1]).shape[1] >= len(INPUTS)
    assert explain(model, margins(model, None), table.x[:9]).contributions.shape[1] == len(INPUTS)


def test_no_word_is_farther_than_another() -> None:
    """A number that names a word has no distance: else the last word would look unusual."""
    table = drawn(Task.PROBABILITY)
    people = population_of(table.x, words=[2])
    rows = np.tile([5.0, 5.0, 0.0, 5.0], (4, 1))
    rows[:, 2] = range(4)
    assert len(set(people.distance(rows).tolist())) == 1
    rows[0, 0] = 1000.0
    assert people.distance(rows)[0] > people.distance(rows)[1]
    assert people.farthest(rows[0])[0] == 0
