"""Finding a patient with the keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.patient_list import BORN, PatientListPage
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import width_of
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.conftest import CANARY
from tests.gui.conftest import WAIT


def _cell(page: PatientListPage, row: int, column: int) -> str:
    return str(page._model.index(row, column).data())


def test_a_row_says_who_it_is(qtbot: QtBot, window: MainWindow) -> None:
    page = window.patients
    qtbot.waitUntil(lambda: _cell(page, 0, 0) != "…", timeout=WAIT)
    assert _cell(page, 0, 0) == f"{CANARY.upper()}00, Ann"
    assert _cell(page, 0, 1).startswith("09-Mar-1950 (")
    assert _cell(page, 0, 2) == "Female"
    assert _cell(page, 0, 3) == "M0000"
    assert _cell(page, 3, 4) == "09-Jan-2026"
    assert page._count.text() == "12 patients"


def test_searching_as_one_types_then_enter_opens(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId]
) -> None:
    page = window.patients
    with qtbot.waitSignal(page.listed, timeout=WAIT) as listed:
        qtbot.keyClicks(page._text, "M0007")
    assert listed.args == [1]
    assert page._count.text() == "1 patient found"
    with qtbot.waitSignal(page.patient_chosen) as chosen:
        qtbot.keyClick(page._text, Qt.Key.Key_Return)
    assert chosen.args == [ward[7]]
    assert window.pages.currentWidget() is window.patient


def test_arrows_move_while_the_cursor_stays_in_the_box(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId]
) -> None:
    page = window.patients
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(page._text, key)
    with qtbot.waitSignal(page.patient_chosen) as chosen:
        qtbot.keyClick(page._text, Qt.Key.Key_Return)
    assert chosen.args == [ward[2]]


def test_nothing_found_is_said(qtbot: QtBot, window: MainWindow) -> None:
    page = window.patients
    with qtbot.waitSignal(page.listed, timeout=WAIT):
        page._text.setText("nobody of that name")
    assert page._layers.currentWidget() is page._empty
    assert page._empty._what.text() == "No patient matches."
    assert page._empty._action.isHidden()


def test_ctrl_f_comes_back_from_a_patient(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId]
) -> None:
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        window.open_patient(ward[0])
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentWidget() is window.patients
    assert window.patient.patient_id is None
    assert window.patient.banner.name.text() == ""


def test_an_empty_store_offers_the_import(
    qtbot: QtBot, clinic: Clinic, theme: Theme, runner: TaskRunner
) -> None:
    window = MainWindow(clinic, theme, runner)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.patients.listed, timeout=WAIT):
        window.patients.refresh()
    page = window.patients
    assert page._empty._what.text() == "No patients yet."
    page._empty._action.click()
    assert window.pages.currentWidget() is window.imports


@pytest.mark.parametrize("keys", [Qt.Key.Key_D])
def test_light_and_dark(qtbot: QtBot, window: MainWindow, theme: Theme, keys: Qt.Key) -> None:
    before = theme.palette.name
    qtbot.keyClick(window, keys, Qt.KeyboardModifier.ControlModifier)
    assert theme.palette.name != before
    qtbot.keyClick(window, keys, Qt.KeyboardModifier.ControlModifier)
    assert theme.palette.name == before


@pytest.mark.parametrize(
    "born", ["03-May-2015 (11y 6m)", "14-Jul-1945 (81y)", "81y on 05-Apr-2008"]
)
def test_a_birthday_and_an_age_are_never_cut(qtbot: QtBot, born: str) -> None:
    wide = width_of(Column[str]("Born", str, BORN))
    assert wide >= width_of(Column[str]("Born", str, born))
