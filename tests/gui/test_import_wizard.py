"""The wizard leads from files to a result; nothing is stored before the page that compares."""

import csv
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.etl.plan import Plan
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.import_report import Counts, ImportReport, Reject
from clinicdesk.ui.tables.editing import EditableTable
from clinicdesk.ui.tables.look import TipWhenElided
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.wizards.import_wizard import (
    CHECK,
    CHOOSE,
    COLUMNS,
    COMPARE,
    RESULT,
    RUN,
    SEEN,
    VALUES,
    ImportWizard,
)
from clinicdesk.ui.wizards.running import left_text
from clinicdesk.ui.wizards.step import Known
from tests.conftest import CANARY
from tests.gui.conftest import WAIT
from tests.gui.importing import arrive, lead

HEADER = "patient_id,name,birth_date,gender\n"
GOOD = f"P1,Ann {CANARY},1950-03-09,F\nP2,Ben {CANARY},1961-01-02,M\n"
BAD = f"P3,Cid {CANARY},31.31.1970,M\n,Dot {CANARY},1970-01-01,F\n"


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    file = tmp_path / "patients.csv"
    file.write_text(HEADER + GOOD + BAD, encoding="utf-8")
    return file


def test_dropped_files_are_recognised(qtbot: QtBot, wizard: ImportWizard, patients: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(patients))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    wizard.choose.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, none))
    arrive(qtbot, wizard, SEEN)
    found = wizard.seen.files.model.rows[0]
    assert (found.name, found.table, found.rows) == ("patients.csv", "patient", 4)
    assert {c.header for c in found.columns if c.meaning} >= {"patient_id", "gender"}


def test_nothing_is_stored_before_one_says_import(
    qtbot: QtBot, wizard: ImportWizard, patients: Path, clinic: Clinic
) -> None:
    lead(qtbot, wizard, COMPARE, patients)
    assert clinic.patients.find("") == []
    assert wizard.next.text() == "Import"


