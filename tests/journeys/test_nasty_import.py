"""A file as hospitals write them, from the folder to the records and back, all in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.etl.plan import NEW
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.wizards.import_wizard import (
    CHECK,
    COMPARE,
    PEOPLE,
    RESULT,
    SEEN,
    VALUES,
    ImportWizard,
)
from tests.conftest import CANARY
from tests.gui.conftest import (  # noqa: F401 - fixtures
    WAIT,
    application,
    qapp_args,
    runner,
    theme,
    ward,
    window,
)
from tests.gui.importing import arrive, lead

# ruff: noqa: F811 - the fixtures that a test takes

TITLES = "Klinikum Süd;;;;\nExport der Kardiologie;;;;\n"
HEADER = "patient_id;name;birth_date;gender;phone\n"
PEOPLE_ROWS = "".join(
    f"N{n};{CANARY}-Lüdenscheidt, Jürgen{n};0{n}/04/195{n};{'M' if n % 2 else 'weibl'};0049 {n}\n"
    for n in range(1, 9)
)
STRANGER = f"M0000;{CANARY}ova, Olga;05/06/2001;F;\n"  # the number of somebody in the ward
RAGGED = f"N10;{CANARY}, Zu;viele;01/02/1950;M;1;2\n"
NO_DAY = f"N11;{CANARY}, Kein Tag;31/31/1970;M;\n"


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    file = tmp_path / "Patienten Export (2).csv"
    file.write_bytes((TITLES + HEADER + PEOPLE_ROWS + STRANGER + RAGGED + NO_DAY).encode("cp1252"))
    return file


def test_a_nasty_file_is_understood_mended_imported_and_undone(
    qtbot: QtBot,
    window: MainWindow,
    clinic: Clinic,
    ward: list[PatientId],
    nasty: Path,
) -> None:
    wizard = window.imports
    assert wizard is not None
    window.show_import()
    _see(qtbot, wizard, nasty)
    _explain_words(qtbot, wizard)
    _decide_who_it_is(qtbot, wizard)
    _mend(qtbot, wizard)
    lead(qtbot, wizard, COMPARE)
    assert len(clinic.patients.find("")) == len(ward)  # so far nothing is stored
    lead(qtbot, wizard, RESULT)
    counts = wizard.result.counts.rows[0].counts
    assert (counts.read, counts.inserted, counts.rejected) == (11, 10, 1)
    assert len(clinic.patients.find("")) == len(ward) + 10
    _undo(qtbot, window)
    assert len(clinic.patients.find("")) == len(ward)


def _see(qtbot: QtBot, wizard: ImportWizard, nasty: Path) -> None:
    """Letters, separator and titles are told; the dates are asked."""
    lead(qtbot, wizard, SEEN, nasty)
    facts = wizard.seen._facts.text()
    assert "“Süd”" in facts
    assert "Separated by semicolons" in facts
    assert "2 lines above the header, not read" in facts
    [card] = wizard.seen.questions.open
    card.buttons["dmy"].setFocus()
    qtbot.keyClick(card.buttons["dmy"], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: wizard.journey.is_seen, timeout=WAIT)


def _explain_words(qtbot: QtBot, wizard: ImportWizard) -> None:
    lead(qtbot, wizard, VALUES)
    if wizard.values.lacking:
        wizard.values.word.table.selectRow(0)
        qtbot.keyClick(wizard.values.word.table, Qt.Key.Key_2)
    assert wizard.values.lacking == ""


def _decide_who_it_is(qtbot: QtBot, wizard: ImportWizard) -> None:
    """The number is somebody's whom the file says to be another."""
    lead(qtbot, wizard, PEOPLE)
    [person] = wizard.people.undecided
    assert person.number.value == "M0000"
    qtbot.keyClick(wizard.people.card.buttons[NEW], Qt.Key.Key_Space)


def _mend(qtbot: QtBot, wizard: ImportWizard) -> None:
    """The day is put right in its cell; the ragged line stays out."""
    lead(qtbot, wizard, CHECK)
    check = wizard.check
    rules = [finding.rule for finding in check.findings.rows]
    assert {"bad-date", "ragged-row"} <= set(rules)
    check.table.selectRow(rules.index("bad-date"))
    check.grid.setFocus()
    qtbot.keyClick(check.grid, Qt.Key.Key_F2)
    editor = check.grid.focusWidget()
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, "30/12/1970")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not wizard.journey.is_tried, timeout=WAIT)
    assert wizard.next.text() == "Check again"
    wizard.go_on()
    arrive(qtbot, wizard, CHECK)
    errors = [f.rule for f in check.findings.rows if f.severity == "error"]
    assert errors == ["ragged-row"]


def _undo(qtbot: QtBot, window: MainWindow) -> None:
    """From the result to the history, a look, a yes."""
    assert window.imports is not None
    history = window.import_history
    assert history is not None
    with qtbot.waitSignal(history.listed, timeout=WAIT):
        window.imports.result._undo.click()
    qtbot.waitUntil(lambda: history.chosen is not None, timeout=WAIT)
    history.undo.look.click()
    undo = history.undo.do
    qtbot.waitUntil(lambda: undo.isVisible() and undo.isEnabled(), timeout=WAIT)
    with qtbot.waitSignal(history.undone, timeout=WAIT):
        undo.click()
