"""Who saw a record, and that as a file for whoever asks."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from clinicdesk.domain.audit import Seen, WhoSaw
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import RestrictedRecord
from clinicdesk.services.access_reports import AccessReports
from clinicdesk.services.audit import Audit
from clinicdesk.services.progress import Progress
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.files import ask_save_as
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.widgets.forms import Card, label

Save = Callable[[PatientId, Path, Progress], Path]
NOT_YOURS = "Whoever restricted the record, or an administrator, can look."


class WhoSawCard(Card):
    """Everybody, the latest first; to look is an event of the audit itself."""

    failed = Signal(Exception)
    said = Signal(str)

    def __init__(
        self,
        audit: Audit,
        reports: AccessReports,
        confirming: Confirming,
        runner: TaskRunner,
        *,
        zone: ZoneInfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._audit, self._reports = audit, reports
        self._confirming, self._runner = confirming, runner
        self._patient_id: PatientId | None = None
        self.state = label("", "muted")
        self.state.setWordWrap(True)
        columns = _columns(zone)
        self.model: RecordTableModel[Seen] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Who saw this record"))
        self.pdf = QPushButton(self.tr("Save as PDF…"))
        self.csv = QPushButton(self.tr("Save as CSV…"))
        self._lay_out()
        self.show_patient(None)

        self.pdf.clicked.connect(self.ask_pdf)
        self.csv.clicked.connect(self.ask_csv)

    def show_patient(self, patient_id: PatientId | None) -> None:
        """Ask about this record, or show none."""
        self._patient_id = patient_id
        self._show((), "")
        if patient_id is None:
            return
        task = self._runner.start(self, "read who saw", partial(self._audit.who_saw, patient_id))
        task.succeeded.connect(partial(self._take, patient_id))
        task.failed.connect(self._refuse)

    def _take(self, patient_id: PatientId, found: WhoSaw) -> None:
        if patient_id == self._patient_id:
            self._show(found.people, _count_text(found.people))

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        if isinstance(error, RestrictedRecord):
            self._show((), self.tr(NOT_YOURS))
        else:
            self.failed.emit(error)

    def _show(self, people: Sequence[Seen], state: str) -> None:
        self.state.setText(state)
        self.model.show_rows(people)
        self.table.setVisible(bool(people))
        for button in (self.pdf, self.csv):
            button.setVisible(bool(people))

    @Slot()
    def ask_pdf(self) -> None:
        self._ask_where(
            self.tr("Who saw this record, as PDF"), "who-saw.pdf", self._reports.who_saw_pdf
        )

    @Slot()
    def ask_csv(self) -> None:
        self._ask_where(
            self.tr("Who saw this record, as CSV"), "who-saw.csv", self._reports.who_saw_csv
        )

    def _ask_where(self, title: str, name: str, save: Save) -> None:
        if self._patient_id is not None:
            ask_save_as(self, title, name, partial(self._save, save, self._patient_id))

    def _save(self, save: Save, patient_id: PatientId, out: Path) -> None:
        task = self._confirming.start(self, "save who saw", partial(save, patient_id, out))
        task.succeeded.connect(self._say_saved)
        task.failed.connect(self.failed)

    @Slot(object)
    def _say_saved(self, out: Path) -> None:
        self.said.emit(self.tr("It is in {}. It names colleagues and a patient.").format(out))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.pdf)
        row.addWidget(self.csv)
        row.addStretch(1)
        self.rows.addWidget(label(self.tr("Who saw this record"), "heading"))
        self.rows.addWidget(self.state)
        self.rows.addWidget(self.table, stretch=1)
        self.rows.addLayout(row)
        self.rows.addStretch(0)


def _count_text(people: Sequence[Seen]) -> str:
    times, who = sum(each.times for each in people), len(people)
    events = "1 event" if times == 1 else f"{times:,} events"
    return f"{events} by {'1 person' if who == 1 else f'{who:,} people'}. To look is an event too."


def _columns(zone: ZoneInfo) -> list[Column[Seen]]:
    return [
        Column("Who", lambda s: s.login or "nobody", "dr.schwarz", stretch=True, bold=True),
        Column("Role", lambda s: s.role.capitalize(), "Administrator"),
        Column("Events", lambda s: f"{s.times:,}", "8,888", number=True),
        Column("Last", lambda s: instant_text(s.last, zone), WHEN),
        Column("Note", lambda s: s.note, "in an emergency"),
    ]