def test_the_keyboard_alone_leads_through_all_pages(
    qtbot: QtBot, wizard: ImportWizard, patients: Path, clinic: Clinic
) -> None:
    wizard.preview([patients])
    arrive(qtbot, wizard, SEEN)
    with qtbot.waitSignal(wizard.imported, timeout=WAIT):
        for step in range(SEEN + 1, RUN + 1):
            qtbot.keyClick(wizard, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            arrive(qtbot, wizard, RESULT if step == RUN else step)
    assert len(clinic.patients.find("")) == 2


def test_one_can_go_back_and_forth(qtbot: QtBot, wizard: ImportWizard, patients: Path) -> None:
    lead(qtbot, wizard, CHECK, patients)
    for step in range(CHECK - 1, CHOOSE - 1, -1):
        qtbot.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert wizard.step == step
    assert wizard.choose.isVisible()


def test_importing_counts_every_row_and_saves_the_rejects(
    qtbot: QtBot, wizard: ImportWizard, patients: Path, clinic: Clinic, tmp_path: Path
) -> None:
    lead(qtbot, wizard, RESULT, patients)
    counts = {line.table: line.counts for line in wizard.result.counts.rows}["patient"]
    assert (counts.read, counts.inserted, counts.rejected) == (4, 2, 2)
    assert len(clinic.patients.find("")) == 2
    assert [reject.row for reject in wizard.result.rejects.rows] == [3, 4]
    assert wizard.result._headline.text() == "2 new, 0 changed, 2 rejected"
    out = tmp_path / "rejects.csv"
    with qtbot.waitSignal(wizard.said, timeout=WAIT):
        wizard._save(out)
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [row["row"] for row in rows] == ["0", "3", "4"]  # 0 is the header, to mend it
    assert all(row["message"] for row in rows[1:])


def test_the_check_says_what_stays_out_and_why(
    qtbot: QtBot, wizard: ImportWizard, patients: Path
) -> None:
    lead(qtbot, wizard, CHECK, patients)
    found = {finding.rule: finding for finding in wizard.check.findings.rows}
    out = {rule for rule, finding in found.items() if finding.severity == "error"}
    assert out == {"bad-date", "missing-id"}
    assert found["bad-date"].count == 1
    assert wizard.check._headline.text() == "Of 4 rows, 2 rows stay out."
    assert [reject.row for reject in wizard.check.rejected.rows] in ([3], [4])


def test_the_same_file_again_changes_nothing(
    qtbot: QtBot, wizard: ImportWizard, patients: Path
) -> None:
    lead(qtbot, wizard, RESULT, patients)
    wizard.result._again.click()
    lead(qtbot, wizard, COMPARE, patients)
    assert wizard.compare._headline.text() == "Nothing: the store knows all of it."


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02binary" * 50, b"colour;taste\nred;sweet\n"],
    ids=["empty", "binary", "unknown"],
)
def test_a_file_that_is_none_is_said_beside_the_button(
    qtbot: QtBot, wizard: ImportWizard, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    wizard.preview([file])
    qtbot.waitUntil(lambda: not wizard.running.isVisible(), timeout=WAIT)
    if wizard.step == SEEN:  # understood as a table, but not as one of ours
        assert wizard.seen.files.model.rows[0].why
        for _ in range(3):
            wizard.go_on()
        assert wizard.step <= COLUMNS
        assert wizard.next.isVisible()
        assert wizard._remark.text()
    else:
        assert wizard.choose._error.text()
        assert "went wrong inside" not in wizard.choose._error.text()


def test_cancelling_leaves_the_store_as_it_was(
    qtbot: QtBot, wizard: ImportWizard, clinic: Clinic, tmp_path: Path, runner: TaskRunner
) -> None:
    file = tmp_path / "patients.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        out.writelines(f"P{at},Ann {CANARY},1950-03-09,F\n" for at in range(60_000))
    lead(qtbot, wizard, COMPARE, file)
    wizard.go_on()
    assert wizard.step == RUN
    wizard.running.cancelled.emit()
    assert wizard.step == COMPARE
    with qtbot.waitSignal(runner.idle, timeout=60_000):
        pass
    assert clinic.patients.find("") == []


def test_dates_that_nothing_tells_are_asked_with_five_real_rows(
    qtbot: QtBot, wizard: ImportWizard, clinic: Clinic, tmp_path: Path
) -> None:
    """F26: a radio button above each reading; nothing goes on before one is chosen."""
    file = tmp_path / "patients.csv"
    rows = "".join(f"P{at},Ann {CANARY},0{at}/04/1950,F\n" for at in range(1, 8))
    file.write_text(HEADER + rows, encoding="utf-8")
    lead(qtbot, wizard, SEEN, file)
    [card] = wizard.seen.questions.open
    assert len(card.question.rows) == 5
    assert wizard._remark.text() == "1 question is open"
    wizard.go_on()
    assert wizard.step == SEEN
    qtbot.keyClick(card.buttons["dmy"], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not wizard.seen.questions.open and wizard.journey.is_seen, timeout=WAIT)
    lead(qtbot, wizard, RESULT)
    born = {clinic.patients.read([each])[0].birth_date for each in clinic.patients.find("")}
    assert {(day.month, day.day) for day in born if day} == {(4, at) for at in range(1, 8)}


def test_a_unit_that_no_heading_names_is_asked_for(
    qtbot: QtBot, wizard: ImportWizard, clinic: Clinic, patients: Path, tmp_path: Path
) -> None:
    visits = tmp_path / "visits.csv"
    visits.write_text(
        "visit_id,patient_id,visit_date,blood_pressure,glucose_level\n"
        "V1,P1,2026-01-05,128/84,7.2\n",
        encoding="utf-8",
    )
    lead(qtbot, wizard, VALUES, patients, visits)
    values = wizard.values
    assert values._current() is not None
    assert values.items.rows[0].header == "glucose_level"
    assert wizard._remark.text() == "1 column has no unit: the values would be left out."
    qtbot.keyClick(values.unit.buttons["mmol/L"], Qt.Key.Key_Space)
    assert wizard._remark.text() == ""
    lead(qtbot, wizard, RESULT)
    patient = clinic.patients.find("P1")[0]
    glucose = next(o for o in clinic.records.latest(patient) if o.original_value == "7.2")
    assert glucose.unit == "mg/dL"
    assert glucose.value == pytest.approx(7.2 * 18.0156, rel=1e-4)


def _at_rule(wizard: ImportWizard, rule: str) -> None:
    rules = [finding.rule for finding in wizard.check.findings.rows]
    wizard.check.table.selectRow(rules.index(rule))


def _type(qtbot: QtBot, table: EditableTable, text: str) -> None:
    """Type into the row that is chosen, as a person does: the first letter begins."""
    table.setFocus()
    qtbot.keyClicks(table, text[:1])
    editor = table.focusWidget()
    qtbot.keyClicks(editor, text[1:])
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: table.state() is table.State.NoState, timeout=WAIT)


