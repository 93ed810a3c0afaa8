"""Vital signs are written down by keyboard alone, and nothing typed is lost (F05, F98)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.vital_signs import (
    ACVPU,
    DIASTOLIC,
    GLUCOSE,
    HEART_RATE,
    O2_FLOW,
    RESPIRATORY_RATE,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
)
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.dialogs.vitals import OXYGEN, VitalsDialog
from clinicdesk.ui.main_window import MainWindow
from tests.gui.conftest import WAIT
from tests.gui.people import everything_said


@pytest.fixture
def record(qtbot: QtBot, window: MainWindow, ward: list[PatientId]) -> MainWindow:
    with qtbot.waitSignal(window.patient.assessed, timeout=WAIT):
        window.open_patient(ward[0])
    return window


def asked(window: MainWindow) -> VitalsDialog:
    assert window.recording is not None
    dialog = window.recording.ask_vitals()
    assert dialog is not None
    return dialog


def test_a_set_is_typed_from_the_first_field_to_enter(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    """F98: no mouse; Tab goes in the order of the observation chart."""
    dialog = asked(record)
    for typed in ("22", "94", "o", "2", "104/61", "112", "v", "38.4"):
        QTest.keyClicks(dialog.focusWidget(), typed)
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    written = [each for each in clinic.records.observations(ward[0]) if not each.provenance]
    latest = {each.code: each for each in written}
    assert {code: latest[code].value for code in (RESPIRATORY_RATE, SPO2, O2_FLOW)} == {
        RESPIRATORY_RATE: 22,
        SPO2: 94,
        O2_FLOW: 2,
    }
    assert (latest[SYSTOLIC].value, latest[DIASTOLIC].value) == (104, 61)
    assert latest[HEART_RATE].value == 112
    assert latest[TEMPERATURE].value == pytest.approx(38.4)
    assert latest[ACVPU].text == "V"


def test_what_cannot_be_is_marked_and_the_form_stays(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    dialog = asked(record)
    count = len(clinic.records.observations(ward[0]))
    dialog.fields_by_code[HEART_RATE].line.setText("1120")
    dialog.fields_by_code[SYSTOLIC].line.setText("84/128")
    dialog.yes.click()
    qtbot.waitUntil(lambda: "cannot be" in dialog.error, timeout=WAIT)
    assert dialog.isVisible()
    for code in (HEART_RATE, SYSTOLIC):
        assert dialog.fields_by_code[code].line.property("wrong") == "true"
    assert dialog.fields_by_code[HEART_RATE].text == "1120"
    assert len(clinic.records.observations(ward[0])) == count


def test_glucose_has_no_unit_until_somebody_chooses_one(qtbot: QtBot, record: MainWindow) -> None:
    dialog = asked(record)
    dialog.fields_by_code[GLUCOSE].line.setText("7.4")
    dialog.yes.click()
    qtbot.waitUntil(lambda: "Choose the unit" in dialog.error, timeout=WAIT)


def test_oxygen_without_its_flow_is_refused(qtbot: QtBot, record: MainWindow) -> None:
    dialog = asked(record)
    assert not dialog.fields_by_code[O2_FLOW].isEnabled()
    dialog.breathing.setCurrentText(OXYGEN)
    assert dialog.fields_by_code[O2_FLOW].isEnabled()
    dialog.yes.click()
    qtbot.waitUntil(lambda: "Oxygen flow" in dialog.error, timeout=WAIT)


def test_what_is_typed_and_not_saved_is_a_draft(
    qtbot: QtBot, record: MainWindow, clinic: Clinic
) -> None:
    """F22: after a lock the form opens again with what was in it."""
    dialog = asked(record)
    dialog.fields_by_code[HEART_RATE].line.setText("88")
    record.drafting.save()
    qtbot.waitUntil(lambda: bool(clinic.drafts.mine()), timeout=WAIT)
    [draft] = clinic.drafts.mine()
    assert draft.content[HEART_RATE] == "88"
    dialog.reject()
    qtbot.waitUntil(lambda: not clinic.drafts.mine(), timeout=WAIT)
    QApplication.processEvents()


def test_a_problem_is_added_from_its_list(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    assert record.recording is not None
    dialog = record.recording.ask("problem")
    assert dialog is not None
    assert record.patient.banner.whose in everything_said([*dialog.findChildren(QLabel)])
    dialog.lines["display"].line.setText("Asthma")
    dialog.lines["onset"].line.setText("last May")
    dialog.yes.click()
    assert "28-May-2026" in dialog.error
    dialog.lines["onset"].line.setText("2020-05-01")
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    assert "Asthma" in {each.display for each in clinic.records.conditions(ward[0])}


def test_a_drug_against_an_allergy_asks_why(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    """F13: the form stays, and the reason is kept beside the drug."""
    assert record.recording is not None
    dialog = record.recording.ask("prescription")
    assert dialog is not None
    dialog.lines["display"].line.setText("Amoxicillin 500 mg capsule")
    dialog.yes.click()
    qtbot.waitUntil(dialog.despite.isVisible, timeout=WAIT)
    assert "Penicillin V" in dialog.error
    dialog.despite.line.setText("Tolerated last year")
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    reasons = [each.reason for each in clinic.records.medications(ward[0])]
    assert any("Tolerated last year" in each for each in reasons)


def test_that_there_are_none_is_offered_only_where_none_is_written(
    qtbot: QtBot, record: MainWindow, ward: list[PatientId]
) -> None:
    """F03: the list of the first patient has an allergy, that of the second has none."""
    offered = record.patient.overview.allergies._empty_only
    assert offered is not None
    assert offered.isHidden()
    with qtbot.waitSignal(record.patient.assessed, timeout=WAIT):
        record.open_patient(ward[1])
    assert not offered.isHidden()
