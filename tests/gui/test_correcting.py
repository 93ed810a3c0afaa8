"""A result is corrected on its page, its history read there, and nothing typed is lost (F06)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.change_words import differences
from clinicdesk.domain.correction import ResultCorrection
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.dialogs.correct import CHOOSE, CorrectDialog
from clinicdesk.ui.dialogs.correct_entry import CorrectEntryDialog
from clinicdesk.ui.dialogs.patient_details import PatientDetailsDialog
from clinicdesk.ui.dialogs.reason import ReasonDialog
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.shell import Shell
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.conftest import LOGIN, PASSWORD
from tests.gui.conftest import WAIT, bury, show
from tests.gui.people import everything_said, hire, let_in

CREATININE, WHY = "2160-0", "Typed in the wrong unit"


@pytest.fixture
def record(qtbot: QtBot, window: MainWindow, ward: list[PatientId]) -> MainWindow:
    """The results of the first patient."""
    _open(qtbot, window, ward[0])
    return window


def _open(qtbot: QtBot, window: MainWindow, patient: PatientId) -> None:
    with qtbot.waitSignal(window.patient.assessed, timeout=WAIT):
        window.open_patient(patient)
        window.patient.tabs.setCurrentIndex(1)


def _choose(window: MainWindow, code: str) -> Observation:
    results = window.patient.results
    codes = [row.observation.code for row in results.model.rows]
    results.table.selectRow(codes.index(code))
    assert results.chosen is not None
    return results.chosen


def _dialog(kind: type[QDialog]) -> QDialog:
    [found] = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found


def _correcting(window: MainWindow) -> CorrectDialog:
    _choose(window, CREATININE)
    window.patient.results.correct.click()
    dialog = _dialog(CorrectDialog)
    assert isinstance(dialog, CorrectDialog)
    return dialog


def _reasoning() -> ReasonDialog:
    dialog = _dialog(ReasonDialog)
    assert isinstance(dialog, ReasonDialog)
    return dialog


def test_a_result_is_corrected_and_the_page_says_so(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    dialog = _correcting(record)
    assert (dialog.value.text, dialog.unit.currentText()) == ("1.1", "mg/dL")
    dialog.value.line.setText("141")
    dialog.unit.setCurrentText("micromol/L")
    dialog.reason.setPlainText(WHY)
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    now = _choose(record, CREATININE)
    assert now.value == pytest.approx(1.595, abs=0.01)
    assert now.effective_at == clinic.records.observations(ward[0], [CREATININE])[0].effective_at
    assert clinic.drafts.mine() == []


def test_what_cannot_be_keeps_the_form_and_says_why(qtbot: QtBot, record: MainWindow) -> None:
    dialog = _correcting(record)
    for typed, says in (("1.2", "reason"), ("high", "number"), ("9999", "cannot be")):
        dialog.value.line.setText(typed)
        dialog.reason.setPlainText("" if says == "reason" else WHY)
        dialog.yes.click()
        qtbot.waitUntil(lambda says=says: says in dialog.error, timeout=WAIT)
        assert dialog.isVisible()
    dialog.taken.line.setText("yesterday")
    dialog.yes.click()
    assert "Write the time" in dialog.error


def test_another_persons_change_is_told_with_both_values(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    dialog = _correcting(record)
    [held] = clinic.records.observations(ward[0], [CREATININE])
    other = ResultCorrection("1.2", "mg/dL", held.effective_at)
    clinic.editing.correct_observation(ward[0], held.id, held.version, other, "Repeated")
    dialog.value.line.setText("1.4")
    dialog.reason.setPlainText(WHY)
    dialog.yes.click()
    qtbot.waitUntil(lambda: "1.1 mg/dL became 1.2 mg/dL" in dialog.error, timeout=WAIT)
    assert LOGIN in dialog.error
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()  # it is still wrong
    assert _choose(record, CREATININE).value == 1.4


def test_a_unit_that_nobody_wrote_is_chosen_by_a_person(qtbot: QtBot, record: MainWindow) -> None:
    held = _choose(record, CREATININE)
    unwritten = type(held)(**{f: getattr(held, f) for f in held.__slots__} | {"original_unit": ""})
    dialog = CorrectDialog(unwritten, record._clinic.zone, record)
    qtbot.addWidget(dialog)
    assert dialog.unit.currentText() == CHOOSE


def test_what_was_in_error_leaves_the_page_and_comes_back_from_its_history(
    qtbot: QtBot, record: MainWindow
) -> None:
    _choose(record, CREATININE)
    record.patient.results.in_error.click()
    dialog = _reasoning()
    dialog.reason.setPlainText("Another patient's")
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    assert CREATININE not in {row.observation.code for row in record.patient.results.model.rows}
    record.patient.tabs.setCurrentIndex(record.patient.tabs.count() - 1)
    while record.patient.tabs.tabText(record.patient.tabs.currentIndex()) != "History":
        record.patient.tabs.setCurrentIndex(record.patient.tabs.currentIndex() - 1)
    qtbot.waitUntil(lambda: len(record.history.model.rows) == 1, timeout=WAIT)
    [line] = record.history.model.rows
    assert (line.difference.label, line.difference.after) == ("Entered in error", "Yes")
    record.history.table.selectRow(0)
    record.history.take_back.click()
    dialog = _reasoning()
    dialog.reason.setPlainText("It was this patient's")
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    assert _choose(record, CREATININE).value == 1.1


def test_a_problem_is_taken_out_by_its_menu(qtbot: QtBot, record: MainWindow) -> None:
    problems = record.patient.overview.problems
    problems.table.selectRow(0)
    [action] = [each for each in problems.table.actions() if each.text().startswith("Entered")]
    action.trigger()
    dialog = _reasoning()
    dialog.reason.setPlainText("Ruled out")
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    assert problems.model.rows == []
    [change] = record._clinic.history.of_patient(record.patient.patient_id or PatientId(0))
    assert (change.kind, change.reason) == (Recorded.CONDITION, "Ruled out")


def test_a_dose_is_corrected_by_its_menu(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    drugs = record.patient.overview.medications
    drugs.table.selectRow(0)
    drugs.table.actions()[0].trigger()
    dialog = _dialog(CorrectEntryDialog)
    assert isinstance(dialog, CorrectEntryDialog)
    dialog.words.line.setText("Once a day")
    dialog.until.line.setText("soon")
    dialog.reason.setPlainText("Asked")
    dialog.yes.click()
    assert "day as in" in dialog.error
    dialog.until.line.clear()
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    assert clinic.records.medications(ward[0])[0].dosage == "Once a day"


def test_every_result_of_a_test_is_there_to_be_corrected(qtbot: QtBot, record: MainWindow) -> None:
    results = record.patient.results
    newest = len(results.model.rows)
    results.every.click()
    qtbot.waitUntil(lambda: len(results.model.rows) > newest, timeout=WAIT)
    pulses = [r.observation for r in results.model.rows if r.observation.code == "8867-4"]
    assert len(pulses) == 12
    assert pulses == sorted(pulses, key=lambda o: o.effective_at, reverse=True)
    results.every.click()
    qtbot.waitUntil(lambda: len(results.model.rows) == newest, timeout=WAIT)


def _details(qtbot: QtBot, window: MainWindow) -> PatientDetailsDialog:
    window.history.details.click()
    qtbot.waitUntil(lambda: _is_open(PatientDetailsDialog), timeout=WAIT)
    dialog = _dialog(PatientDetailsDialog)
    assert isinstance(dialog, PatientDetailsDialog)
    return dialog


def test_who_somebody_is_is_corrected_and_the_banner_says_so(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    dialog = _details(qtbot, record)
    dialog.line("birth_date").line.setText("9 March 1950")
    dialog.reason.setPlainText("Passport")
    dialog.yes.click()
    assert "day as in" in dialog.error
    dialog.line("birth_date").line.setText("09-mar-1949")
    dialog.line("given_name").line.setText("Anna")
    with qtbot.waitSignal(record.patient.loaded, timeout=WAIT):
        dialog.yes.click()
    person = clinic.records.open(ward[0]).summary
    assert (person.given_name, person.birth_date) == ("Anna", date(1949, 3, 9))
    assert "09-Mar-1949" in everything_said(record.patient.banner.findChildren(QWidget))
    told = {each.label for each in differences(clinic.history.of_patient(ward[0])[0], UTC)}
    assert told == {"Given name", "Date of birth"}


def test_details_that_somebody_else_changed_are_not_overwritten(
    qtbot: QtBot, record: MainWindow, clinic: Clinic, ward: list[PatientId]
) -> None:
    dialog = _details(qtbot, record)
    theirs = replace(dialog._correction(), phone="456")
    clinic.editing.correct_patient(ward[0], dialog.version, theirs, "Asked")
    dialog.line("phone").line.setText("789")
    dialog.reason.setPlainText("Asked")
    dialog.yes.click()
    qtbot.waitUntil(lambda: f"{LOGIN} changed these" in dialog.error, timeout=WAIT)
    assert clinic.records.open(ward[0]).phone == "456"


@pytest.fixture
def nurses_window(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], theme: Theme, runner: TaskRunner
) -> Iterator[MainWindow]:
    nurse = let_in(clinic.folder, "nora", hire(clinic, "nora", "nurse"))
    assert isinstance(nurse, Clinic)
    window = MainWindow(nurse, theme, runner)
    show(qtbot, window)
    yield window
    runner.shutdown()
    bury(window)
    nurse.lock()


def test_a_nurse_is_offered_vital_signs_alone(
    qtbot: QtBot, nurses_window: MainWindow, ward: list[PatientId]
) -> None:
    window = nurses_window
    _open(qtbot, window, ward[0])
    _choose(window, CREATININE)
    assert not window.patient.results.correct.isEnabled()
    _choose(window, "8867-4")
    assert window.patient.results.correct.isEnabled()
    offered = [each.text() for each in window.patient.overview.problems.table.actions()]
    assert offered == ["Where does this come from?"]


# -- drafts ------------------------------------------------------------------------------------


@pytest.fixture
def at_work(qtbot: QtBot, shell: Shell, clinic: Clinic, ward: list[PatientId]) -> MainWindow:
    shell.enter(clinic)
    assert isinstance(shell.work, MainWindow)
    _open(qtbot, shell.work, ward[0])
    return shell.work


def _lock_and_come_back(
    qtbot: QtBot, shell: Shell, runner: TaskRunner, login: str = LOGIN, password: str = PASSWORD
) -> MainWindow:
    shell.lock()
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)] == []
    assert shell.unlock is not None
    shell.unlock._login.line.setText(login)
    with qtbot.waitSignal(shell.opened, timeout=WAIT):
        shell.unlock.attempt_with(password)
    assert isinstance(shell.work, MainWindow)
    return shell.work


def test_a_correction_goes_on_after_a_lock_in_the_same_field(
    qtbot: QtBot, shell: Shell, at_work: MainWindow, runner: TaskRunner
) -> None:
    dialog = _correcting(at_work)
    dialog.value.line.setText("141")
    dialog.unit.setCurrentText("micromol/L")
    dialog.reason.setFocus()
    qtbot.keyClicks(dialog.reason, "Typed in the wr")
    work = _lock_and_come_back(qtbot, shell, runner)
    qtbot.waitUntil(lambda: _is_open(CorrectDialog), timeout=WAIT)
    again = _dialog(CorrectDialog)
    assert isinstance(again, CorrectDialog)
    assert (again.value.text, again.unit.currentText()) == ("141", "micromol/L")
    assert again.reason.toPlainText() == "Typed in the wr"
    assert again.focusWidget() is again.reason
    qtbot.keyClicks(again.reason, "ong unit")
    with qtbot.waitSignal(work.patient.loaded, timeout=WAIT):
        again.yes.click()
    assert _choose(work, CREATININE).value == pytest.approx(1.595, abs=0.01)


def test_a_reason_goes_on_after_a_lock(
    qtbot: QtBot, shell: Shell, at_work: MainWindow, runner: TaskRunner
) -> None:
    """What a dialog of another page had in it, too."""
    tabs = at_work.patient.tabs
    tabs.setCurrentIndex(next(i for i in range(tabs.count()) if tabs.tabText(i) == "Access"))
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    assert at_work.access is not None
    at_work.access.restriction.ask_restrict()
    qtbot.keyClicks(_reasoning().reason, "She is a collea")
    _lock_and_come_back(qtbot, shell, runner)
    qtbot.waitUntil(lambda: _is_open(ReasonDialog), timeout=WAIT)
    assert _reasoning().reason.toPlainText() == "She is a collea"


def test_what_was_given_up_is_forgotten(
    qtbot: QtBot, shell: Shell, at_work: MainWindow, runner: TaskRunner
) -> None:
    dialog = _correcting(at_work)
    dialog.reason.setPlainText("Never mind")
    at_work.drafting.save()
    qtbot.waitUntil(lambda: len(at_work._clinic.drafts.mine()) == 1, timeout=WAIT)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: at_work._clinic.drafts.mine() == [], timeout=WAIT)
    _lock_and_come_back(qtbot, shell, runner)
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    assert not _is_open(CorrectDialog)


def test_what_is_typed_is_kept_within_seconds(
    qtbot: QtBot, at_work: MainWindow, clinic: Clinic
) -> None:
    """A crash takes two seconds of typing at most."""
    dialog = _correcting(at_work)
    dialog.reason.setPlainText("Typed")
    qtbot.waitUntil(lambda: len(clinic.drafts.mine()) == 1, timeout=WAIT)
    [draft] = clinic.drafts.mine()
    assert draft.content["reason"] == "Typed"


def _is_open(kind: type[QDialog]) -> bool:
    return any(isinstance(w, kind) and w.isVisible() for w in QApplication.topLevelWidgets())
