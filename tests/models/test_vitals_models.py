"""What the shipped models over time promise on their cards, and on the hours they learnt from."""

from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest

from clinicdesk.models.evaluation.metrics import auroc
from clinicdesk.models.learned import deterioration, trajectory
from clinicdesk.models.learned.serving import numbers
from clinicdesk.models.learned.spec import ModelSpec
from clinicdesk.models.registry import card, shipped


def test_deterioration_beats_the_present_news2_and_its_goal() -> None:
    metrics = card("deterioration").metrics
    assert metrics["auroc"].value >= 0.83
    assert metrics["auroc"].low > metrics["auroc_of_news2_now"].high
    assert 0.95 <= metrics["calibration_slope"].value <= 1.05
    assert metrics["auroc_every_4_hours"].value > metrics["auroc_of_news2_now"].high


@pytest.mark.parametrize("spec", [deterioration.SPEC, trajectory.SPEC], ids=lambda each: each.id)
def test_the_shipped_card_is_the_one_that_is_written_down(spec: ModelSpec) -> None:
    """Words, limits and scope; what training adds is the date, the choice and the ranges."""
    shown = card(spec.id)
    for name, text in spec.sections.items():
        assert shown.sections[name].startswith(text), name
    plain = [replace(i, trained_low=-inf, trained_high=inf) for i in shown.inputs]
    assert (shown.title, tuple(plain), shown.bands) == (spec.title, spec.inputs, spec.bands)


def test_the_course_is_foretold_better_than_by_persistence_or_news2_alone() -> None:
    metrics = card("trajectory").metrics
    macro = metrics["auroc_macro"]
    assert metrics["auroc_macro_of_no_change"].value == 0.5
    for simpler in ("news2_now", "trend", "no_change"):
        assert macro.low > metrics[f"auroc_macro_of_{simpler}"].high
    assert metrics["log_loss"].high < metrics["log_loss_of_shares"].low
    assert metrics["share_right"].low > metrics["share_right_of_no_change"].high
    assert sum(card("trajectory").class_counts.values()) == card("trajectory").n


def test_the_card_says_what_an_alarm_costs() -> None:
    """Per patient and day of judged hours: at 10 % most alarms are false, and the card says so."""
    metrics = card("deterioration").metrics
    for threshold in ("0_10", "0_20"):
        for name in ("hours_flagged_a_day", "new_alarms_a_day", "right_when_flagged", "found"):
            assert f"{name}_at_{threshold}" in metrics
    assert metrics["new_alarms_a_day_at_0_10"].value > metrics["new_alarms_a_day_at_0_20"].value
    assert "Most alarms are false" in card("deterioration").sections["thresholds"]


@pytest.mark.parametrize("id", ["deterioration", "trajectory"])
@pytest.mark.parametrize("word", ["ICULOS", "HospAdmTime"])
def test_no_clock_is_among_the_inputs_and_the_card_says_why(word: str, id: str) -> None:
    model = card(id)
    assert word in model.sections["preprocessing"]
    assert not any(word in each.name or word in each.label for each in model.inputs)


def test_the_shipped_model_knows_the_hours_it_learnt_from(shared_data: Path) -> None:
    """In sample a little better than on the card, and as sure as what then happened."""
    table = deterioration.read(shared_data / "vitals" / "physionet2019_setB.tar.xz")
    if table.sha256 != shipped("deterioration").manifest["training_data_sha256"]:
        pytest.skip("the file of training data is another than the release's")
    model = card("deterioration")
    assert (len(table.y), int(table.y.sum()), table.patients) == (
        *(model.n, model.events, model.groups),
    )
    p = numbers("deterioration", table.x)
    assert auroc(table.y, p) > model.metrics["auroc"].value
    assert np.mean(p) == pytest.approx(table.y.mean(), rel=0.02)
