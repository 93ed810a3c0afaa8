"""Take an import back: first what that would do, then a yes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinicdesk.domain.undone import KeptRow, UndoReport
from clinicdesk.services.progress import Progress
from clinicdesk.services.undoing import Undoing
from clinicdesk.ui.confirming import ConfirmedTask, Confirming
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, button, label
from clinicdesk.ui.wizards.counts import table_name
from clinicdesk.ui.wizards.file_table import counted


class ImportUndoCard(Card):
    """A button that looks; what it found; a button that does it. undoing: None for who may not."""

    undone = Signal(int)
    failed = Signal(Exception)

    def __init__(
        self,
        undoing: Undoing | None,
        confirming: Confirming,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, margin=12, gap=8)
        self._undoing, self._confirming = undoing, confirming
        self._import_id = 0
        self._task: ConfirmedTask | None = None
        self.look = CommandButton("back", self.tr("Undo this import…"), theme)
        self.do = button(self.tr("Undo it"), "primary")
        self.leave = button(self.tr("Leave it as it is"))
        self._found = label("")
        self._found.setWordWrap(True)
        columns = _columns()
        self.kept: RecordTableModel[KeptRow] = RecordTableModel(columns, self)
        self._table = RecordTable(self.kept, columns, self.tr("What would stay"))
        self._table.setProperty("plain", "true")
        self._lay_out()

        self.look.clicked.connect(self.preview)
        self.do.clicked.connect(self.run)
        self.leave.clicked.connect(self._rest)

    def show_import(self, import_id: int, *, done: bool) -> None:
        """Offer to take this import back. done: it was, already."""
        if self._task is not None:
            self._task.cancel()
        self._import_id = import_id
        self.setVisible(self._undoing is not None and not done)
        self._rest()

    @Slot()
    def preview(self) -> None:
        """Say what undoing would do."""
        if self._undoing is not None:
            self._found.setText(self.tr("Looking at what undoing would do…"))
            self._start("look at an undo", self._undoing.preview, self._show_found)

    @Slot()
    def run(self) -> None:
        """Undo it."""
        if self._undoing is not None:
            self._found.setText(self.tr("Undoing…"))
            self._start("undo import", self._undoing.run, self._say_undone)

    def _start(self, name: str, method: Any, then: Any) -> None:
        for each in (self.look, self.do, self.leave):
            each.setEnabled(False)
        work = partial(_do, method, self._import_id)
        task = self._task = self._confirming.start(self, name, work)
        task.succeeded.connect(then)
        task.failed.connect(self._refuse)
        task.finished.connect(partial(self._enable, task))

    def _enable(self, task: ConfirmedTask) -> None:
        if self._task is task:
            self._task = None
            for each in (self.look, self.do, self.leave):
                each.setEnabled(True)
            if not self.do.isVisible() and self.look.isVisible():
                self._found.setText("")

    @Slot(object)
    def _show_found(self, report: UndoReport) -> None:
        self._found.setText(report_text(report))
        self.kept.show_rows(report.rows)
        self._table.setVisible(bool(report.rows))
        self.look.hide()
        self.do.show()
        self.leave.show()
        self.leave.setFocus()

    @Slot(object)
    def _say_undone(self, report: UndoReport) -> None:
        self._rest()
        self.undone.emit(report.import_id)

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self._rest()
        self.failed.emit(error)

    @Slot()
    def _rest(self) -> None:
        """Back to the beginning."""
        self._found.setText("")
        self.kept.show_rows([])
        self._table.hide()
        self.do.hide()
        self.leave.hide()
        self.look.show()
        self.look.setEnabled(True)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for each in (self.look, self.leave, self.do):
            buttons.addWidget(each)
        buttons.addStretch(1)
        self.rows.addWidget(label(self.tr("Take it back"), "heading"))
        self.rows.addWidget(self._found)
        self.rows.addWidget(self._table, stretch=1)
        self.rows.addLayout(buttons)
        self.rows.addStretch(0)


def report_text(report: UndoReport) -> str:
    """What undoing an import does, in sentences."""
    lines = [
        _line("It would remove", report.removed),
        _line("They would say again what they said before", report.restored),
        _line("They would stay, as listed below", report.kept),
        _line("Later imports brought them again, so they stay", report.brought_again),
    ]
    found = [line for line in lines if line]
    return "\n".join(found) or "Nothing of this import is left in the records."


def _line(words: str, counts: Mapping[str, int]) -> str:
    told = [
        counted(n, table_name(t).lower(), table_name(t).lower()) for t, n in counts.items() if n
    ]
    return f"{words}: {', '.join(told)}." if told else ""


def _do(method: Any, import_id: int, progress: Progress) -> object:
    return method(import_id, progress=progress)


def _columns() -> list[Column[KeptRow]]:
    return [
        Column("Patient", lambda r: r.patient or "Restricted", "MÜLLER, Jürgen", bold=True),
        Column("What", lambda r: table_name(r.kind.value), "Observations"),
        Column("Why it stays", lambda r: r.why.words, "a person changed it", stretch=True),
    ]
