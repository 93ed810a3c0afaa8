"""One patient: banner, latest vitals, overview, results, risk. All parts show the same person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.errors import RestrictedRecord
from clinicdesk.services.records import Records
from clinicdesk.services.reports import Reports
from clinicdesk.services.risk import Risks
from clinicdesk.ui.dialogs.files import ask_save_as
from clinicdesk.ui.icons import CommandButton, IconButton
from clinicdesk.ui.pages.overview import Overview
from clinicdesk.ui.pages.results import ResultsPage
from clinicdesk.ui.pages.risk import RiskPage
from clinicdesk.ui.patient_record import PatientRecord, read_record
from clinicdesk.ui.risk_view import RiskView, read_risks
from clinicdesk.ui.tasks import Task, TaskRunner, Work, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.banner import PatientBanner
from clinicdesk.ui.widgets.closed_record import ClosedRecord
from clinicdesk.ui.widgets.emergency_strip import EmergencyStrip
from clinicdesk.ui.widgets.vitals_strip import VitalsStrip


@dataclass(frozen=True)
class PatientServices:
    """What the page needs of an open clinic."""

    records: Records
    risks: Callable[[], Risks]
    reports: Callable[[], Reports]
    now: Callable[[], datetime]
    zone: ZoneInfo
    summaries: Callable[[Sequence[PatientId]], Sequence[PatientSummary]]
    estimates: bool = True  # whether the role may ask a model

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()


class PatientPage(QWidget):
    """Shows one patient after another; a late answer about the last one is never shown."""

    left = Signal()
    failed = Signal(Exception)
    said = Signal(str)
    loaded = Signal(int)  # PatientId, when the record is on the screen
    assessed = Signal(int)  # PatientId, when the risks are
    restricted_shown = Signal(int)  # PatientId, of a record that is open to few
    refused = Signal(int)  # PatientId, of a record that is not open to this person
    emptied = Signal()  # nobody's record is on the screen

    def __init__(
        self,
        services: PatientServices,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.patient_id: PatientId | None = None
        self._tasks: list[Task] = []

        self.banner = PatientBanner(theme)
        self.emergency = EmergencyStrip(theme)
        self.closed = ClosedRecord(theme)
        self.strip = VitalsStrip(services.zone, theme)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Parts of the record"))
        self._back = IconButton("back", self.tr("Back to the list (Alt+Left)"), theme)
        self._report = CommandButton("report", self.tr("Report as PDF…"), theme)
        self._vitals = CommandButton("add", self.tr("Vital signs…"), theme)
        self._vitals.setToolTip(self.tr("Write down a set of vital signs (Ctrl+M)"))
        self._vitals.hide()
        self.overview = Overview(services.zone, theme)
        self.results = ResultsPage(services.zone, theme)
        self.risk = RiskPage(services.zone, theme)
        self._parts = QStackedWidget()
        self._lay_out()
        self._shortcuts()

        if not services.estimates:
            self.risk.show_scores_alone()
        self.tabs.currentChanged.connect(self._parts.setCurrentIndex)
        self._back.clicked.connect(self.left)
        self._report.clicked.connect(self._ask_report)
        self.risk.save_wanted.connect(self._save_risk)
        self.emergency.over.connect(self.open_again)

    def add_part(self, title: str, part: QWidget) -> int:
        """Offer another part of the record as a tab, reached by Alt and its number; its index."""
        at = self.tabs.addTab(title)
        self._parts.addWidget(part)
        QShortcut(QKeySequence(f"Alt+{at + 1}"), self, partial(self.tabs.setCurrentIndex, at))
        return at

    def offer_vitals(self, ask: Callable[[], object]) -> None:
        """Offer to write down vital signs, to whom that is allowed."""
        self._vitals.clicked.connect(ask)
        QShortcut(QKeySequence("Ctrl+M"), self, ask)
        self._vitals.show()

    @Slot(int)
    def open(self, patient_id: PatientId) -> None:
        """Show this patient; work for the one before is dropped."""
        self._drop_tasks()
        self._show_nobody(patient_id)
        services = self._services
        record = self._start(
            "read record",
            partial(read_record, services.records, patient_id, services.now(), services.today()),
        )
        record.succeeded.connect(self._show_record)
        record.failed.connect(self._take_failure)

    @Slot()
    def close_record(self) -> None:
        """Show nobody."""
        self._drop_tasks()
        self._show_nobody(None)

    def _show_nobody(self, patient_id: PatientId | None) -> None:
        """Take everything off the screen. patient_id: who is to come."""
        self.patient_id = patient_id
        self._body.hide()
        self.closed.clear()
        self.banner.clear()
        self.banner.show()
        self.emergency.clear()
        self.risk.show_nothing(patient_id)
        self.emptied.emit()

    @Slot(Exception)
    def _take_failure(self, error: Exception) -> None:
        if not isinstance(error, RestrictedRecord) or self.patient_id is None:
            self.failed.emit(error)
            return
        self.banner.hide()
        self.closed.show()
        self.closed.button.setFocus()
        self.refused.emit(self.patient_id)
        who = self._start("read summary", blink(self._services.summaries, [self.patient_id]))
        who.succeeded.connect(self._say_whose)
        who.failed.connect(self.failed)

    @Slot(object)
    def _say_whose(self, found: Sequence[PatientSummary]) -> None:
        if found and found[0].id == self.patient_id:
            self.closed.say_whose(found[0], self._services.today())

    @Slot()
    def open_again(self) -> None:
        """Show the record anew: the store decides anew to whom it is open."""
        if self.patient_id is not None:
            self.open(self.patient_id)

    @Slot(object)
    def _show_record(self, record: PatientRecord) -> None:
        if record.patient_id != self.patient_id:
            return
        for part in (self.banner, self.strip, self.overview, self.results):
            part.show_record(record)
        self._body.show()
        self.tabs.setFocus()  # what had the focus was hidden while the record was read
        self.loaded.emit(record.patient_id)
        if record.patient.summary.restricted:
            self.restricted_shown.emit(record.patient_id)
        risks = self._start(
            "read risks",
            partial(
                read_risks,
                self._services.risks(),
                record.patient_id,
                estimating=self._services.estimates,
            ),
        )
        risks.succeeded.connect(self._show_risks)
        risks.failed.connect(self.failed)

    @Slot(object)
    def _show_risks(self, view: RiskView) -> None:
        if view.patient_id == self.patient_id:
            self.risk.show_view(view, self._services.now())
            self.assessed.emit(view.patient_id)

    @Slot()
    def _save_risk(self) -> None:
        if self.patient_id is None:
            return
        work = partial(_save, self._services.risks(), self.patient_id, self.risk.model)
        task = self._runner.start(self, "save risk", work)
        task.succeeded.connect(self._say_saved)
        task.failed.connect(self.failed)

    @Slot()
    def _say_saved(self) -> None:
        self.said.emit(self.tr("The estimate is in the record."))

    @Slot()
    def _ask_report(self) -> None:
        if self.patient_id is None:
            return
        name = f"report-{self._services.today():%Y%m%d}.pdf"  # a file name never names a patient
        then = partial(self._write_report, self.patient_id)
        ask_save_as(self, self.tr("Report as PDF"), name, then)

    def _write_report(self, patient_id: PatientId, out: Path) -> None:
        work = partial(self._services.reports().patient_report, patient_id, out)
        task = self._runner.start(self, "write report", work)
        self._report.setEnabled(False)
        task.succeeded.connect(self._say_report)
        task.failed.connect(self.failed)
        task.finished.connect(self._allow_report)

    @Slot(object)
    def _say_report(self, out: Path) -> None:
        self.said.emit(self.tr("The report is in {}.").format(out))

    @Slot()
    def _allow_report(self) -> None:
        self._report.setEnabled(True)

    def _start(self, name: str, work: Work) -> Task:
        task = self._runner.start(self, name, work)
        self._tasks.append(task)
        task.finished.connect(partial(self._forget, task))
        return task

    def _forget(self, task: Task) -> None:
        if task in self._tasks:
            self._tasks.remove(task)

    def _drop_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    def _shortcuts(self) -> None:
        QShortcut(QKeySequence("Alt+Left"), self, self.left.emit)
        QShortcut(QKeySequence("Ctrl+P"), self, self._ask_report)
        QShortcut(QKeySequence("F1"), self, self._show_card)

    @Slot()
    def _show_card(self) -> None:
        self.tabs.setCurrentIndex(2)
        self.risk.toggle_card()

    def _lay_out(self) -> None:
        for title, part in (
            (self.tr("Overview"), self.overview),
            (self.tr("Results"), self.results),
            (self.tr("Risk") if self._services.estimates else self.tr("Scores"), self.risk),
        ):
            self.add_part(title, part)
        bar = QHBoxLayout()
        bar.addWidget(self._back)
        bar.addWidget(self.tabs, stretch=1)  # its own hint does not know the bold of the chosen one
        bar.addWidget(self._vitals)
        bar.addWidget(self._report)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(12, 8, 12, 8)
        body.setSpacing(8)
        body.addWidget(self.strip)
        body.addLayout(bar)
        body.addWidget(self._parts, stretch=1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.banner)
        rows.addWidget(self.emergency)
        rows.addWidget(self._body, stretch=1)
        rows.addWidget(self.closed, stretch=1)
        rows.addStretch(0)
        self.closed.clear()  # it takes no room before a record is refused


def _save(risks: Risks, patient_id: PatientId, model: str, _progress: object = None) -> None:
    """Keep the estimate of the model that is shown, and the scores beside it."""
    risks.estimate(patient_id, model, save=True)
    risks.keep_scores(patient_id)
