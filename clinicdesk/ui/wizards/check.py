"""What the rules found in a trial: every finding of every row, before anything is stored."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QWidget,
)

from clinicdesk.services.import_report import Reject
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card, label, toggle
from clinicdesk.ui.wizards.file_table import counted
from clinicdesk.ui.wizards.step import Known, Step
from clinicdesk.ui.wizards.trial import Finding, Trial

_SEVERITIES = (("All", ""), ("Stay out", "error"), ("Come in", "warning"))


class CheckStep(Step):
    """The findings at the top, the rows of the chosen one below."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns = _finding_columns()
        self.findings: RecordTableModel[Finding] = RecordTableModel(columns, self)
        self.table = RecordTable(self.findings, columns, self.tr("What was found"))
        self.table.setProperty("plain", "true")
        rows = _row_columns()
        self.rejected: RecordTableModel[Reject] = RecordTableModel(rows, self)
        self.grid = RecordTable(self.rejected, rows, self.tr("Rows that stay out"))
        self.grid.setProperty("plain", "true")
        self._severities = QButtonGroup(self)
        self._headline = label("", "heading")
        self._message = label("")
        self._message.setWordWrap(True)
        self._trial: Trial | None = None
        self._empty = EmptyState("check", theme)
        self._layers = QStackedLayout(self)
        self._lay_out()

        self.table.selectionModel().currentRowChanged.connect(self._show_finding)
        self._severities.idClicked.connect(self._filter)

    def show_known(self, known: Known) -> None:
        if known.trial is self._trial:
            return
        self._trial = known.trial
        if self._trial is not None:
            self._headline.setText(_headline(self._trial))
            self._empty.say(self.tr("Nothing was found"), self._headline.text())
            self._layers.setCurrentIndex(1 if self._trial.findings else 0)
            self._show(self._trial.findings)

    def take_focus(self) -> bool:
        if not self.findings.rows:
            return False
        self.table.setFocus()
        return True

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
        self.rejected.show_rows(finding.rejects if finding else [])
        self.grid.setVisible(bool(finding and finding.rejects))

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
        found.rows.addWidget(self.table, stretch=1)
        rows = Card(margin=1, gap=0)
        self._message.setContentsMargins(10, 6, 10, 6)
        rows.rows.addWidget(self._message)
        rows.rows.addWidget(self.grid, stretch=1)
        rows.rows.addStretch(0)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(found)
        split.addWidget(rows)
        split.setSizes([260, 300])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        self._layers.addWidget(self._empty)
        self._layers.addWidget(split)


def _headline(trial: Trial) -> str:
    read = sum(counts.read for counts in trial.report.counts.values())
    if not trial.errors:
        return f"All {counted(read, 'row', 'rows')} can be imported."
    out = counted(trial.errors, "row stays", "rows stay")
    return f"Of {counted(read, 'row', 'rows')}, {out} out."


def _words(finding: Finding) -> str:
    where = f"{finding.file}, {finding.column}" if finding.column else finding.file
    return f"{where}: {finding.message}"


def _fate(finding: Finding) -> str:
    return "Stays out" if finding.severity == "error" else "Comes in"


def _finding_columns() -> list[Column[Finding]]:
    return [
        Column("", _fate, "Stays out", bold=True),
        Column("Rows", lambda f: f"{f.count:,}", "888,888", number=True),
        Column("File", lambda f: f.file, "prescriptions.csv"),
        Column("Column", lambda f: f.column, "blood_pressure"),
        Column("What was found", lambda f: f.message, "m" * 30, stretch=True),
        Column("Rule", lambda f: f.rule, "discharge-after-death"),
    ]


def _row_columns() -> list[Column[Reject]]:
    return [
        Column("Row", lambda r: f"{r.row:,}", "8,888,888", number=True),
        Column("Why", lambda r: r.message, "This patient is in no file and not in the store."),
        Column("Original line", lambda r: r.text.strip(), "m" * 40, stretch=True),
    ]
