"""A patient is registered from the list; whoever may be the same is told meanwhile (F15)."""

from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.dialogs.register import RegisterDialog
from clinicdesk.ui.main_window import MainWindow
from tests.gui.conftest import WAIT
from tests.gui.people import everything_said, inside


def asked(window: MainWindow) -> RegisterDialog:
    assert window.registering is not None
    return window.registering.ask()


def test_somebody_new_is_registered_and_opened(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    dialog = asked(window)
    dialog.lines["family_name"].line.setText("Okafor")
    dialog.lines["birth_date"].line.setText("14/7/54")
    dialog.yes.click()
    assert "28-May-2026" in dialog.error
    dialog.lines["birth_date"].line.setText("14-Jul-1954")
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    assert window.patient.patient_id not in ward
    assert "OKAFOR" in window.patient.banner.whose
    assert clinic.drafts.mine() == []


def test_one_who_is_there_is_told_with_reasons_and_opened_instead(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    [known] = clinic.patients.read(ward[:1])
    assert known.birth_date is not None
    dialog = asked(window)
    dialog.lines["family_name"].line.setText(known.family_name)
    dialog.lines["given_name"].line.setText(known.given_name)
    dialog.lines["birth_date"].line.setText(known.birth_date.isoformat())
    qtbot.waitUntil(dialog.known.isVisible, timeout=WAIT)
    said = everything_said(inside(dialog.known))
    assert known.mrn in said
    assert "ame birth date" in said
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        dialog._choose(ward[0])
    assert window.patient.patient_id == ward[0]


def test_what_cannot_be_stays_in_the_form(qtbot: QtBot, window: MainWindow) -> None:
    dialog = asked(window)
    dialog.yes.click()
    qtbot.waitUntil(lambda: "Write a family name" in dialog.error, timeout=WAIT)
    assert dialog.isVisible()
