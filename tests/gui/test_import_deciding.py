"""What the wizard asks of a person, page by page, and that the answers count."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.identity import Bin
from clinicdesk.etl.plan import ERASE, NEW
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.wizards.column_choice import TARGET
from clinicdesk.ui.wizards.import_wizard import (
    CHECK,
    COLUMNS,
    COMPARE,
    PEOPLE,
    RESULT,
    SEEN,
    VALUES,
    ImportWizard,
)
from tests.conftest import CANARY
from tests.gui.conftest import WAIT
from tests.gui.importing import arrive, lead

HEADER = "patient_id,name,birth_date,gender,phone\n"
KNOWN = f'P1,"{CANARY}, Ann",1950-03-09,F,0049 30 1\n'


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# -- columns -----------------------------------------------------------------------------------


@pytest.fixture
def unknown(tmp_path: Path) -> Path:
    """A file of no known kind, in Spanish."""
    rows = "".join(f"{n:05};{CANARY};Ana;{n % 28 + 1:02}/02/1960;M\n" for n in range(1, 40))
    return _written(
        tmp_path, "listado.csv", f"historia;apellidos;nombre;fecha_nacimiento;sexo\n{rows}"
    )


def test_suggestions_count_only_after_a_yes(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    unknown: Path,
) -> None:
    """F28: each with its reason; nothing of an unknown file is used before somebody says so."""
    lead(qtbot, wizard, COLUMNS, unknown)
    columns = wizard.columns
    by_header = {shown.column.header: shown for shown in columns.columns.rows}
    assert by_header["fecha_nacimiento"].target == "patient.birth_date"
    assert all(shown.suggestion and shown.suggestion.reason for shown in by_header.values())
    wizard.go_on()
    assert wizard.step == COLUMNS
    assert columns.accept.hasFocus()
    qtbot.keyClick(columns.accept, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: wizard.journey.is_seen, timeout=WAIT)
    wizard.go_on()
    arrive(qtbot, wizard, VALUES)


def test_a_column_is_changed_by_typing_a_part_of_its_name(
    qtbot: QtBot,
    wizard: ImportWizard,
    unknown: Path,
) -> None:
    lead(qtbot, wizard, COLUMNS, unknown)
    columns = wizard.columns
    headers = [shown.column.header for shown in columns.columns.rows]
    columns.table.selectRow(headers.index("apellidos"))
    columns.table.setFocus()
    qtbot.keyClick(columns.table, Qt.Key.Key_Return)
    assert columns.choice.box.line.hasFocus()
    qtbot.keyClicks(columns.choice.box.line, "Patient: city")
    qtbot.keyClick(columns.choice.box.line, Qt.Key.Key_Return)
    said = wizard.journey.known.plan.columns["listado.csv"]
    assert said["apellidos"] == "patient.city"
    assert columns.table.hasFocus()
    assert columns.table.currentIndex().row() == headers.index("apellidos") + 1


def test_the_whole_column_is_profiled_beside_its_choice(
    qtbot: QtBot, wizard: ImportWizard, tmp_path: Path
) -> None:
    """F27, F42: what it holds, and what a spreadsheet spoiled."""
    rows = "".join(f'P{n},"{CANARY}, A",1950-03-09,F,{n:04}\n' for n in range(30))
    odd = f'1.23E+12,"{CANARY}, B",1950-03-09,F,\n'
    lead(qtbot, wizard, COLUMNS, _written(tmp_path, "patients.csv", HEADER + rows + odd))
    columns = wizard.columns
    columns.table.selectRow(0)
    qtbot.waitUntil(lambda: bool(columns.choice._holds.text()), timeout=WAIT)
    words = columns.choice._holds.text()
    assert words.startswith("31 of 31 filled, 31 different")
    assert "1 × The identifier" in words


def test_a_blank_erases_only_where_somebody_says_so(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    """F33."""
    clinic.imports.run([_written(tmp_path, "patients.csv", HEADER + KNOWN)])
    file = _written(tmp_path, "later.csv", HEADER + KNOWN.replace("0049 30 1", ""))
    lead(qtbot, wizard, COMPARE, file)
    assert wizard.compare.lines.rows[0].counts.kept == 1
    for _ in range(COMPARE - COLUMNS):
        wizard.go_back()
    columns = wizard.columns
    headers = [shown.column.header for shown in columns.columns.rows]
    columns.table.selectRow(headers.index("phone"))
    columns.choice.erases.click()
    assert wizard.journey.known.plan.blanks == {"phone": ERASE}
    qtbot.waitUntil(lambda: wizard.journey.is_seen, timeout=WAIT)
    lead(qtbot, wizard, COMPARE)
    assert wizard.compare.lines.rows[0].counts.erased == 1


def test_a_file_that_nobody_understands_is_left_out_and_said(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    patients = _written(tmp_path, "patients.csv", HEADER + KNOWN)
    other = _written(tmp_path, "other.csv", "colour;taste\nred;sweet\n")
    lead(qtbot, wizard, RESULT, patients, other)
    assert len(clinic.patients.find("")) == 1


# -- values ------------------------------------------------------------------------------------


def test_words_nobody_knows_are_explained_all_at_once(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    """F29: with their counts; they keep one from going on, and a number says what they mean."""
    rows = "".join(
        f'P{n},"{CANARY}, Ann",1950-03-09,{word},\n'
        for n, word in enumerate(("F", "M", "lady", "lady", "dame"))
    )
    lead(qtbot, wizard, VALUES, _written(tmp_path, "patients.csv", HEADER + rows))
    word = wizard.values.word
    assert [(w.text, w.count) for w in word.words.rows[:2]] == [("lady", 2), ("dame", 1)]
    wizard.go_on()
    assert wizard.step == VALUES
    assert wizard._remark.text() == "2 words are not understood: choose the meaning."
    word.table.selectRow(0)
    qtbot.keyClick(word.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(word.table, Qt.Key.Key_2)
    assert wizard.journey.known.plan.words == {
        "patient.gender": {"lady": "female", "dame": "female"}
    }
    lead(qtbot, wizard, RESULT)
    genders = [clinic.patients.read([each])[0].gender for each in clinic.patients.find("")]
    assert sorted(genders) == ["female"] * 4 + ["male"]


def test_a_refused_word_keeps_its_rows_out(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    rows = "".join(f'P{n},"{CANARY}, A",1950-03-09,{w},\n' for n, w in enumerate(("F", "zzz")))
    lead(qtbot, wizard, VALUES, _written(tmp_path, "patients.csv", HEADER + rows))
    wizard.values.word.say("reject")
    lead(qtbot, wizard, RESULT)
    assert len(clinic.patients.find("")) == 1
    assert wizard.result._headline.text() == "1 new, 0 changed, 1 rejected"


def test_two_units_in_a_column_are_proposed_with_five_patients(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    """F30: nothing is converted before somebody agreed."""
    patients = "".join(f'P{n},"{CANARY}, A",1950-03-09,F,\n' for n in range(40))
    visits = "visit_id,patient_id,visit_date,glucose_level\n" + "".join(
        f"V{n},P{n % 40},2026-01-{n % 28 + 1:02},{_glucose(n)}\n" for n in range(160)
    )
    files = _written(tmp_path, "patients.csv", HEADER + patients), tmp_path / "visits.csv"
    files[1].write_text(visits, encoding="utf-8")
    lead(qtbot, wizard, VALUES, *files)
    unit = wizard.values.unit
    assert len(unit.proof.rows) == 5
    assert all({u for _, u, _ in proof.results} >= {"mg/dL"} for proof in unit.proof.rows)
    assert wizard.values.lacking
    answer = next(iter(unit.buttons))
    assert "..." in answer
    qtbot.keyClick(unit.buttons[answer], Qt.Key.Key_Space)
    lead(qtbot, wizard, RESULT)
    latest = [clinic.records.latest(each)[0] for each in clinic.patients.find("")]
    assert all(60 < (seen.value or 0) < 160 and seen.unit == "mg/dL" for seen in latest)


def _glucose(n: int) -> str:
    """Every patient has results in both units, around 5.3 mmol/L."""
    value = 4.6 + (n * 7 % 15) / 10
    return f"{value:.1f}" if n // 40 % 2 else f"{value * 18.0156:.0f}"


# -- people ------------------------------------------------------------------------------------


@pytest.fixture
def other_person(clinic: Clinic, tmp_path: Path) -> Path:
    """The number of somebody the store knows, with everything else of somebody else."""
    clinic.imports.run([_written(tmp_path, "patients.csv", HEADER + KNOWN)])
    rows = f'P1,"{CANARY}son, Carl",2001-11-30,M,0049 40 7\nP2,"{CANARY}, Eve",1990-01-02,F,\n'
    return _written(tmp_path, "other.csv", HEADER + rows)


def test_a_contradicted_number_is_shown_with_the_evidence_and_held_back(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    other_person: Path,
) -> None:
    """F41: nobody's record is written over by somebody with the same number."""
    lead(qtbot, wizard, PEOPLE, other_person)
    people = wizard.people
    assert [button.text() for button in people.toggles.values()] == [
        "To decide (1)",
        "Recognised (0)",
        "New (1)",
    ]
    against = {each.trait.value for each in people.card.evidence.rows if each.weight < 0}
    assert {"birth_date", "gender"} <= against
    assert wizard._remark.text() == "1 person is held back until somebody decides."
    lead(qtbot, wizard, RESULT)
    [ann] = clinic.patients.find("P1")
    assert clinic.patients.read([ann])[0].gender == "female"
    assert len(clinic.patients.find("")) == 2


