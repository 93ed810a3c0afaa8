"""Who may open a record, and what lies ready for its patient: decided on the patient's page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.dialogs.choose_account import ChooseAccountDialog
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.dialogs.reason import ReasonDialog
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.access import AccessPage
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.conftest import LOGIN
from tests.gui.conftest import WAIT, bury, show
from tests.gui.people import everything_said, hire, inside, let_in

REASON = "A colleague of ours"


@pytest.fixture
def access(qtbot: QtBot, window: MainWindow, ward: list[PatientId]) -> AccessPage:
    """The administrator's page of the first patient."""
    return _opened(qtbot, window, ward[0])


@pytest.fixture
def clinicians(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], theme: Theme, runner: TaskRunner
) -> Iterator[MainWindow]:
    hire(clinic, "osei", "clinician")
    session = let_in(clinic.folder, "osei")
    assert isinstance(session, Clinic)
    window = MainWindow(session, theme, runner)
    show(qtbot, window)
    yield window
    runner.shutdown()
    bury(window)
    session.lock()


def _opened(qtbot: QtBot, window: MainWindow, patient: PatientId) -> AccessPage:
    page = window.access
    assert page is not None
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        window.open_patient(patient)
    _go_to_access(qtbot, window)
    qtbot.waitUntil(lambda: bool(page.restriction.state.text()), timeout=WAIT)
    return page


def _go_to_access(qtbot: QtBot, window: MainWindow) -> None:
    tabs = window.patient.tabs
    (at,) = [at for at in range(tabs.count()) if tabs.tabText(at) == "Access"]
    qtbot.keyClick(window, str(at + 1), Qt.KeyboardModifier.AltModifier)


def _answered(window: QWidget, kind: type[Question]) -> Question:
    """The question that is open now."""
    (question,) = [each for each in window.findChildren(kind) if each.isVisible()]
    return question


def _press(qtbot: QtBot, button: QWidget) -> None:
    qtbot.keyClick(button, Qt.Key.Key_Space)


def _give_reason(qtbot: QtBot, page: AccessPage) -> None:
    question = _answered(page.window(), ReasonDialog)
    assert isinstance(question, ReasonDialog)
    assert not question.yes.isEnabled()
    qtbot.keyClicks(question.reason, REASON)
    with qtbot.waitSignal(page.said, timeout=WAIT):
        question.yes.click()


def test_a_record_is_restricted_opened_to_a_colleague_and_to_all_again(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], window: MainWindow, access: AccessPage
) -> None:
    """F08: from the keyboard, with the banner saying so at once."""
    hire(clinic, "osei", "clinician")
    card = access.restriction
    assert "Everybody" in card.state.text()
    assert card.grant.isHidden()
    _press(qtbot, card.restrict)
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        _give_reason(qtbot, access)
    assert window.patient.banner.restricted.isVisible()
    qtbot.waitUntil(lambda: len(card.model.rows) == 1, timeout=WAIT)
    assert REASON in card.reason.text()

    _press(qtbot, card.grant)
    question = _answered(window, ChooseAccountDialog)
    assert isinstance(question, ChooseAccountDialog)
    assert question.box.currentText() == "osei, clinician"
    question.yes.click()
    qtbot.waitUntil(lambda: len(card.model.rows) == 2, timeout=WAIT)

    card.table.selectRow(1)
    _press(qtbot, card.withdraw)
    _answered(window, Question).yes.click()
    qtbot.waitUntil(lambda: len(card.model.rows) == 1, timeout=WAIT)
    assert [grant.login for grant in clinic.restrictions.grants(ward[0])] == [LOGIN]

    _press(qtbot, card.lift)
    _give_reason(qtbot, access)
    qtbot.waitUntil(lambda: "Everybody" in card.state.text(), timeout=WAIT)
    assert clinic.restrictions.restriction(ward[0]) is None
    assert card.reason.text() == ""


def test_an_account_is_linked_shared_with_revoked_and_unlinked(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], window: MainWindow
) -> None:
    hire(clinic, "ann", "patient")
    access = _opened(qtbot, window, ward[0])
    card = access.sharing
    qtbot.waitUntil(card.link.isEnabled, timeout=WAIT)
    assert card.share.isHidden()
    _press(qtbot, card.link)
    _answered(window, ChooseAccountDialog).yes.click()
    qtbot.waitUntil(card.share.isVisible, timeout=WAIT)
    assert not card.revoke.isEnabled()

    _press(qtbot, card.share)
    _answered(window, Question).yes.click()
    qtbot.waitUntil(card.revoke.isEnabled, timeout=WAIT)
    (account,) = clinic.shares.of_patient(ward[0])
    assert account.shared_at is not None

    _press(qtbot, card.revoke)
    _answered(window, Question).yes.click()
    qtbot.waitUntil(lambda: not card.revoke.isEnabled(), timeout=WAIT)
    (account,) = clinic.shares.of_patient(ward[0])
    assert account.shared_at is None

    _press(qtbot, card.unlink)
    _answered(window, Question).yes.click()
    qtbot.waitUntil(lambda: not card.model.rows and card.link.isEnabled(), timeout=WAIT)
    assert clinic.shares.of_patient(ward[0]) == []


