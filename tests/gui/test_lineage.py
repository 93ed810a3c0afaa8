"""From a value on the screen to its line in the file in two steps (F39)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.lineage import Lineage, Origin, SourceCell
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.dialogs.lineage import LineageDialog
from clinicdesk.ui.main_window import MainWindow
from tests.conftest import CANARY
from tests.gui.conftest import WAIT

PEOPLE = f"patient_id,family_name,gender,birth_date\nL1,{CANARY},F,1950-02-01\n"
VITALS = "patient_id,timestamp,heart_rate,weight_lb\nL1,2026-01-01 08:00,71,180\n"


@pytest.fixture
def imported(clinic: Clinic, tmp_path: Path) -> PatientId:
    """A patient whose results came from a file."""
    for name, content in {"people.csv": PEOPLE, "vitals.csv": VITALS}.items():
        (tmp_path / name).write_text(content)
    clinic.imports.run([tmp_path / "people.csv", tmp_path / "vitals.csv"])
    return clinic.records.by_mrn("L1").summary.id


def shown() -> LineageDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, LineageDialog)]
    [dialog] = [each for each in found if each.isVisible()]
    return dialog


def words(dialog: LineageDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_two_steps_from_a_result_to_its_cell(
    qtbot: QtBot, window: MainWindow, imported: PatientId
) -> None:
    with qtbot.waitSignal(window.patient.assessed, timeout=WAIT):
        window.open_patient(imported)
        window.patient.tabs.setCurrentIndex(1)
    results = window.patient.results
    codes = [row.observation.code for row in results.model.rows]
    results.table.selectRow(codes.index("29463-7"))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_O, both)
    dialog = shown()
    qtbot.waitUntil(lambda: bool(dialog.tables), timeout=WAIT)
    [table] = dialog.tables
    first = [table.model().index(0, at).data() for at in range(3)]
    assert first == ["the value", "weight_lb", "180"]
    qtbot.waitUntil(lambda: "In the file: vitals.csv, row 1" in words(dialog), timeout=WAIT)
    assert "converted to" in words(dialog)
    assert table.hasFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_file_that_was_not_kept_is_said(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId]
) -> None:
    with qtbot.waitSignal(window.patient.assessed, timeout=WAIT):
        window.open_patient(ward[0])
        window.patient.tabs.setCurrentIndex(1)
    window.patient.results.table.selectRow(0)
    window.patient.results.source.click()
    dialog = shown()
    qtbot.waitUntil(lambda: "before files were kept" in words(dialog), timeout=WAIT)
    dialog.close()


def test_older_lines_and_corrections_are_told(qtbot: QtBot, window: MainWindow) -> None:
    dialog = LineageDialog("Weight", UTC, window)
    qtbot.addWidget(dialog)
    dialog.show()
    when = datetime(2026, 11, 20, tzinfo=UTC)
    cell = SourceCell("weight", "18O", "180", is_source=True, is_used=True)
    origins = [
        Origin(2, when, "desk", "b.csv", "all.zip", "ab", 2, "P1,18O", [cell], ["Read as CSV."]),
        Origin(1, when, "desk", "a.csv", "a.csv", "cd", 1, missing="Gone."),
    ]
    changes = ["20-Nov-2026, desk: Result, 1 to 2"]
    dialog.show_lineage(Lineage(Recorded.OBSERVATION, 1, PatientId(1), origins, changes))
    qtbot.waitUntil(lambda: "Before that: a.csv, row 1" in words(dialog), timeout=WAIT)
    assert "in all.zip" in words(dialog)
    assert changes[0] in words(dialog)
    assert dialog.tables[0].model().index(0, 3).data() == "180"