def test_the_decision_about_a_person_counts(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    other_person: Path,
) -> None:
    lead(qtbot, wizard, PEOPLE, other_person)
    button = wizard.people.card.buttons[NEW]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert wizard.people.undecided == []
    assert wizard._remark.text() == ""
    lead(qtbot, wizard, RESULT)
    assert len(clinic.patients.find("")) == 3


def test_recognised_people_say_who_they_are(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    clinic.imports.run([_written(tmp_path, "patients.csv", HEADER + KNOWN)])
    again = _written(tmp_path, "again.csv", HEADER + KNOWN.replace("0049 30 1", "0049 30 2"))
    lead(qtbot, wizard, PEOPLE, again)
    [person] = wizard.people.persons.rows
    assert person.bin is Bin.MATCH
    assert "(P1)" in wizard.people.persons.index(0, 3).data()


# -- compare -----------------------------------------------------------------------------------


def test_what_changes_is_looked_through_before_it_is_imported(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    """F32: old and new of every cell; the button waits for a scroll or a chosen column."""
    rows = "".join(f'P{n},"{CANARY}, Ann",1950-03-09,F,0049 30 {n}\n' for n in range(80))
    clinic.imports.run([_written(tmp_path, "patients.csv", HEADER + rows)])
    later = _written(tmp_path, "later.csv", HEADER + rows.replace("0049", "0043"))
    lead(qtbot, wizard, COMPARE, later)
    compare = wizard.compare
    assert compare.lines.rows[0].counts.changed == 80
    assert (compare.cells.rows[0].before, compare.cells.rows[0].after) == ("0049 30 0", "0043 30 0")
    wizard.go_on()
    assert wizard.step == COMPARE
    assert wizard._remark.text().startswith("Look through what changes")
    qtbot.keyClick(compare.changed_cells, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not compare.lacking, timeout=WAIT)
    lead(qtbot, wizard, RESULT)


def test_changes_are_filtered_by_column(
    qtbot: QtBot,
    wizard: ImportWizard,
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    rows = "".join(f'P{n},"{CANARY}, Ann",1950-03-09,F,0049 30 {n}\n' for n in range(80))
    clinic.imports.run([_written(tmp_path, "patients.csv", HEADER + rows)])
    changed = rows.replace("0049", "0043").replace('Ann",1950', 'Anna",1950')
    lead(qtbot, wizard, COMPARE, _written(tmp_path, "later.csv", HEADER + changed))
    compare = wizard.compare
    names = [line.column for line in compare.lines.rows]
    compare.by_column.selectRow(names.index("Given name"))
    assert {cell.column for cell in compare.cells.rows} == {"Given name"}
    assert len(compare.cells.rows) == 80
    assert compare.lacking == ""


def test_the_answers_survive_going_back(
    qtbot: QtBot,
    wizard: ImportWizard,
    tmp_path: Path,
) -> None:
    rows = "".join(f'P{n},"{CANARY}, A",0{n}/04/1950,F,\n' for n in range(1, 8))
    lead(qtbot, wizard, SEEN, _written(tmp_path, "patients.csv", HEADER + rows))
    [card] = wizard.seen.questions.open
    card.buttons["mdy"].click()
    qtbot.waitUntil(lambda: wizard.journey.is_seen, timeout=WAIT)
    lead(qtbot, wizard, CHECK)
    for _ in range(CHECK - SEEN):
        wizard.go_back()
    arrive(qtbot, wizard, SEEN)
    assert [card.answer for card in wizard.seen.questions.cards.values()] == ["mdy"]


# -- every page --------------------------------------------------------------------------------


def test_every_page_can_be_reached_and_read(
    qtbot: QtBot, wizard: ImportWizard, other_person: Path, tmp_path: Path
) -> None:
    """Each stop of the tab key has a name, each button can be hit, at 1366x768 and narrower."""
    visits = "visit_id,patient_id,visit_date,glucose_level\nV1,P2,2026-01-05,7.2\n,P2,x,1\n"
    files = [other_person, _written(tmp_path, "visits.csv", visits)]
    for size in ((1282, 730), (900, 560)):
        wizard.resize(*size)
        wizard.start_over()
        wizard.preview(files)
        arrive(qtbot, wizard, SEEN)
        for step in range(SEEN, COMPARE + 1):
            QApplication.processEvents()
            assert wizard.width() == size[0]
            assert not [type(s).__name__ for s in stops(wizard) if not name_of(s)], step
            buttons = [stop for stop in stops(wizard) if isinstance(stop, QAbstractButton)]
            assert not [name_of(b) for b in buttons if min(b.width(), b.height()) < TARGET], step
            if step < COMPARE:
                lead(qtbot, wizard, step + 1)


def stops(window: QWidget) -> Iterator[QWidget]:
    """Where the tab key stops."""
    for widget in window.findChildren(QWidget):
        tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None:
            yield widget


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text
