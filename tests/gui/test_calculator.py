"""Any published score of a patient: found, typed, answered, kept, and never another patient's."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.models.scores import SCORES
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.calculator import CalculatorPage
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.gui.conftest import WAIT, bury, show


@pytest.fixture
def calculator(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], theme: Theme, runner: TaskRunner
) -> Iterator[CalculatorPage]:
    page = CalculatorPage(lambda: clinic.risks, theme, runner, now=clinic.now, zone=clinic.zone)
    page.resize(1000, 560)
    show(qtbot, page)
    with qtbot.waitSignal(page.answered, timeout=WAIT):
        page.show_patient(ward[0])
    yield page
    runner.shutdown()
    bury(page)


def choose(qtbot: QtBot, page: CalculatorPage, title: str) -> None:
    """Find a score by typing, and take the first that is left."""
    page.wanted.clear()
    qtbot.keyClicks(page.wanted, title)
    left = [row for row in range(page.scores.count()) if not page.scores.item(row).isHidden()]
    with qtbot.waitSignal(page.answered, timeout=WAIT):
        page.scores.setCurrentRow(left[0])


def fields(page: CalculatorPage) -> dict[str, QLineEdit | QComboBox]:
    assert page.form is not None
    found = [*page.form.findChildren(QLineEdit), *page.form.findChildren(QComboBox)]
    return {each.accessibleName(): each for each in found}


def test_every_score_is_offered_and_opens(qtbot: QtBot, calculator: CalculatorPage) -> None:
    assert calculator.scores.count() == len(SCORES)
    for row in range(1, calculator.scores.count()):
        with qtbot.waitSignal(calculator.answered, timeout=WAIT):
            calculator.scores.setCurrentRow(row)
        score = SCORES[calculator.score]
        assert fields(calculator).keys() == {each.label for each in score.inputs}


def test_answers_complete_what_the_record_has_and_are_kept(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], calculator: CalculatorPage
) -> None:
    choose(qtbot, calculator, "CURB")
    rate = fields(calculator)["Respiratory rate"]
    assert isinstance(rate, QLineEdit)
    assert rate.placeholderText().endswith("ago")
    assert not calculator.save.isEnabled()
    confusion, urea = fields(calculator)["New confusion"], fields(calculator)["Urea"]
    assert isinstance(confusion, QComboBox)
    assert confusion.itemText(0) == "Not answered"
    with qtbot.waitSignal(calculator.answered, timeout=WAIT):
        qtbot.keyClick(confusion, Qt.Key.Key_Y)  # by the letter, without the mouse
    with qtbot.waitSignal(calculator.answered, timeout=WAIT):
        qtbot.keyClicks(urea, "8")
    assert calculator.outcome.text().startswith("CURB-65 ")
    assert clinic.risks.kept_scores(ward[0]) == []
    with qtbot.waitSignal(calculator.said, timeout=WAIT):
        calculator.save.click()
    qtbot.waitUntil(lambda: "In the record: " in calculator.kept_text, timeout=WAIT)
    assert calculator.outcome.text() in calculator.kept_text
    [kept] = clinic.risks.kept_scores(ward[0])
    assert kept.result.headline == calculator.outcome.text()
    typed = {each.name for each in kept.result.inputs if each.source == "typed"}
    assert typed == {"confusion", "urea_mmol_l"}


def test_the_patient_page_has_it_as_a_part_reached_by_a_key(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId]
) -> None:
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        window.open_patient(ward[0])
    tabs, page = window.patient.tabs, window.calculator
    assert page is not None
    (at,) = [at for at in range(tabs.count()) if tabs.tabText(at) == "Calculate"]
    with qtbot.waitSignal(page.answered, timeout=WAIT):
        qtbot.keyClick(window, str(at + 1), Qt.KeyboardModifier.AltModifier)
    assert page.isVisible()
    window.show_patients()
    window.patient.close_record()
    assert page.form is None


def test_a_value_that_cannot_be_is_said(qtbot: QtBot, calculator: CalculatorPage) -> None:
    choose(qtbot, calculator, "Child-Pugh")
    for name in ("Bilirubin, total", "Albumin", "INR", "Hepatic encephalopathy, grade"):
        qtbot.keyClicks(fields(calculator)[name], "2")
    ascites = fields(calculator)["Ascites"]
    assert isinstance(ascites, QComboBox)
    with qtbot.waitSignal(calculator.answered, timeout=WAIT):
        ascites.setCurrentIndex(1)
    assert "Child-Pugh" in calculator.outcome.text()
    with qtbot.waitSignal(calculator.answered, timeout=WAIT):
        qtbot.keyClicks(fields(calculator)["INR"], "00")
    assert calculator.outcome.text() == "No number yet"
    assert "0.5 to 30" in calculator.said_text


def test_nothing_of_one_patient_stays_for_the_next(
    qtbot: QtBot, ward: list[PatientId], calculator: CalculatorPage
) -> None:
    choose(qtbot, calculator, "HIT-6")
    first = fields(calculator)["Item 1"]
    assert isinstance(first, QComboBox)
    first.setCurrentIndex(1)
    with qtbot.waitSignal(calculator.answered, timeout=WAIT):
        calculator.show_patient(ward[1])
    first = fields(calculator)["Item 1"]
    assert isinstance(first, QComboBox)
    assert first.currentIndex() == 0
    calculator.clear()
    assert calculator.form is None
    assert calculator.outcome.text() == ""
