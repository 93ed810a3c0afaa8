"""What the import would change in the store, before it does: counts, and every cell old and new."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.comparison import CellCounts, ChangedCell, Comparison
from clinicdesk.services.import_report import Counts
from clinicdesk.ui.stylesheet import ROW
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label
from clinicdesk.ui.wizards.counts import Line, count_columns, lines_of, table_name
from clinicdesk.ui.wizards.file_table import counted, heading
from clinicdesk.ui.wizards.step import Known, Step

_ALL = "All columns"


@dataclass(frozen=True, slots=True)
class CellLine:
    """The cells of one column of the record; of all columns where `kind` is None."""

    kind: Recorded | None
    column: str
    counts: CellCounts


class CompareStep(Step):
    """Rows of each table at the top; below, cells by column, and those that change.

    What changes must have been looked through, or chosen by column, before one can import (F32).
    """

    verb = "Import"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns = count_columns()
        self.counts: RecordTableModel[Line] = RecordTableModel(columns, self)
        self.table = RecordTable(self.counts, columns, self.tr("Rows of each table"))
        lines = _line_columns()
        self.lines: RecordTableModel[CellLine] = RecordTableModel(lines, self)
        self.by_column = RecordTable(self.lines, lines, self.tr("Cells of each column"))
        cells = _cell_columns()
        self.cells: RecordTableModel[ChangedCell] = RecordTableModel(cells, self)
        self.changed_cells = RecordTable(self.cells, cells, self.tr("What changes"))
        self._headline, self._more = label("", "heading"), label("", "muted")
        self._comparison: Comparison | None = None
        self._remark, self._looked = "", True
        self._counts_card = Card(margin=1, gap=0)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()

        self.by_column.selectionModel().currentRowChanged.connect(self._show_column)
        self.changed_cells.verticalScrollBar().valueChanged.connect(self._note_end)
        self.changed_cells.verticalScrollBar().rangeChanged.connect(self._note_end)

    def show_known(self, known: Known) -> None:
        if known.trial is None:
            return
        report = known.trial.report
        lines = lines_of(report)
        self.counts.show_rows(lines)
        self._counts_card.setFixedHeight(len(lines) * ROW + 104)
        self._headline.setText(_headline([line.counts for line in lines]))
        errors = known.trial.errors
        out = counted(errors, "row stays", "rows stay") + " out; the result keeps them for mending."
        self._remark = out if errors else ""
        if report.comparison is not self._comparison:
            self._show_comparison(report.comparison)

    @property
    def lacking(self) -> str:
        if self._looked:
            return ""
        return self.tr("Look through what changes, or choose a column, before you import.")

    @property
    def remark(self) -> str:
        return self._remark

    def take_focus(self) -> bool:
        if self._looked:
            return False
        self.changed_cells.setFocus()
        return True

    def _show_comparison(self, comparison: Comparison | None) -> None:
        self._comparison = comparison
        cells = comparison.cells if comparison else []
        self._looked = not cells
        every = [CellLine(k, c, n) for (k, c), n in comparison.counts.items()] if comparison else []
        every.sort(key=lambda line: -(line.counts.changed + line.counts.erased))
        total = [CellLine(None, _ALL, comparison.total)] if comparison else []
        self.lines.show_rows([*total, *every])
        self.by_column.selectRow(0)
        self._show_cells(cells)
        more = comparison.more if comparison else 0
        self._more.setText(f"and {more:,} more" if more else "")
        self.changed.emit()

    @Slot(QModelIndex)
    def _show_column(self, index: QModelIndex) -> None:
        if not index.isValid() or self._comparison is None:
            return
        line = self.lines.rows[index.row()]
        cells = self._comparison.cells
        if line.kind is not None:
            cells = [c for c in cells if (c.kind, c.column) == (line.kind, line.column)]
            self._looked = True
            self.changed.emit()
        self._show_cells(cells)

    def _show_cells(self, cells: Sequence[ChangedCell]) -> None:
        self.cells.show_rows(cells)
        if cells:
            self.changed_cells.selectRow(0)

    @Slot()
    def _note_end(self) -> None:
        bar = self.changed_cells.verticalScrollBar()
        if self.isVisible() and not self._looked and bar.value() == bar.maximum():
            self._looked = True
            self.changed.emit()

    def _lay_out(self) -> None:
        for table in (self.table, self.by_column, self.changed_cells):
            table.setProperty("plain", "true")
        top = self._counts_card
        top.rows.addWidget(heading(self.tr("What the store would get")))
        self._headline.setContentsMargins(10, 0, 10, 8)
        top.rows.addWidget(self._headline)
        top.rows.addWidget(self.table, stretch=1)
        columns = Card(margin=1, gap=0)
        columns.rows.addWidget(heading(self.tr("Cells by column")))
        columns.rows.addWidget(self.by_column, stretch=1)
        changes = Card(margin=1, gap=0)
        changes.rows.addWidget(heading(self.tr("What changes")))
        changes.rows.addWidget(self.changed_cells, stretch=1)
        self._more.setContentsMargins(10, 2, 10, 6)
        changes.rows.addWidget(self._more)
        self._split.addWidget(columns)
        self._split.addWidget(changes)
        self._split.setSizes([540, 700])
        self._split.setHandleWidth(8)
        self._split.setChildrenCollapsible(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(top)
        rows.addWidget(self._split, stretch=1)


def _headline(counts: Sequence[Counts]) -> str:
    new, changed = sum(c.inserted for c in counts), sum(c.updated for c in counts)
    if not new and not changed:
        return "Nothing: the store knows all of it."
    return (
        f"{counted(new, 'new row', 'new rows')}, {counted(changed, 'changed row', 'changed rows')}."
    )


def _line_name(line: CellLine) -> str:
    return f"{table_name(line.kind.value)}: {line.column}" if line.kind else line.column


def _line_columns() -> list[Column[CellLine]]:
    return [
        Column("Column", _line_name, "Patients: Telephone", stretch=True, bold=True),
        Column("New", lambda x: f"{x.counts.new:,}", "88,888", number=True),
        Column("Changed", lambda x: f"{x.counts.changed:,}", "8,888", number=True),
        Column("Same", lambda x: f"{x.counts.unchanged:,}", "88,888", number=True),
        Column("Blanks kept", lambda x: f"{x.counts.kept:,}", "8,888", number=True),
        Column("Erased", lambda x: f"{x.counts.erased:,}", "8,888", number=True),
    ]


def _cell_columns() -> list[Column[ChangedCell]]:
    return [
        Column("Patient", lambda c: c.patient or "Restricted", "MÜLLER, Jürgen m", bold=True),
        Column("What", lambda c: c.what, "Glucose"),
        Column("Column", lambda c: c.column, "Date of birth"),
        Column("Now", lambda c: c.before, "0049 30 12345", stretch=True),
        Column("Afterwards", lambda c: c.after, "0049 30 12345", stretch=True, bold=True),
        Column("Row", lambda c: f"{c.row:,}", "88,888", number=True),
        Column("File", lambda c: c.file, "patients.csv"),
    ]
