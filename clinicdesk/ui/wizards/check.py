"""What the rules found in a trial: every finding of every row, mended before anything is stored."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QWidget,
)

from clinicdesk.etl.plan import Plan
from clinicdesk.services.import_report import Reject
from clinicdesk.services.progress import Progress
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.editing import EditableTable, EditableTableModel
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card, label, toggle
from clinicdesk.ui.wizards.file_table import counted
from clinicdesk.ui.wizards.fixing import BLANK, Cell, Fixing, FixRow, Mending, row_cells
from clinicdesk.ui.wizards.step import Known, Step
from clinicdesk.ui.wizards.trial import Finding, Trial

_SEVERITIES = (("All", ""), ("Stay out", "error"), ("Come in", "warning"))
_INSTEAD = 3  # the column of the grid that can be typed into


class CheckStep(Step):
    """The findings at the top; below, the rows of the chosen one, and all cells of one row."""

    def __init__(self, theme: Theme, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._trial: Trial | None = None
        self._mending: Mending | None = None
        self._fixing, self._plan = Fixing(), Plan()
        columns = _finding_columns()
        self.findings: RecordTableModel[Finding] = RecordTableModel(columns, self)
        self.table = RecordTable(self.findings, columns, self.tr("What was found"))
        rows = _row_columns(self._row)
        self.rejected: EditableTableModel[Reject] = EditableTableModel(
            rows, _INSTEAD, self._begin_with, self, may=lambda r: self._row(r).is_mendable
        )
        self.grid = EditableTable(self.rejected, rows, self.tr("Rows that stay out"))
        self.grid.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        cells = _cell_columns()
        self.cells: EditableTableModel[Cell] = EditableTableModel(cells, 2, _begin_with_cell, self)
        self.whole = EditableTable(self.cells, cells, self.tr("All cells of the row"))
        self._severities = QButtonGroup(self)
        self._headline, self._message = label("", "heading"), label("")
        self.fill = CommandButton("low", self.tr("Fill down"), theme)
        self.same = CommandButton("copy", self.tr("Wherever it says the same"), theme)
        self.undo = CommandButton("back", self.tr("Undo"), theme)
        self._empty = EmptyState("check", theme)
        self._layers = QStackedLayout(self)
        self._rows_card = Card(margin=1, gap=0)
        self._lay_out()

        self.table.selectionModel().currentRowChanged.connect(self._show_finding)
        self.grid.selectionModel().currentRowChanged.connect(self._show_row)
        self._severities.idClicked.connect(self._filter)
        self.rejected.typed.connect(self._type_in_grid)
        self.cells.typed.connect(self._type_in_row)
        self.grid.emptied.connect(self._empty_cells)
        self.fill.clicked.connect(self.fill_down)
        self.same.clicked.connect(self.fill_same)
        self.undo.clicked.connect(self.undo_fix)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+Z"), self, self.undo_fix, context=within)
        QShortcut(QKeySequence("Ctrl+Y"), self, self.redo_fix, context=within)
        QShortcut(QKeySequence("Ctrl+Shift+D"), self, self.fill_down, context=within)

    @property
    def remark(self) -> str:
        mended = sum(len(rows) for rows in self._plan.fixes.values())
        return counted(mended, "row is", "rows are") + " mended." if mended else ""

    def show_known(self, known: Known) -> None:
        self._plan = known.plan
        if known.trial is not None and known.trial is not self._trial:
            self._show_trial(known)
        if self._mending is not None:
            self._mending.plan = known.plan
            self._renew()

    def take_focus(self) -> bool:
        if not self.findings.rows:
            return False
        self.table.setFocus()
        return True

    @Slot()
    def fill_down(self) -> None:
        """What the first chosen row says instead, the other chosen rows say too."""
        rows = [self._row(reject) for reject in self._chosen()]
        if len(rows) > 1 and rows[0].fix is not None:
            self._mend(rows, rows[0].column, rows[0].fix)

    @Slot()
    def fill_same(self) -> None:
        """What this row says instead counts wherever the column says the same."""
        chosen, finding = self._chosen(), self._finding()
        if not chosen or finding is None or self._mending is None:
            return
        first = self._row(chosen[0])
        if first.fix is None:
            return
        work = partial(_alike, finding.rejects, first, self._mending)
        task = self._runner.start(self, "fill fixes", work)
        task.succeeded.connect(lambda rows: self._mend(rows, first.column, first.fix))

    @Slot()
    def undo_fix(self) -> None:
        self.planned.emit(self._fixing.undo(self._plan))

    @Slot()
    def redo_fix(self) -> None:
        self.planned.emit(self._fixing.redo(self._plan))

    def _show_trial(self, known: Known) -> None:
        trial = self._trial = known.trial
        if trial is None:
            return
        files = known.preview.files if known.preview else []
        self._mending = Mending(trial.report, files)
        self._mending.plan = known.plan
        if not known.plan.fixes:
            self._fixing.begin()
        self._headline.setText(_headline(trial))
        self._empty.say(self.tr("Nothing was found"), self._headline.text())
        self._layers.setCurrentIndex(1 if trial.findings else 0)
        self._filter(self._severities.checkedId())

    @Slot(int)
    def _filter(self, at: int) -> None:
        wanted = _SEVERITIES[at][1]
        found = self._trial.findings if self._trial else []
        self._show([each for each in found if wanted in ("", each.severity)])

    def _show(self, findings: Sequence[Finding]) -> None:
        self.findings.show_rows(findings)
        self.table.selectRow(0)
        if not findings:
            self._show_finding(QModelIndex())

    @Slot(QModelIndex)
    def _show_finding(self, index: QModelIndex) -> None:
        finding = self.findings.rows[index.row()] if index.isValid() else None
        self._message.setText(_words(finding) if finding else "")
        rejects = finding.rejects if finding else []
        self.rejected.show_rows(rejects)
        self._rows_card.setVisible(bool(rejects))
        self.grid.selectRow(0)
        self._show_row(self.grid.currentIndex())

    @Slot(QModelIndex)
    def _show_row(self, index: QModelIndex) -> None:
        valid = index.isValid() and index.row() < len(self.rejected.rows)
        rows = row_cells(self._row(self.rejected.rows[index.row()])) if valid else []
        self.cells.show_rows(rows)

    def _finding(self) -> Finding | None:
        at = self.table.currentIndex().row()
        return self.findings.rows[at] if 0 <= at < len(self.findings.rows) else None

    def _chosen(self) -> list[Reject]:
        """The chosen rows of the grid, from the top."""
        at = sorted(index.row() for index in self.grid.selectionModel().selectedRows())
        return [self.rejected.rows[row] for row in at]

    def _row(self, reject: Reject) -> FixRow:
        return self._mending.row(reject) if self._mending else FixRow(reject, "", {}, {})

    def _begin_with(self, reject: Reject) -> str:
        row = self._row(reject)
        return row.text if row.fix is None else row.fix

    @Slot(int, str)
    def _type_in_grid(self, at: int, text: str) -> None:
        row = self._row(self.rejected.rows[at])
        self._mend([row], row.column, text)
        below = self.rejected.index(min(at + 1, len(self.rejected.rows) - 1), _INSTEAD)
        self.grid.setCurrentIndex(below)

    @Slot(int, str)
    def _type_in_row(self, at: int, text: str) -> None:
        reject = self.rejected.rows[self.grid.currentIndex().row()]
        self._mend([self._row(reject)], self.cells.rows[at].header, text)

    @Slot()
    def _empty_cells(self) -> None:
        for_all = [row for row in map(self._row, self._chosen()) if row.is_mendable]
        if for_all:
            self._mend(for_all, for_all[0].column, "")

    def _mend(self, rows: Iterable[FixRow], header: str, text: str | None) -> None:
        self.planned.emit(self._fixing.step(self._plan, rows, header, text))

    def _renew(self) -> None:
        """Show what was said; whoever is in a row stays there."""
        self.rejected.renew(self.rejected.rows)
        at = self.grid.currentIndex().row()
        if 0 <= at < len(self.rejected.rows):
            self.cells.renew(row_cells(self._row(self.rejected.rows[at])))
        self.undo.setEnabled(self._fixing.can_undo)
        self.changed.emit()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(10, 6, 10, 4)
        top.setSpacing(4)
        top.addWidget(self._headline)
        top.addStretch(1)
        for at, (text, _) in enumerate(_SEVERITIES):
            button = toggle(text)
            button.setChecked(at == 0)
            self._severities.addButton(button, at)
            top.addWidget(button)
        found = Card(margin=1, gap=0)
        found.rows.addLayout(top)
        found.rows.addWidget(self._message)
        found.rows.addWidget(self.table, stretch=1)
        self._message.setWordWrap(True)
        self._message.setContentsMargins(10, 0, 10, 6)
        for table in (self.table, self.grid, self.whole):
            table.setProperty("plain", "true")
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(found)
        split.addWidget(self._rows_card)
        split.setSizes([250, 310])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        self._lay_out_rows()
        self._layers.addWidget(self._empty)
        self._layers.addWidget(split)

    def _lay_out_rows(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(10, 6, 10, 4)
        tools.setSpacing(8)
        tools.addWidget(label(self.tr("Rows that stay out"), "heading"))
        tools.addWidget(label(self.tr("type what is to count instead"), "muted"))
        tools.addStretch(1)
        for each, tip in (
            (self.fill, self.tr("To the other chosen rows (Ctrl+Shift+D)")),
            (self.same, self.tr("To every row of this finding with the same text")),
            (self.undo, self.tr("Ctrl+Z; again: Ctrl+Y")),
        ):
            each.setToolTip(tip)
            tools.addWidget(each)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.grid)
        split.addWidget(self.whole)
        split.setSizes([820, 420])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        self._rows_card.rows.addLayout(tools)
        self._rows_card.rows.addWidget(split, stretch=1)


def _alike(
    rejects: Sequence[Reject], like: FixRow, mending: Mending, progress: Progress
) -> list[FixRow]:
    """The rows whose wrong column says the same."""
    progress.raise_if_cancelled()
    rows = map(mending.row, rejects)
    return [row for row in rows if row.is_mendable and row.text == like.text]


def _begin_with_cell(cell: Cell) -> str:
    return cell.text if cell.fix is None else cell.fix


def _headline(trial: Trial) -> str:
    read = sum(counts.read for counts in trial.report.counts.values())
    if not trial.errors:
        return f"All {counted(read, 'row', 'rows')} can be imported."
    out = counted(trial.errors, "row stays", "rows stay")
    return f"Of {counted(read, 'row', 'rows')}, {out} out."


def _words(finding: Finding) -> str:
    where = f"{finding.file}, {finding.column}" if finding.column else finding.file
    first = "" if finding.rejects else f" (first in row {finding.row:,})"
    return f"{where}: {finding.message}{first}"


def _fate(finding: Finding) -> str:
    return "Stays out" if finding.severity == "error" else "Comes in"


def _fix_text(fix: str | None) -> str:
    return "" if fix is None else fix or BLANK


def _finding_columns() -> list[Column[Finding]]:
    return [
        Column("", _fate, "Stays out", bold=True),
        Column("Rows", lambda f: f"{f.count:,}", "888,888", number=True),
        Column("File", lambda f: f.file, "prescriptions.csv"),
        Column("Column", lambda f: f.column, "blood_pressure"),
        Column("What was found", lambda f: f.message, "m" * 30, stretch=True),
        Column("Rule", lambda f: f.rule, "diastolic-not-below-systolic"),
    ]


def _row_columns(row: Callable[[Reject], FixRow]) -> list[Column[Reject]]:
    return [
        Column("Row", lambda r: f"{r.row:,}", "888,888", number=True),
        Column("Column", lambda r: r.column, "blood_pressure"),
        Column("In the file", lambda r: row(r).text, "12 letters mm"),
        Column("Instead", lambda r: _fix_text(row(r).fix), "12 letters mm", bold=True),
        Column("Why", lambda r: r.message, "This is not a date.", stretch=True),
        Column("Original line", lambda r: r.text.strip(), "m" * 12, stretch=True),
    ]


def _cell_columns() -> list[Column[Cell]]:
    return [
        Column("Column", lambda c: c.header, "blood_pressure", bold=True),
        Column("In the file", lambda c: c.text, "12 letters mm", stretch=True),
        Column("Instead", lambda c: _fix_text(c.fix), "12 letters mm", stretch=True, bold=True),
    ]
