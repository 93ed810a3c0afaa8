"""Who did what, when, with whose record; for administrators."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from clinicdesk.domain.audit import AuditEvent, AuditFilter, action_text
from clinicdesk.domain.audit import AuditPage as Found
from clinicdesk.domain.display import instant_text
from clinicdesk.services.audit import Audit
from clinicdesk.services.patients import PatientLists
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.ui.cards.audit_check import AuditCheck
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.files import ask_save_as
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import Task, TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.audit_filter import OUTCOME_WORDS, AuditFilterBar, AuditQuestion
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import label

_LONG = 25  # characters of an instant; a digest is known by its beginning


class AuditTrailPage(QWidget):
    """A line of choices, the events found, the newest first, and the check of the whole chain."""

    failed = Signal(Exception)
    said = Signal(str)
    listed = Signal()

    def __init__(
        self,
        audit: Audit,
        patients: PatientLists,
        confirming: Confirming,
        theme: Theme,
        runner: TaskRunner,
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._audit, self._patients = audit, patients
        self._confirming, self._runner = confirming, runner
        self._now, self._zone = now, zone
        self._question: AuditQuestion | None = None
        self._older_than: int | None = None
        self._search: Task | None = None
        columns = _columns(zone)
        self.model: RecordTableModel[AuditEvent] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Events"))
        self.filter = AuditFilterBar()
        self.check = AuditCheck(audit, theme, runner)
        self.verify = CommandButton("review", self.tr("Check the audit"), theme)
        self.save = CommandButton("table", self.tr("Save as CSV…"), theme)
        self.anchor = CommandButton("key", self.tr("Sign an anchor…"), theme)
        self.anchor.setToolTip(self.tr("A signed file that proves later that nothing is missing"))
        self.older = QPushButton(self.tr("Show older"))
        self._count, self.noted = label("", "muted"), label("")
        self.noted.setWordWrap(True)
        self._empty = EmptyState("audit", theme)
        self._lay_out()

        self.table.selectionModel().currentRowChanged.connect(self._show_noted)
        self.filter.wanted.connect(self.search)
        self.older.clicked.connect(self.show_older)
        self.verify.clicked.connect(self.check.start)
        self.save.clicked.connect(self.ask_save)
        self.anchor.clicked.connect(self.ask_anchor)
        self.check.running.connect(self.verify.setDisabled)
        self.check.failed.connect(self.failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        people = self._runner.start(self, "list people", blink(self._audit.people))
        people.succeeded.connect(self.filter.show_people)
        people.failed.connect(self.failed)
        if self._question is None:
            self.search()

    def forget(self) -> None:
        """Show nothing; what was found names people."""
        self._question = None
        self.filter.mrn.clear()
        self._show([], None)

    @Slot()
    def search(self) -> None:
        """Find anew what the line above asks for."""
        self._question = self.filter.question(self._now(), self._zone)
        self._find(None)

    @Slot()
    def show_older(self) -> None:
        """Add the next events of the same search."""
        before, self._older_than = self._older_than, None  # once, however often it is pressed
        if before is not None:
            self._find(before)

    @Slot()
    def ask_save(self) -> None:
        """Save what the line above asks for, all of it."""
        question = self.filter.question(self._now(), self._zone)
        then = partial(self._write, partial(_saved, self._audit, self._patients, question))
        ask_save_as(self, self.tr("The audit as CSV"), "audit.csv", then)

    @Slot()
    def ask_anchor(self) -> None:
        """Sign the audit as it stands, for a place that nobody here can reach."""
        then = partial(self._write, partial(_anchored, self._audit))
        ask_save_as(self, self.tr("A signed anchor of the audit"), "audit-anchor.json", then)

    def _write(self, write: Callable[[Path, Progress], str], out: Path) -> None:
        task = self._confirming.start(self, "write audit", partial(write, out))
        task.succeeded.connect(self._say)
        task.failed.connect(self.failed)

    @Slot(object)
    def _say(self, words: str) -> None:
        self.said.emit(words)

    def _find(self, before: int | None) -> None:
        if self._search is not None:
            self._search.cancel()
        if self._question is None:
            return
        work = partial(_found, self._audit, self._patients, self._question, before)
        task = self._search = self._runner.start(self, "search audit", work)
        task.succeeded.connect(partial(self._take, before))
        task.failed.connect(self.failed)
        task.finished.connect(partial(self._rest, task))

    def _take(self, before: int | None, found: Found) -> None:
        known = [] if before is None else list(self.model.rows)
        at = max(self.table.currentIndex().row(), 0) if known else 0
        self._show([*known, *found.events], found.before)
        if self.model.rows:
            self.table.selectRow(at)
        self.listed.emit()

    def _show(self, events: list[AuditEvent], older_than: int | None) -> None:
        self.model.show_rows(events)
        self._older_than = older_than
        self._layers.setCurrentIndex(0 if events else 1)
        self._empty.say(
            self.tr("No such event."), self.tr("Ask for a longer period, or for more people.")
        )
        self._count.setText(_count_text(len(events), more=older_than is not None))
        self.older.setVisible(older_than is not None)
        self._show_noted()

    @Slot()
    def _show_noted(self) -> None:
        """All that was noted with the chosen event, where the table has room for its beginning."""
        at = self.table.currentIndex().row()
        event = self.model.rows[at] if 0 <= at < len(self.model.rows) else None
        self.noted.setText(detail_text(event.detail) if event else "")
        self.noted.setVisible(bool(self.noted.text()))

    def _rest(self, task: Task) -> None:
        if self._search is task:
            self._search = None

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(label(self.tr("Audit"), "title"))
        top.addStretch(1)
        for button in (self.save, self.anchor, self.verify):
            top.addWidget(button)
        body = QWidget()
        self._layers = QStackedLayout(body)
        self._layers.addWidget(self.table)
        self._layers.addWidget(self._empty)
        foot = QHBoxLayout()
        foot.addWidget(self._count)
        foot.addStretch(1)
        foot.addWidget(self.older)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 8)
        rows.setSpacing(12)
        rows.addLayout(top)
        rows.addWidget(self.check)
        rows.addWidget(self.filter)
        rows.addWidget(body, stretch=1)
        rows.addWidget(self.noted)
        rows.addLayout(foot)
        self.older.hide()


def _found(
    audit: Audit,
    patients: PatientLists,
    question: AuditQuestion,
    before: int | None,
    progress: Progress = SILENT,
) -> Found:
    return audit.search(_wanted(patients, question), progress, before=before)


def _saved(
    audit: Audit, patients: PatientLists, question: AuditQuestion, out: Path, progress: Progress
) -> str:
    audit.export(out, _wanted(patients, question), progress)
    return f"The events are in {out}. The file names colleagues and patients."


def _anchored(audit: Audit, out: Path, progress: Progress) -> str:
    made = audit.anchor(out, progress)
    return f"Event {made.seq:,} is signed in {out}. Keep it away from this computer."


def _wanted(patients: PatientLists, question: AuditQuestion) -> AuditFilter:
    if not question.mrn:
        return question.wanted
    return replace(question.wanted, patient_id=patients.by_mrn(question.mrn).id)


def about_text(event: AuditEvent) -> str:
    """What it was done to: a name where it is known, else its kind and number."""
    return event.object or f"{event.object_type} {event.object_id}".strip().replace("_", " ")


def detail_text(detail: Mapping[str, Any]) -> str:
    """The counts and ids that were noted; a digest by its beginning."""
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in detail.items())


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"({detail_text(value)})"
    if isinstance(value, list):
        return " ".join(map(str, value))
    text = str(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _count_text(count: int, *, more: bool) -> str:
    events = "1 event" if count == 1 else f"{count:,} events"
    return f"The newest {events}; there are older ones." if more else f"{events}."


def _columns(zone: ZoneInfo) -> list[Column[AuditEvent]]:
    return [
        Column("Number", lambda e: f"{e.seq:,}", "888,888", number=True),
        Column("When", lambda e: instant_text(e.at, zone), WHEN),
        Column("Who", lambda e: e.login or "nobody", "dr.schwarzenberger", bold=True),
        Column("What", lambda e: action_text(e.action), "Opened a record in an emergency"),
        Column("About", about_text, "SCHWARZENBERGER, Maria (88888888)", stretch=True),
        Column("Outcome", lambda e: OUTCOME_WORDS.get(e.outcome, e.outcome), "In an emergency"),
        Column("Noted", lambda e: detail_text(e.detail), "role clinician", stretch=True),
    ]
