"""Table models keep Qt's rules, and read only the rows that are looked at."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from clinicdesk.domain.display import name_text
from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.errors import StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.progress import Progress
from clinicdesk.ui.stylesheet import ROW
from clinicdesk.ui.tables.columns import AGE, Column
from clinicdesk.ui.tables.look import RecordTable, width_of
from clinicdesk.ui.tables.paged import PAGE, IdRole, PagedTableModel
from clinicdesk.ui.tables.records import RecordTableModel, RowRole
from clinicdesk.ui.tasks import TaskRunner
from tests.conftest import CANARY

COLUMNS = (Column[PatientSummary]("Name", name_text, bold=True, stretch=True),)


def test_a_page_is_read_when_it_is_looked_at(
    qtbot: QtBot,
    qtmodeltester: ModelTester,
    clinic: Clinic,
    ward: list[PatientId],
    runner: TaskRunner,
) -> None:
    owner = QObject()
    model = PagedTableModel(COLUMNS, clinic.patients.read, runner, owner)
    model.show_ids(clinic.patients.find(""))
    assert model.rowCount() == len(ward)
    assert model.index(0, 0).data() == "…"
    with qtbot.waitSignal(model.dataChanged):
        pass
    assert model.index(0, 0).data() == f"{CANARY.upper()}00, Ann"
    assert model.index(0, 0).data(IdRole) == ward[0]
    qtmodeltester.check(model)
    owner.deleteLater()


def test_only_the_pages_in_sight_are_read(qtbot: QtBot, runner: TaskRunner) -> None:
    asked: list[int] = []

    def read(ids: Sequence[int], _progress: Progress) -> list[PatientSummary]:
        asked.append(len(ids))
        return []

    owner = QObject()
    model = PagedTableModel(COLUMNS, read, runner, owner)
    model.show_ids(range(100_000))
    for row in (0, 1, 99_950):
        model.index(row, 0).data()
    with qtbot.waitSignal(runner.idle):
        pass
    assert asked == [PAGE, PAGE]
    owner.deleteLater()


def test_rows_of_the_last_search_are_dropped(qtbot: QtBot, runner: TaskRunner) -> None:
    owner = QObject()
    model = PagedTableModel(COLUMNS, lambda _ids, _progress: [], runner, owner)
    model.show_ids([1, 2, 3])
    model.index(0, 0).data()
    model.show_ids([])
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.waitSignal(runner.idle):
        pass
    owner.deleteLater()


def test_a_page_that_cannot_be_read_is_said(qtbot: QtBot, runner: TaskRunner) -> None:
    def read(_ids: Sequence[int], _progress: Progress) -> list[PatientSummary]:
        raise StoreError("The disk is gone.")

    owner = QObject()
    model = PagedTableModel(COLUMNS, read, runner, owner)
    model.show_ids([1])
    with qtbot.waitSignal(model.failed) as failed:
        model.index(0, 0).data()
    assert str(failed.args[0]) == "The disk is gone."
    owner.deleteLater()


@pytest.mark.parametrize("rows", [[], ["one"], ["one", "two"]])
def test_rows_in_memory(qtmodeltester: ModelTester, rows: list[str]) -> None:
    owner = QObject()
    columns = [Column[str]("Word", str), Column[str]("Size", lambda w: str(len(w)), number=True)]
    model: RecordTableModel[str] = RecordTableModel(columns, owner)
    model.show_rows(rows)
    qtmodeltester.check(model)
    assert model.rowCount() == len(rows)
    assert [model.index(at, 0).data(RowRole) for at in range(len(rows))] == rows
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    assert (
        model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) == right
    )
    owner.deleteLater()


def test_a_column_is_as_wide_as_its_sample(qtbot: QtBot) -> None:
    narrow, wide = Column[str]("A", str), Column[str]("A", str, "28-May-2028 00:00")
    assert width_of(wide) > width_of(narrow) + 80


@pytest.mark.parametrize("age", ["119min", "47hrs", "12w", "23m", "120y", "in the future"])
def test_an_age_is_never_cut(qtbot: QtBot, age: str) -> None:
    assert width_of(Column[str]("Age", str, AGE)) >= width_of(Column[str]("Age", str, age))


def test_a_long_line_goes_on_below_where_a_cut_one_could_do_harm(qtbot: QtBot) -> None:
    columns = [Column[str]("Drug", str, stretch=True)]
    model: RecordTableModel[str] = RecordTableModel(columns)
    table = RecordTable(model, columns, "Drugs")
    table.wrap()
    table.resize(260, 400)
    table.show()
    model.show_rows(["Losartan 50 mg", "Paracetamol 500 mg tablet - 1 g by mouth up to four times"])
    assert table.rowHeight(0) < table.rowHeight(1)
    assert table.rowHeight(0) >= ROW
    table.deleteLater()
