"""What is shown adds up to the shown probability, whatever the contributions are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.display import percent_text
from clinicdesk.domain.risk import Contribution, RiskEstimate
from clinicdesk.domain.waterfall import STEPS, waterfall

shares = st.lists(st.floats(-0.3, 0.3), min_size=0, max_size=25)


def estimate(base: float, moves: list[float]) -> RiskEstimate:
    contributions = [Contribution(f"f{i}", f"Input {i}", 1.0, "a", m) for i, m in enumerate(moves)]
    return RiskEstimate("m", "1", base + sum(moves), None, "", base, contributions, [], [])


@given(st.floats(0, 1), shares)
def test_the_points_shown_add_up_to_the_percentage_shown(base: float, moves: list[float]) -> None:
    given_estimate = estimate(base, moves)
    shown = waterfall(given_estimate)
    tenths = round(10 * shown.base) + sum(round(10 * step.points) for step in shown.steps)
    assert f"{tenths / 10:.1f} %".replace("-0.0", "0.0") == percent_text(
        given_estimate.probability
    ).replace("-0.0", "0.0")


@given(st.floats(0, 1), shares)
def test_no_step_is_a_whole_tenth_from_the_truth(base: float, moves: list[float]) -> None:
    shown = waterfall(estimate(base, moves))
    for step, move in zip(shown.steps[: STEPS - 1], moves, strict=False):
        assert step.points == pytest.approx(100 * move, abs=0.1001)


def test_many_inputs_are_pooled_into_a_last_step() -> None:
    shown = waterfall(estimate(0.2, [0.01] * 14))
    assert len(shown.steps) == STEPS
    assert shown.steps[-1].label == "5 smaller effects"
    assert shown.steps[-1].points == pytest.approx(5.0, abs=0.1001)


def test_an_input_the_record_lacks_says_so() -> None:
    missing = RiskEstimate(
        "m", "1", 0.3, None, "", 0.2, [Contribution("bmi", "BMI", None, "kg/m2", 0.1)], [], []
    )
    assert waterfall(missing).steps[0].value == "not recorded"
