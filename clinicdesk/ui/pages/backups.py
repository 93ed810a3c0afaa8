"""The backups there are: of when, whether whole, and proving it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.backup import Backup, BackupKind, BackupStatus
from clinicdesk.domain.display import elapsed_text, instant_text
from clinicdesk.services.backup import Backups
from clinicdesk.ui.cards.backup_plan import BackupPlanCard
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import Task, TaskRunner, Work, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.backup_age import age_text
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card, button, label

SIDE = 340  # px
_KINDS = {
    BackupKind.SCHEDULED: "Of the day",
    BackupKind.MANUAL: "By hand",
    BackupKind.BEFORE_MIGRATION: "Before an update",
}


class BackupsPage(QWidget):
    """The list on the left, what is decided and the chosen backup on the right."""

    failed = Signal(Exception)
    said = Signal(str)
    changed = Signal()  # there is another backup, or another plan
    listed = Signal()

    def __init__(
        self,
        backups: Backups,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        theme: Theme,
        runner: TaskRunner,
    ) -> None:
        super().__init__()
        self._backups, self._zone, self._now, self._runner = backups, zone, now, runner
        self._task: Task | None = None
        columns = _columns(zone)
        self.model: RecordTableModel[Backup] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Backups"))
        self.plan = BackupPlanCard(backups, theme, runner)
        self.make = button(self.tr("Back up now"), "primary")
        self.verify = QPushButton(self.tr("Look through it again"))
        self.rehearse = QPushButton(self.tr("Rehearse a restore"))
        self.stop = QPushButton(self.tr("Stop"))
        self._state = label("", "heading")
        self._facts, self._where = label(""), label("", "muted")
        for words in (self._state, self._facts, self._where):
            words.setWordWrap(True)
        self._doing = label("", "muted")
        self._progress = QProgressBar(maximum=100, textVisible=False)
        self._empty = EmptyState("backup", theme)
        self._list = QStackedWidget()
        self._waiting = QWidget()
        self._chosen_card = Card(margin=16, gap=10)
        self._lay_out()
        self._wait("")

        self.table.selectionModel().currentRowChanged.connect(self._show_chosen)
        self.make.clicked.connect(self.make_now)
        self.verify.clicked.connect(self.verify_chosen)
        self.rehearse.clicked.connect(self.rehearse_chosen)
        self.stop.clicked.connect(self._stop)
        self.plan.changed.connect(self.refresh)
        self.plan.changed.connect(self.changed)
        self.plan.failed.connect(self.failed)
        self.plan.said.connect(self.said)

    @property
    def chosen(self) -> Backup | None:
        """The backup of the row that is selected."""
        at = self.table.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    @Slot()
    def refresh(self) -> None:
        """Read the list and the plan anew."""
        for name, work, show in (
            ("list backups", blink(self._backups.every), self._show),
            ("read backups", blink(self._backups.status), self._show_status),
        ):
            task = self._runner.start(self, name, work)
            task.succeeded.connect(show)
            task.failed.connect(self.failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot()
    def make_now(self) -> None:
        """Make a backup, now."""
        self._run(self.tr("Making a backup"), self._backups.make_now, self._say_made)

    @Slot()
    def verify_chosen(self) -> None:
        """Look through the chosen backup where it lies."""
        if self.chosen is not None:
            work = partial(self._backups.verify, self.chosen.id)
            self._run(self.tr("Looking through the backup"), work, self._say_whole)

    @Slot()
    def rehearse_chosen(self) -> None:
        """Make a store of the chosen backup, and throw it away."""
        if self.chosen is not None:
            work = partial(self._backups.rehearse, self.chosen.id)
            self._run(self.tr("Rehearsing a restore"), work, self._say_rehearsed)

    @Slot()
    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self, doing: str, work: Work, then: Callable[[Backup], None]) -> None:
        self._wait(doing)
        self._task = self._runner.start(self, "back up", work)
        self._task.progressed.connect(self._show_progress)
        self._task.succeeded.connect(then)
        self._task.failed.connect(self.failed)
        self._task.finished.connect(self._rest)

    @Slot()
    def _rest(self) -> None:
        self._task = None
        self._wait("")
        self.refresh()
        self.changed.emit()

    @Slot(object)
    def _say_made(self, made: Backup) -> None:
        patients = made.rows.get("patient", 0)
        self.said.emit(
            self.tr("The backup is made and whole, with {:,} patients.").format(patients)
        )

    @Slot(object)
    def _say_whole(self, _backup: Backup) -> None:
        self.said.emit(self.tr("The backup is whole: every file, page, reference and count."))

    @Slot(object)
    def _say_rehearsed(self, _backup: Backup) -> None:
        self.said.emit(self.tr("A store was made of the backup and looked through."))

    @Slot(float, str)
    def _show_progress(self, fraction: float, message: str) -> None:
        self._progress.setValue(round(100 * fraction))
        self._doing.setText(message)

    @Slot(object)
    def _show(self, known: Sequence[Backup]) -> None:
        chosen = self.chosen
        self.model.show_rows(known)
        ids = [each.id for each in known]
        self.table.selectRow(ids.index(chosen.id) if chosen and chosen.id in ids else 0)
        self._list.setCurrentIndex(0 if known else 1)
        self._show_chosen()
        self.listed.emit()

    @Slot(object)
    def _show_status(self, status: BackupStatus) -> None:
        self._state.setText(f"{age_text(status, self._now())}.")
        self.plan.show_status(status)

    @Slot()
    def _show_chosen(self) -> None:
        backup = self.chosen
        self._chosen_card.setVisible(backup is not None)
        if backup is not None:
            self._facts.setText(_facts(backup, self._zone, self._now()))
            self._where.setText(backup.folder)

    def _wait(self, doing: str) -> None:
        self._doing.setText(doing)
        self._progress.setValue(0)
        self._waiting.setVisible(bool(doing))
        for widget in (self.make, self.verify, self.rehearse, self.plan):
            widget.setEnabled(not doing)

    def _lay_out(self) -> None:
        self._empty.say(
            self.tr("There is no backup yet"),
            self.tr("One is made when ClinicDesk is locked or closed, or by “Back up now”."),
        )
        top = QHBoxLayout()
        top.addWidget(label(self.tr("Backups"), "title"))
        top.addStretch(1)
        top.addWidget(self.make)
        for page in (self.table, self._empty):
            self._list.addWidget(page)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._list, stretch=1)
        columns.addWidget(self._side())
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(top)
        rows.addWidget(self._state)
        rows.addLayout(columns, stretch=1)

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = self._chosen_card.rows
        card.addWidget(label(self.tr("The chosen backup"), "heading"))
        for words in (self._facts, self._where):
            card.addWidget(words)
        for each in (self.verify, self.rehearse):
            card.addWidget(each)
        waiting = QVBoxLayout(self._waiting)
        waiting.setContentsMargins(0, 0, 0, 0)
        for widget in (self._doing, self._progress, self.stop):
            waiting.addWidget(widget)
        for part in (self.plan, self._chosen_card, self._waiting):
            column.addWidget(part)
        column.addStretch(1)
        return side


def _facts(backup: Backup, zone: ZoneInfo, now: datetime) -> str:
    whole = instant_text(backup.verified_at, zone) if backup.verified_at else "damaged"
    tried = instant_text(backup.rehearsed_at, zone) if backup.rehearsed_at else "not yet"
    lines = (
        f"Made {elapsed_text(backup.made_at, now)} ago, with"
        f" {backup.rows.get('patient', 0):,} patients and {sum(backup.rows.values()):,} rows.",
        f"Found whole: {whole}.",
        f"Restore rehearsed: {tried}.",
        "" if backup.is_there else "Its disk is not connected.",
    )
    return "\n".join(line for line in lines if line)


def _state(backup: Backup, zone: ZoneInfo) -> str:
    if not backup.is_there:
        return "Not connected"
    return instant_text(backup.verified_at, zone) if backup.verified_at else "DAMAGED"


def _columns(zone: ZoneInfo) -> list[Column[Backup]]:
    return [
        Column("Made", lambda b: instant_text(b.made_at, zone), WHEN, bold=True),
        Column("Kind", lambda b: _KINDS[b.kind], "Before an update", stretch=True),
        Column("Found whole", lambda b: _state(b, zone), WHEN),
        Column(
            "Rehearsed",
            lambda b: instant_text(b.rehearsed_at, zone) if b.rehearsed_at else "Not yet",
            WHEN,
        ),
        Column("Patients", lambda b: f"{b.rows.get('patient', 0):,}", "1,000,000", number=True),
        Column("Size", lambda b: f"{b.size / 1e6:,.1f} MB", "10,000.0 MB", number=True),
    ]
