"""The card where a clinic decides for the published scores, and what a choice would flag."""

import pytest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.models.scores.seniors_at_risk import versions
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.cards.score_choices import ScoreChoicesCard, limits_text
from clinicdesk.ui.tasks import TaskRunner
from tests.gui.conftest import WAIT


@pytest.fixture
def card(qtbot: QtBot, runner: TaskRunner, clinic: Clinic) -> ScoreChoicesCard:
    made = ScoreChoicesCard(clinic.settings, clinic.seniors.counts, runner, changes=True)
    qtbot.addWidget(made)
    made.refresh()
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    return made


def test_nothing_is_decided_until_somebody_does(
    qtbot: QtBot, runner: TaskRunner, clinic: Clinic, card: ScoreChoicesCard
) -> None:
    shown = {name: box.currentData() for name, box in card.boxes.items()}
    assert shown == {"north_america": "", "region": "", "thresholds": next(iter(versions()))}
    card.boxes["region"].setCurrentIndex(card.boxes["region"].findData("very_high"))
    with qtbot.waitSignal(card.said, timeout=WAIT):
        card.save.click()
    assert clinic.settings.score_choices()["region"] == "very_high"
    assert "north_america" not in clinic.settings.score_choices()


def test_it_says_how_many_each_choice_would_flag(
    qtbot: QtBot, runner: TaskRunner, card: ScoreChoicesCard, ward: list[PatientId]
) -> None:
    card.count.click()
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    lines = card.counts.text().splitlines()
    assert len(lines) == len(versions())
    for line, limits in zip(lines, versions().values(), strict=True):
        assert line.startswith(limits_text(limits))
        assert "flagged" in line


def test_whoever_may_not_decide_sees_what_was_decided(
    qtbot: QtBot, runner: TaskRunner, clinic: Clinic
) -> None:
    clinic.settings.decide_for_scores({"north_america": "1"})
    card = ScoreChoicesCard(clinic.settings, None, runner, changes=False)
    qtbot.addWidget(card)
    card.refresh()
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    assert card.boxes["north_america"].currentText() == "North America"
    assert not any(box.isEnabled() for box in card.boxes.values())
    assert not card.save.isVisibleTo(card)
    assert not card.count.isVisibleTo(card)