def test_a_no_changes_nothing(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], window: MainWindow, access: AccessPage
) -> None:
    _press(qtbot, access.restriction.restrict)
    question = _answered(window, ReasonDialog)
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert not question.isVisible()
    assert clinic.restrictions.restriction(ward[0]) is None


def test_a_clinician_shares_but_links_nobody(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], clinicians: MainWindow
) -> None:
    """F08: whose an account is, an administrator says."""
    hire(clinic, "ann", "patient")
    clinic.shares.link(clinic.accounts.by_login("ann").id, ward[0])
    access = _opened(qtbot, clinicians, ward[0])
    qtbot.waitUntil(access.sharing.share.isVisible, timeout=WAIT)
    assert access.sharing.link.isHidden()
    assert access.sharing.unlink.isHidden()
    assert access.restriction.restrict.isVisible()


def test_an_emergency_decides_nothing(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], clinicians: MainWindow
) -> None:
    clinic.restrictions.restrict(ward[0], REASON)
    clinicians._clinic.emergencies.break_glass(ward[0], "Unconscious in the waiting room")
    card = _opened(qtbot, clinicians, ward[0]).restriction
    assert "decides to whom it opens" in card.reason.text()
    for button in (card.restrict, card.grant, card.withdraw, card.lift):
        assert button.isHidden()
    assert card.model.rows == ()


def test_an_administrator_decides_about_a_record_that_stays_closed(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], clinicians: MainWindow, window: MainWindow
) -> None:
    clinicians._clinic.restrictions.restrict(ward[1], REASON)
    window.open_patient(ward[1])
    card = window.decision
    assert card is not None
    qtbot.waitUntil(lambda: bool(card.model.rows), timeout=WAIT)
    assert card.isVisible()
    assert REASON not in everything_said(inside(window))
    _press(qtbot, card.grant)
    question = _answered(window, ChooseAccountDialog)
    assert isinstance(question, ChooseAccountDialog)
    assert question.box.currentText().startswith(LOGIN)
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        question.yes.click()
    assert window.patient.closed.isHidden()


def test_the_next_patient_is_shown_without_the_last_ones_reason(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], window: MainWindow, access: AccessPage
) -> None:
    clinic.restrictions.restrict(ward[0], REASON)
    access = _opened(qtbot, window, ward[0])
    assert REASON in everything_said(inside(access))
    window.open_patient(ward[2])
    assert REASON not in everything_said(inside(access))


def test_who_saw_the_record_is_shown_and_saved(
    qtbot: QtBot, clinic: Clinic, access: AccessPage, window: MainWindow, tmp_path: Path
) -> None:
    """On the page, as PDF and as CSV."""
    card = access.who_saw
    qtbot.waitUntil(lambda: bool(card.model.rows), timeout=WAIT)
    (seen,) = card.model.rows
    assert (seen.login, seen.role) == (LOGIN, "administrator")
    assert "by 1 person" in card.state.text()
    for button, name, start in (
        (card.pdf, "who.pdf", b"%PDF-"),
        (card.csv, "who.csv", b"number,time,login"),
    ):
        _press(qtbot, button)
        (chooser,) = [each for each in window.findChildren(QFileDialog) if each.isVisible()]
        with qtbot.waitSignal(access.said, timeout=WAIT):
            chooser.filesSelected.emit([str(tmp_path / name)])
        chooser.reject()
        assert (tmp_path / name).read_bytes().startswith(start)


def test_who_saw_is_for_those_who_decide(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], clinicians: MainWindow
) -> None:
    clinic.restrictions.restrict(ward[0], REASON)
    clinicians._clinic.emergencies.break_glass(ward[0], "Unconscious in the waiting room")
    card = _opened(qtbot, clinicians, ward[0]).who_saw
    qtbot.waitUntil(lambda: "administrator" in card.state.text(), timeout=WAIT)
    assert card.model.rows == ()
    assert card.pdf.isHidden()
