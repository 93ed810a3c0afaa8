"""The wizard: choose, check, import, result; nothing is stored before one says so."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.wizards.import_wizard import CHECK, CHOOSE, RESULT, RUN, ImportWizard
from tests.conftest import CANARY
from tests.gui.conftest import WAIT

HEADER = "patient_id,name,birth_date,gender\n"
GOOD = f"P1,Ann {CANARY},1950-03-09,F\nP2,Ben {CANARY},1961-01-02,M\n"
BAD = f"P3,Cid {CANARY},31.31.1970,M\n,Dot {CANARY},1970-01-01,F\n"


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    file = tmp_path / "patients.csv"
    file.write_text(HEADER + GOOD + BAD, encoding="utf-8")
    return file


@pytest.fixture
def wizard(qtbot: QtBot, clinic: Clinic, theme: Theme, runner: TaskRunner) -> ImportWizard:
    wizard = ImportWizard(lambda: clinic.imports, theme, runner)
    qtbot.addWidget(wizard)
    wizard.resize(1280, 700)
    wizard.show()
    return wizard


def _check(qtbot: QtBot, wizard: ImportWizard, *files: Path) -> None:
    wizard.choose.chosen.emit(list(files))
    qtbot.waitUntil(lambda: wizard.step == CHECK, timeout=WAIT)


def test_dropped_files_are_recognised(qtbot: QtBot, wizard: ImportWizard, patients: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(patients))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    wizard.choose.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, none))
    qtbot.waitUntil(lambda: wizard.step == CHECK, timeout=WAIT)
    found = wizard.check.files.rows[0]
    assert (found.name, found.table, found.rows) == ("patients.csv", "patient", 4)
    assert {c.header for c in wizard.check.columns.rows if c.meaning} >= {"patient_id", "gender"}


def test_checking_stores_nothing(
    qtbot: QtBot, wizard: ImportWizard, patients: Path, clinic: Clinic
) -> None:
    _check(qtbot, wizard, patients)
    assert clinic.patients.find("") == []
    wizard.check._back.click()
    assert wizard.step == CHOOSE


def test_importing_counts_every_row_and_saves_the_rejects(
    qtbot: QtBot, wizard: ImportWizard, patients: Path, clinic: Clinic, tmp_path: Path
) -> None:
    _check(qtbot, wizard, patients)
    with qtbot.waitSignal(wizard.imported, timeout=WAIT):
        wizard.check._go.click()
    assert wizard.step == RESULT
    counts = {line.table: line.counts for line in wizard.result.counts.rows}["patient"]
    assert (counts.read, counts.inserted, counts.rejected) == (4, 2, 2)
    assert len(clinic.patients.find("")) == 2
    assert [reject.row for reject in wizard.result.rejects.model.rows] == [3, 4]
    assert wizard.result._headline.text() == "2 new, 0 updated, 2 rejected"
    out = tmp_path / "rejects.csv"
    with qtbot.waitSignal(wizard.said, timeout=WAIT):
        wizard._save(out)
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [row["row"] for row in rows] == ["0", "3", "4"]  # 0 is the header, to mend it
    assert all(row["message"] for row in rows[1:])


def test_the_same_file_again_changes_nothing(
    qtbot: QtBot, wizard: ImportWizard, patients: Path
) -> None:
    for _ in range(2):
        _check(qtbot, wizard, patients)
        with qtbot.waitSignal(wizard.imported, timeout=WAIT):
            wizard.check._go.click()
        headline = wizard.result._headline.text()
        wizard.result._again.click()
    assert headline == "0 new, 0 updated, 2 rejected"
    assert wizard.step == CHOOSE


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02binary" * 50, b"name;age\nAnn;4\n"],
    ids=["empty", "binary", "unknown"],
)
def test_a_file_that_is_none_is_said_beside_the_button(
    qtbot: QtBot, wizard: ImportWizard, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    wizard.choose.chosen.emit([file])
    qtbot.waitUntil(lambda: wizard.choose._error.text() != "" or wizard.step == CHECK, timeout=WAIT)
    if wizard.step == CHECK:  # understood as a table, but not as one of ours
        assert wizard.check.files.rows[0].why
        assert not wizard.check._go.isEnabled()
    else:
        assert "went wrong inside" not in wizard.choose._error.text()


def test_cancelling_leaves_the_store_as_it_was(
    qtbot: QtBot, wizard: ImportWizard, clinic: Clinic, tmp_path: Path, runner: TaskRunner
) -> None:
    file = tmp_path / "patients.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        out.writelines(f"P{at},Ann {CANARY},1950-03-09,F\n" for at in range(60_000))
    _check(qtbot, wizard, file)
    wizard.run()
    assert wizard.step == RUN
    wizard.running.cancelled.emit()
    assert wizard.step == CHOOSE
    with qtbot.waitSignal(runner.idle, timeout=60_000):
        pass
    assert clinic.patients.find("") == []


def test_a_unit_that_no_heading_names_is_asked_for(
    qtbot: QtBot, wizard: ImportWizard, clinic: Clinic, patients: Path, tmp_path: Path
) -> None:
    visits = tmp_path / "visits.csv"
    visits.write_text(
        "visit_id,patient_id,visit_date,blood_pressure,glucose_level\n"
        "V1,P1,2026-01-05,128/84,7.2\n",
        encoding="utf-8",
    )
    _check(qtbot, wizard, patients, visits)
    assert not wizard.check._units.isHidden()
    choice = wizard.check._units._choices["glucose_level"]
    choice.setCurrentIndex(choice.findData("mmol/l"))
    with qtbot.waitSignal(wizard.check.units_named):
        wizard.check._units._apply.click()
    qtbot.waitUntil(wizard.check._units.isHidden, timeout=WAIT)
    with qtbot.waitSignal(wizard.imported, timeout=WAIT):
        wizard.check._go.click()
    patient = clinic.patients.find("P1")[0]
    glucose = next(o for o in clinic.records.latest(patient) if o.original_value == "7.2")
    assert glucose.unit == "mg/dL"
    assert glucose.value == pytest.approx(7.2 * 18.0156, rel=1e-4)
