"""The dashboards in the window: a filter for all, a key for every bar (F82, F84, F98)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.ui.cards.measure import MeasureCard
from clinicdesk.ui.charts.bars import BarChart
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.dashboards import DashboardsPage
from tests.gui.conftest import WAIT


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, ward: list[PatientId]) -> DashboardsPage:
    assert window.dashboards is not None
    window.go_to(window.dashboards)
    qtbot.waitUntil(lambda: bool(window.dashboards and window.dashboards.cards), timeout=WAIT)
    return window.dashboards


def card(page: DashboardsPage, name: str) -> MeasureCard:
    return next(each for each in page.cards if each.measure.definition.name == name)


def test_every_bar_opens_exactly_its_patients_by_keyboard(
    qtbot: QtBot, window: MainWindow, page: DashboardsPage
) -> None:
    [chart] = card(page, "gender").findChildren(BarChart)
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Down)
    wanted = chart.bars[1]
    assert (wanted.label, wanted.count) == ("male", 4)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.patients.count == wanted.count, timeout=WAIT)
    assert window.pages.currentWidget() is window.patients
    window.patients.refresh()
    qtbot.waitUntil(lambda: window.patients.count > wanted.count, timeout=WAIT)


def test_a_filter_and_another_page_compute_anew(qtbot: QtBot, page: DashboardsPage) -> None:
    everybody = card(page, "patients").measure.n
    page.filter.choices["gender"].setCurrentText("Male")
    qtbot.waitUntil(lambda: 0 < card(page, "patients").measure.n < everybody, timeout=WAIT)
    page.tabs.setCurrentIndex(2)
    qtbot.waitUntil(lambda: page.cards[0].measure.definition.name == "risk_level", timeout=WAIT)


def test_the_definition_is_one_key_away_and_the_page_is_copied_as_csv(
    page: DashboardsPage,
) -> None:
    age = card(page, "age")
    assert not age._definition.isVisible()
    age._info.click()
    assert "left out" in age._definition.text()
    assert age._definition.isVisible()
    page._copy.click()
    assert "measure,group,value" in QApplication.clipboard().text()