def test_a_row_is_mended_in_place_and_checked_again(
    qtbot: QtBot, wizard: ImportWizard, clinic: Clinic, patients: Path
) -> None:
    """F31: what is still wrong stays out, whatever was typed."""
    lead(qtbot, wizard, CHECK, patients)
    _at_rule(wizard, "bad-date")
    _type(qtbot, wizard.check.grid, "tomorrow")
    assert wizard.next.text() == "Check again"
    wizard.go_on()
    arrive(qtbot, wizard, CHECK)
    assert "bad-date" in {finding.rule for finding in wizard.check.findings.rows}
    _at_rule(wizard, "bad-date")
    _type(qtbot, wizard.check.grid, "1970-12-31")
    wizard.go_on()
    arrive(qtbot, wizard, CHECK)
    errors = {f.rule for f in wizard.check.findings.rows if f.severity == "error"}
    assert errors == {"missing-id"}
    lead(qtbot, wizard, RESULT)
    [cid] = clinic.patients.find("P3")
    born = clinic.patients.read([cid])[0].birth_date
    assert born is not None
    assert born.isoformat() == "1970-12-31"


def test_a_fix_is_filled_down_and_undone(
    qtbot: QtBot, wizard: ImportWizard, tmp_path: Path
) -> None:
    file = tmp_path / "patients.csv"
    bad = "".join(f"P{at},Ann {CANARY},30.02.19{50 + at % 2},F\n" for at in range(10, 18))
    file.write_text(HEADER + GOOD + bad, encoding="utf-8")
    lead(qtbot, wizard, CHECK, file)
    _at_rule(wizard, "bad-date")
    check = wizard.check
    _type(qtbot, check.grid, "1950-03-01")
    check.grid.selectRow(0)
    check.fill_same()
    qtbot.waitUntil(lambda: wizard._remark.text() == "4 rows are mended.", timeout=WAIT)
    check.grid.selectAll()
    qtbot.keyClick(
        check.grid,
        Qt.Key.Key_D,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert wizard._remark.text() == "8 rows are mended."
    for left in (4, 1):
        qtbot.keyClick(check.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert sum(map(len, wizard.journey.known.plan.fixes.values())) == left
    qtbot.keyClick(check.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert wizard.journey.known.plan == Plan()
    assert wizard.next.text() == "Next"  # as it was tried
    qtbot.keyClick(check.grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert wizard.next.text() == "Check again"


def test_a_line_that_is_no_row_is_mended_as_a_whole(
    qtbot: QtBot, wizard: ImportWizard, clinic: Clinic, tmp_path: Path
) -> None:
    file = tmp_path / "patients.csv"
    file.write_text(f"{HEADER}{GOOD}P3,Cid {CANARY},more,1970-01-02,M\n", encoding="utf-8")
    lead(qtbot, wizard, CHECK, file)
    _at_rule(wizard, "ragged-row")
    _type(qtbot, wizard.check.grid, f"P3,Cid {CANARY},1970-01-02,M")
    lead(qtbot, wizard, CHECK + 1)
    lead(qtbot, wizard, RESULT)
    assert len(clinic.patients.find("")) == 3


def test_nothing_of_the_files_is_left_when_the_window_forgets(
    qtbot: QtBot, wizard: ImportWizard, patients: Path
) -> None:
    lead(qtbot, wizard, CHECK, patients)
    wizard.forget()
    assert wizard.journey.known == Known()
    assert not any(model.rowCount() for model in wizard.findChildren(RecordTableModel))


def test_many_rejects_are_not_measured_line_by_line(
    qtbot: QtBot, wizard: ImportWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F43: the result stood still for seconds while every row was asked how high it is."""
    asked = []
    hint = TipWhenElided.sizeHint

    def counting(delegate: TipWhenElided, option: Any, index: Any) -> Any:
        asked.append(index.row())
        return hint(delegate, option, index)

    monkeypatch.setattr(TipWhenElided, "sizeHint", counting)
    rejects = [
        Reject("a.csv", n, "patient", "name", "no-name", "None.", "x") for n in range(20_000)
    ]
    counts = {"patient": Counts(20_000, 0, 0, 0, 20_000)}
    wizard.show_report(ImportReport(1, "UTC", counts, rejects, [], []))
    QApplication.processEvents()
    assert wizard.result.rejects.rowCount() == 20_000
    assert len(asked) < 2_000


@pytest.mark.parametrize(
    ("fraction", "took", "words"),
    [
        (0.0, 9.0, ""),
        (0.5, 1.0, ""),
        (0.5, 30.0, "About 30 s left"),
        (0.1, 60.0, "About 9 min left"),
        (0.05, 1000.0, "About 5 h left"),
        (1.0, 30.0, ""),
    ],
)
def test_the_time_left_is_said_when_it_can_be_told(
    fraction: float, took: float, words: str
) -> None:
    assert left_text(fraction, took) == words
