"""The reasons add up to the calibrated probability, and say what the model does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clinicdesk.models.learned.explain import NotAdditive, carried, expit, explain
from clinicdesk.models.learned.fitting import answers, inner
from clinicdesk.models.learned.refitting import affine
from clinicdesk.models.learned.serving import loaded, predict
from clinicdesk.models.registry import PUBLIC_KEYS

margins = arrays(np.float64, (3, 4), elements=st.floats(-8, 8))


def random_rows(n: int = 1000, model: str = "diabetes") -> np.ndarray:
    """Rows over the whole plausible range, a third of the values missing."""
    rng = np.random.default_rng(7)
    inputs = loaded(model).card.inputs
    x = np.column_stack(
        [
            rng.integers(0, len(each.choices), n)
            if each.choices
            else rng.uniform(each.low, each.high, n)
            for each in inputs
        ]
    )
    x[rng.uniform(size=x.shape) < 1 / 3] = np.nan
    return x


@pytest.mark.parametrize("model", PUBLIC_KEYS)
def test_a_thousand_patients_add_up_to_what_is_shown(model: str) -> None:
    """The reasons are of the calibrated answer: to 1e-9, of each class where there are several."""
    x = random_rows(model=model)
    said = answers(loaded(model).model, x)
    for each, numbers in zip(predict(model, x.tolist()), said, strict=True):
        for part, number in zip(each.classes or (each,), numbers, strict=True):
            assert part.base + sum(part.contributions) == pytest.approx(number, abs=1e-9)
            assert part.number == number
            assert part.interval[0] <= number <= part.interval[1]
        assert each.number == (max(numbers) if each.classes else numbers[0])


def test_one_patient_is_answered_as_among_many() -> None:
    x = random_rows(50).tolist()
    alone = [predict("diabetes", [row])[0] for row in x]
    for one, among in zip(alone, predict("diabetes", x), strict=True):
        assert one.number == pytest.approx(among.number, abs=1e-12)
        assert one.contributions == pytest.approx(among.contributions, abs=1e-12)


def test_the_model_written_out_is_the_model() -> None:
    x = random_rows(200)
    learned = loaded("diabetes")
    intercept, weights = affine(learned.model)
    medians = inner(learned.model)["impute"].statistics_
    logs = np.log1p(np.where(np.isnan(x), medians, x))
    assert expit(intercept + logs @ weights) == pytest.approx(
        answers(learned.model, x)[:, 0], abs=1e-12
    )


def test_more_glucose_is_never_less_risk() -> None:
    names = [each.name for each in loaded("diabetes").card.inputs]
    row = [1.0, 120.0, 70.0, None, None, 30.0, 0.4, 40.0]
    levels = [*range(60, 260, 10)]
    rows = [
        [float(g) if n == "Glucose" else v for n, v in zip(names, row, strict=True)] for g in levels
    ]
    risks = [each.number for each in predict("diabetes", rows)]
    assert risks == sorted(risks)
    assert risks[-1] - risks[0] > 0.5


def test_a_missing_input_widens_the_interval() -> None:
    whole = [1.0, 120.0, 70.0, 25.0, 120.0, 30.0, 0.4, 40.0]
    partial = [1.0, None, 70.0, None, None, 30.0, None, 40.0]
    (low, high), (least, most) = (p.interval for p in predict("diabetes", [whole, partial]))
    assert most - least > 2 * (high - low)


def test_an_explanation_that_does_not_add_up_is_no_explanation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learned = loaded("diabetes")
    x = random_rows(3)
    monkeypatch.setattr(
        "clinicdesk.models.learned.explain.carried", lambda base, moved: carried(base, moved) * 1.01
    )
    with pytest.raises(NotAdditive):
        explain(learned.model, learned.reasons, x)


@given(arrays(np.float64, 3, elements=st.floats(-6, 6)), margins)
def test_carrying_keeps_sum_sign_and_rank(base: np.ndarray, moved: np.ndarray) -> None:
    points = carried(base, moved)
    total = expit(base + moved.sum(axis=1)) - expit(base)
    assert points.sum(axis=1) == pytest.approx(total, abs=1e-12)
    assert np.all(points * moved >= 0)
    for one, other in zip(points, moved, strict=True):
        assert np.all(np.diff(one[np.argsort(other)]) >= -1e-15)


def test_nothing_moved_is_nothing_explained() -> None:
    assert carried(np.array([0.3]), np.array([[2.0, -2.0, 0.0]])).sum() == pytest.approx(0)
