"""Last step of an import: what became of every row."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.services.import_report import ImportReport, Reject, Warned
from clinicdesk.ui.icons import CommandButton, IconLabel
from clinicdesk.ui.stylesheet import ROW
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label
from clinicdesk.ui.widgets.record_list import RecordList
from clinicdesk.ui.wizards.counts import Line, count_columns, lines_of
from clinicdesk.ui.wizards.file_table import heading


class ResultStep(QWidget):
    """Counts that add up, what was noticed, and the rows that were refused, with reasons."""

    again = Signal()
    save_wanted = Signal()
    template_wanted = Signal()
    history_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report: ImportReport | None = None
        self._sign = IconLabel("check", theme, token="good", size=24)
        self._headline = label("", "title")
        self._sub = label("", "muted")
        counts = count_columns()
        self.counts: RecordTableModel[Line] = RecordTableModel(counts, self)
        self._counts = RecordTable(self.counts, counts, self.tr("Rows of each table"))
        self._counts.setProperty("plain", "true")
        self.notes = RecordList[str](
            self.tr("Noticed"), [Column("Note", str, stretch=True)], self.tr("Nothing to mention.")
        )
        rejects = _reject_columns()
        self.rejects: RecordTableModel[Reject] = RecordTableModel(rejects, self)
        self._rejects = RecordTable(self.rejects, rejects, self.tr("Rejected rows"))
        self._rejects.setProperty("plain", "true")  # one line a row: there may be 200,000
        self._accepted = label(self.tr("Every row was accepted."), "muted")
        self._save = CommandButton("table", self.tr("Save rejects as CSV…"), theme)
        self.keep = CommandButton("copy", self.tr("Save as a template…"), theme)
        self._undo = CommandButton("back", self.tr("Undo or look it up…"), theme)
        self._again = CommandButton("import", self.tr("Import more files"), theme, kind="primary")
        self._lay_out()

        self._save.clicked.connect(self.save_wanted)
        self._again.clicked.connect(self.again)
        self._undo.clicked.connect(self._show_history)
        self.keep.clicked.connect(self.template_wanted)

    def show_report(self, report: ImportReport) -> None:
        self.report = report
        lines = lines_of(report)
        self.counts.show_rows(lines)
        self._top.setFixedHeight(max(self._counts.verticalHeader().length(), 5 * ROW) + 38)
        new = sum(line.counts.inserted for line in lines)
        changed = sum(line.counts.updated for line in lines)
        rejected = len(report.rejects)
        self._sign.show_icon(*(("warning", "warning") if rejected else ("check", "good")))
        self._headline.setText(f"{new:,} new, {changed:,} changed, {rejected:,} rejected")
        self._sub.setText(_subtitle(report))
        self.notes.show_rows([*map(_warning, report.warnings), *_skipped(report)])
        self.rejects.show_rows(report.rejects)
        self._rejects.setVisible(bool(rejected))
        self._accepted.setVisible(not rejected)
        self._save.setEnabled(bool(rejected))
        self._again.setFocus()

    @Slot()
    def _show_history(self) -> None:
        if self.report is not None:
            self.history_wanted.emit(self.report.import_id or 0)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._sign)
        head.addWidget(self._headline)
        head.addSpacing(8)
        head.addWidget(self._sub)
        head.addStretch(1)
        head.addWidget(self.keep)
        head.addWidget(self._undo)
        head.addWidget(self._save)
        head.addWidget(self._again)
        counts = Card(margin=1, gap=0)
        counts.rows.addWidget(self._counts)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addLayout(head)
        self._top = QWidget()
        top = QHBoxLayout(self._top)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(8)
        top.addWidget(counts, stretch=56)
        top.addWidget(self.notes, stretch=44)
        rows.addWidget(self._top)
        below = Card(margin=1, gap=0)
        below.rows.addWidget(heading(self.tr("Rejected rows")))
        below.rows.addWidget(self._rejects, stretch=1)
        self._accepted.setContentsMargins(10, 2, 10, 8)
        below.rows.addWidget(self._accepted)
        below.rows.addStretch(0)
        rows.addWidget(below, stretch=1)


def _subtitle(report: ImportReport) -> str:
    files = f"{len(report.files)} file" + ("" if len(report.files) == 1 else "s")
    if report.import_id is None:
        return f"{files} tried; nothing was stored"
    return f"Import {report.import_id}, {files}"


def _warning(found: Warned) -> str:
    where = f"{found.file}, {found.column}" if found.column else found.file
    rows = f"row {found.row}" if found.count == 1 else f"{found.count:,} rows from row {found.row}"
    return f"{where}: {found.message} ({rows})"


def _skipped(report: ImportReport) -> list[str]:
    return [f"{file.name}: {file.why}" for file in report.files if file.why]


def _reject_columns() -> list[Column[Reject]]:
    return [
        Column("File", lambda r: r.file, "prescriptions.csv"),
        Column("Row", lambda r: f"{r.row:,}", "8,888,888", number=True),
        Column("Column", lambda r: r.column, "blood_pressure"),
        Column("Why", lambda r: r.message, "This patient is in no file and not in the store."),
        Column("Original line", lambda r: r.text.strip(), "m" * 40, stretch=True),
    ]
