"""Find a patient."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from clinicdesk.domain.display import (
    birth_text,
    died_text,
    gender_text,
    mrn_text,
    name_text,
)
from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.services.patients import PatientLists
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tables.columns import DAY, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.paged import IdRole, PagedTableModel
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import label

TYPING_PAUSE = 150  # ms
BORN = "28-May-2028 (17y 11m)"  # the widest; an age that was written down is narrower
LONG_NAME = "FEATHERSTONEHAUGH, Wilhelmina"


class PatientListPage(QWidget):
    """Search box, table, count."""

    patient_chosen = Signal(int)  # PatientId
    import_wanted = Signal()
    failed = Signal(Exception)
    listed = Signal(int)  # how many patients are shown

    def __init__(
        self,
        lists: PatientLists,
        today: Callable[[], date],
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lists, self._runner = lists, runner
        self._search: Task | None = None

        columns = (
            Column[PatientSummary](self.tr("Name"), name_text, LONG_NAME, stretch=True, bold=True),
            Column[PatientSummary](self.tr("Born"), lambda p: birth_text(p, today()), BORN),
            Column[PatientSummary](self.tr("Gender"), lambda p: gender_text(p.gender), "Not Known"),
            Column[PatientSummary](self.tr("ID"), mrn_text, "88888888-8888-8888-8888-888888888888"),
            Column[PatientSummary](self.tr("Died"), died_text, DAY),
            Column[PatientSummary](
                self.tr("Record"), lambda p: "Restricted" if p.restricted else "", "Restricted"
            ),
        )
        self._model = PagedTableModel(columns, lists.read, runner, self)
        self._text = QLineEdit(
            placeholderText=self.tr("Search by name, ID or date of birth"), clearButtonEnabled=True
        )
        self._text.setAccessibleName(self.tr("Search patients"))
        self._text.installEventFilter(self)
        self._table = RecordTable(self._model, columns, self.tr("Patients"))
        self._count = label("", "muted")
        self._register = CommandButton("add", self.tr("Register…"), theme)
        self._register.setToolTip(self.tr("Register a patient (Ctrl+N)"))
        self._register.hide()
        self._empty = EmptyState("patients", theme)
        self._pause = QTimer(self, interval=TYPING_PAUSE, singleShot=True)
        self._lay_out()

        self._text.textChanged.connect(self._pause.start)
        self._text.returnPressed.connect(self._choose_current)
        self._pause.timeout.connect(self.refresh)
        self._table.activated.connect(self._choose)
        self._empty.action_wanted.connect(self.import_wanted)
        self._model.failed.connect(self.failed)

    def offer_registering(self, ask: Callable[[], object]) -> None:
        """Offer to register somebody new, to whom that is allowed."""
        self._register.clicked.connect(ask)
        self._register.setShortcut("Ctrl+N")
        self._register.show()

    @property
    def count(self) -> int:
        """How many patients are listed."""
        return self._model.rowCount()

    @Slot()
    def refresh(self) -> None:
        """Search again with what is in the box."""
        if self._search:
            self._search.cancel()
        work = partial(self._lists.find, self._text.text())
        self._search = self._runner.start(self, "find patients", work)
        self._search.succeeded.connect(self._show)
        self._search.failed.connect(self.failed)

    def show_these(self, ids: Sequence[PatientId], words: str) -> None:
        """Show some patients alone, until something is searched for. words: who they are."""
        if self._search:
            self._search.cancel()
        with QSignalBlocker(self._text):
            self._text.clear()
        self._show_some(list(ids))
        self._count.setText(words)

    @Slot()
    def focus_search(self) -> None:
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    @Slot()
    def focus_list(self) -> None:
        self._table.setFocus()

    def forget(self) -> None:
        """Show nobody; what was searched for may be a name."""
        self._text.clear()
        self._pause.stop()
        self._model.show_ids(())

    @Slot(object)
    def _show(self, ids: list[PatientId]) -> None:
        self._show_some(ids)
        searching = bool(self._text.text().strip())
        self._count.setText(_count_text(len(ids), searching))
        if searching:
            self._empty.say(
                self.tr("No patient matches."),
                self.tr("Search looks at the start of each word of a name, an ID or a date."),
            )
        else:
            self._empty.say(
                self.tr("No patients yet."),
                self.tr("Import a file to fill this store."),
                self.tr("Import files…"),
            )
        self.listed.emit(len(ids))

    def _show_some(self, ids: list[PatientId]) -> None:
        self._model.show_ids(ids)
        self._layers.setCurrentIndex(0 if ids else 1)
        if ids:
            self._table.selectRow(0)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.patient_chosen.emit(index.data(IdRole))

    @Slot()
    def _choose_current(self) -> None:
        if not self._pause.isActive() and self._table.currentIndex().isValid():
            self._choose(self._table.currentIndex())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move in the table while the typing goes on in the box."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step:
                row = self._table.currentIndex().row() + step
                self._table.selectRow(max(0, min(row, self._model.rowCount() - 1)))
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(label(self.tr("Patients"), "title"))
        self._text.setMaximumWidth(420)
        top.addWidget(self._text, stretch=1)
        top.addStretch(1)
        top.addWidget(self._count)
        top.addWidget(self._register)
        body = QWidget()
        self._layers = QStackedLayout(body)
        self._layers.addWidget(self._table)
        self._layers.addWidget(self._empty)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(top)
        rows.addWidget(body, stretch=1)


def _count_text(count: int, searching: bool) -> str:
    noun = "patient" if count == 1 else "patients"
    return f"{count:,} {noun} found" if searching else f"{count:,} {noun}"
