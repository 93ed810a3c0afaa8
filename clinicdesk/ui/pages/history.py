"""What the record said before: each change with the old value, the new, who, when and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.change_words import Difference, differences, subject_text
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.history import History
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed; a change of three things has three lines."""

    change: Change
    subject: str = field(repr=False)
    difference: Difference


class HistoryPage(QWidget):
    """A part of the record; it reads when it is looked at, as reading it is written down."""

    failed = Signal(Exception)
    taking_back_wanted = Signal(object)  # Change
    source_wanted = Signal(object)  # Change, of what the file and line are asked for
    details_wanted = Signal()

    def __init__(
        self,
        history: History,
        theme: Theme,
        runner: TaskRunner,
        zone: ZoneInfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._history, self._runner, self._zone = history, runner, zone
        self._patient_id: PatientId | None = None
        self._due = False
        columns = _columns(zone)
        self.model: RecordTableModel[Line] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Changes of the record"))
        self.table.wrap()
        self.details = QPushButton(self.tr("Correct patient details…"))
        self.take_back = QPushButton(self.tr("Take back…"))
        self.source = QPushButton(self.tr("Source…"))
        self.source.setAccessibleName(self.tr("Where does this come from?"))
        self.source.setToolTip(self.tr("Where does what was changed come from?"))
        self._empty = EmptyState("audit", theme)
        self._empty.say(
            self.tr("Nothing was changed."),
            self.tr("When a value is corrected, what it said before is here."),
        )
        self._allowed = False
        self._lay_out()
        self.clear()

        self.take_back.clicked.connect(self._ask_back)
        self.details.clicked.connect(self.details_wanted)
        self.source.clicked.connect(self._ask_source)
        self.table.selectionModel().currentRowChanged.connect(self._judge)
        self.model.modelReset.connect(self._judge)

    def allow_correcting(self, *, details: bool) -> None:
        """Offer to take back what was marked; details: and to correct who the patient is."""
        self._allowed = True
        self.take_back.show()
        self.details.setVisible(details)

    def offer_sources(self) -> None:
        """Offer to say which line of which file something is from."""
        self.source.show()

    @Slot(int)
    def show_patient(self, patient_id: PatientId) -> None:
        """Show this patient, once somebody looks."""
        self._patient_id, self._due = patient_id, True
        self._read()

    @Slot()
    def clear(self) -> None:
        """Show nobody."""
        self._patient_id, self._due = None, False
        self.model.show_rows(())
        self._empty.hide()

    @property
    def chosen(self) -> Change | None:
        """The change of the row that is selected."""
        at = self.table.currentIndex().row()
        return self.model.rows[at].change if 0 <= at < len(self.model.rows) else None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        if self._patient_id is None or not (self._due and self.isVisible()):
            return
        self._due = False
        work = partial(self._history.of_patient, self._patient_id)
        task = self._runner.start(self, "read history", work)
        task.succeeded.connect(partial(self._take, self._patient_id))
        task.failed.connect(self.failed)

    def _take(self, patient_id: PatientId, changes: Sequence[Change]) -> None:
        if patient_id != self._patient_id:
            return
        lines = [
            Line(change, subject_text(change, self._zone), each)
            for change in changes
            for each in differences(change, self._zone)
        ]
        self.model.show_rows(lines)
        self.table.setVisible(bool(lines))
        self._empty.setVisible(not lines)

    @Slot()
    def _judge(self) -> None:
        chosen = self.chosen
        marked = chosen is not None and chosen.marks_in_error and chosen.is_newest
        self.take_back.setEnabled(self._allowed and marked)
        self.source.setEnabled(chosen is not None and chosen.kind is not Recorded.DOCUMENT)

    @Slot()
    def _ask_back(self) -> None:
        self.taking_back_wanted.emit(self.chosen)

    @Slot()
    def _ask_source(self) -> None:
        self.source_wanted.emit(self.chosen)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addStretch(1)
        bar.addWidget(self.source)
        bar.addWidget(self.take_back)
        bar.addWidget(self.details)
        for widget in (self.source, self.take_back, self.details):
            widget.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(bar)
        rows.addWidget(self.table, stretch=1)
        rows.addWidget(self._empty, stretch=1)


def _columns(zone: ZoneInfo) -> list[Column[Line]]:
    return [
        Column("When", lambda each: instant_text(each.change.at, zone), WHEN),
        Column("Who", lambda each: each.change.by, "dr.schwarz"),
        Column("What", _what, "Creatinine, 28-May-2028 00:00", stretch=True, bold=True),
        Column("Was", lambda each: each.difference.before, "888 micromol/L (8.8", stretch=True),
        Column("Is now", lambda each: each.difference.after, "888 micromol/L (8.8", stretch=True),
        Column("Why", lambda each: each.change.reason, "Typed in the wrong", stretch=True),
    ]


def _what(line: Line) -> str:
    return f"{line.subject}: {line.difference.label.lower()}"
