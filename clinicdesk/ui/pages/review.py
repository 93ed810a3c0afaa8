"""Which restricted records were opened in an emergency, and what an administrator found."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from clinicdesk.domain.display import instant_text, name_text
from clinicdesk.domain.restriction import EmergencyAccess
from clinicdesk.services.emergencies import Emergencies
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card, ErrorLine, button, label, toggle

SIDE, LINES = 340, 88  # px


class ReviewPage(QWidget):
    """The queue on the left, the reason and the sign-off of the chosen access on the right."""

    failed = Signal(Exception)
    said = Signal(str)
    listed = Signal()

    def __init__(
        self,
        emergencies: Emergencies,
        zone: ZoneInfo,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._emergencies, self._zone, self._runner = emergencies, zone, runner
        columns = _columns(zone)
        self.model: RecordTableModel[EmergencyAccess] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Emergency accesses"))
        self.table.wrap()
        self.done = toggle(self.tr("Reviewed"))
        self._empty = EmptyState("review", theme)
        self._who = label("", "heading")
        self._when = label("", "muted")
        self._reason = label("")
        self._found = label("")
        for words in (self._who, self._when, self._reason, self._found):
            words.setWordWrap(True)
        self._caption = label(self.tr("What the review found"), "label")
        self.comment = QPlainTextEdit(tabChangesFocus=True)
        self.comment.setFixedHeight(LINES)
        self.comment.setAccessibleName(self.tr("What the review found"))
        self._caption.setBuddy(self.comment)
        self._error = ErrorLine()
        self.sign = button(self.tr("Sign off"), "primary")
        self._lay_out()

        self.table.selectionModel().currentRowChanged.connect(self._show_chosen)
        self.done.toggled.connect(self.refresh)
        self.sign.clicked.connect(self._sign_off)

    @property
    def chosen(self) -> EmergencyAccess | None:
        at = self.table.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    @Slot()
    def refresh(self) -> None:
        """Read the queue, or what was reviewed."""
        read = self._emergencies.reviewed if self.done.isChecked() else self._emergencies.to_review
        task = self._runner.start(self, "read review queue", blink(read))
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot(object)
    def _show(self, accesses: Sequence[EmergencyAccess]) -> None:
        self.model.show_rows(accesses)
        self._layers.setCurrentIndex(0 if accesses else 1)
        self._panel.setVisible(bool(accesses))
        if self.done.isChecked():
            self._empty.say(self.tr("Nothing was reviewed yet."))
        else:
            self._empty.say(
                self.tr("Nothing to review."),
                self.tr("Every emergency access to a restricted record appears here."),
            )
        if accesses:
            self.table.selectRow(0)
        self._show_chosen()
        self.listed.emit()

    @Slot()
    def _show_chosen(self) -> None:
        access = self.chosen
        self.comment.clear()
        self._error.say("")
        if access is None:
            return
        self._who.setText(name_text(access.patient))
        until = instant_text(access.expires_at, self._zone)
        self._when.setText(
            f"Opened by {access.login}\n{instant_text(access.at, self._zone)} until {until}"
        )
        self._reason.setText(f"Reason: {access.reason}")
        open_still = access.reviewed_at is None
        self._found.setText("" if open_still else _found(access, self._zone))
        self._found.setVisible(not open_still)
        for widget in (self._caption, self.comment, self.sign):
            widget.setVisible(open_still)

    @Slot()
    def _sign_off(self) -> None:
        if self.chosen is None:
            return
        work = blink(self._emergencies.sign_off, self.chosen.id, self.comment.toPlainText())
        self.sign.setEnabled(False)
        task = self._runner.start(self, "sign off", work)
        task.succeeded.connect(self._say_signed)
        task.failed.connect(self._refuse)
        task.finished.connect(self._rest)

    @Slot()
    def _say_signed(self) -> None:
        self.said.emit(self.tr("The access is signed off."))
        self.refresh()

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self._error.say(plain_text(error))
        self.comment.setFocus()

    @Slot()
    def _rest(self) -> None:
        self.sign.setEnabled(True)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(label(self.tr("Emergency accesses"), "title"))
        top.addStretch(1)
        top.addWidget(self.done)
        body = QWidget()
        self._layers = QStackedLayout(body)
        self._layers.addWidget(self.table)
        self._layers.addWidget(self._empty)
        self._panel = Card(margin=16, gap=8)
        self._panel.setFixedWidth(SIDE)
        parts = (self._who, self._when, self._reason, self._found, self._caption, self.comment)
        for widget in (*parts, self._error):
            self._panel.rows.addWidget(widget)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.sign)
        self._panel.rows.addLayout(row)
        self._panel.rows.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(body, stretch=1)
        columns.addWidget(self._panel)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(top)
        rows.addLayout(columns, stretch=1)


def _found(access: EmergencyAccess, zone: ZoneInfo) -> str:
    at = instant_text(access.reviewed_at, zone)
    return f"Reviewed by {access.reviewed_by} on {at}: {access.comment}"


def _columns(zone: ZoneInfo) -> list[Column[EmergencyAccess]]:
    return [
        Column("Opened", lambda a: instant_text(a.at, zone), WHEN),
        Column("By", lambda a: a.login, "dr.schwarzenberger", bold=True),
        Column("Patient", lambda a: name_text(a.patient), "FEATHERSTONEHAUGH, W"),
        Column("Reason", lambda a: a.reason, stretch=True),
    ]
