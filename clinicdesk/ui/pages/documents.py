"""The documents of a patient: attach, look at, save a copy, take out what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.document import Document
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.document_views import Viewing
from clinicdesk.services.documents import Documents
from clinicdesk.services.editing import Editing
from clinicdesk.services.progress import Progress
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.attach import AttachDialog
from clinicdesk.ui.dialogs.files import ask_files, ask_save_as
from clinicdesk.ui.dialogs.reason import ReasonDialog
from clinicdesk.ui.documents_view import DocumentsView, read_documents
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tasks import Task, TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.document_list import DocumentList
from clinicdesk.ui.widgets.document_viewer import DocumentViewer
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import toggle

FILTERS = "Documents (*.pdf *.png *.jpg *.jpeg *.tif *.tiff *.dcm *.dicom);;All files (*)"


@dataclass(frozen=True)
class DocumentsServices:
    """What the page needs. editing: None for a role that corrects nothing."""

    documents: Documents
    editing: Editing | None
    zone: ZoneInfo
    adds: bool
    saves: bool


class DocumentsPage(QWidget):
    """A part of the record; it reads when it is looked at."""

    failed = Signal(Exception)
    said = Signal(str)
    reading = Signal(bool)  # whether a document takes the room
    shown = Signal()  # the list is on the screen

    def __init__(
        self,
        services: DocumentsServices,
        confirming: Confirming,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._confirming, self._runner = services, confirming, runner
        self._patient_id: PatientId | None = None
        self._due = False
        self._adding: Task | None = None
        self._waiting: list[tuple[PatientId, Path, str]] = []
        self.setAcceptDrops(services.adds)

        self.list = DocumentList(services.zone, theme)
        self.viewer = DocumentViewer(theme, runner, saves=services.saves)
        self.empty = EmptyState("report", theme)
        self.attach = CommandButton("add", self.tr("Attach a file…"), theme)
        self.open = QPushButton(self.tr("Open"))
        self.save = QPushButton(self.tr("Save a copy…"))
        self.wrong = QPushButton(self.tr("Entered in error…"))
        self.back = QPushButton(self.tr("Take back…"))
        self.all = toggle(self.tr("Show those in error"))
        self.busy = QProgressBar(textVisible=False)
        self.stop = QPushButton(self.tr("Stop"))
        self._places = QStackedWidget()
        self._lay_out()
        self._connect()
        self._offer()

    # -- whose --------------------------------------------------------------------------------

    @Slot(int)
    def show_patient(self, patient_id: PatientId) -> None:
        """Show this patient's documents, once somebody looks."""
        if patient_id != self._patient_id:
            self.all.setChecked(False)
        self._patient_id, self._due = patient_id, True
        self._read()

    @Slot()
    def clear(self) -> None:
        """Show nobody."""
        self._patient_id, self._due = None, False
        self._close_viewer()
        self._take(DocumentsView(PatientId(0), (), {}))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    @Slot()
    def read_again(self) -> None:
        self._due = True
        self._read()

    def _read(self) -> None:
        if not self._due or not self.isVisible() or self._patient_id is None:
            return
        self._due = False
        work = partial(
            read_documents,
            self._services.documents,
            self._patient_id,
            with_errors=self.all.isChecked(),
        )
        task = self._runner.start(self, "read documents", work)
        task.succeeded.connect(self._take_read)
        task.failed.connect(self.failed)

    @Slot(object)
    def _take_read(self, view: DocumentsView) -> None:
        if view.patient_id == self._patient_id:
            self._take(view)
            self.shown.emit()

    def _take(self, view: DocumentsView) -> None:
        self.list.show_view(view)
        self.list.setVisible(bool(view.documents))
        self.empty.setVisible(not view.documents)
        self._offer()

    # -- look ---------------------------------------------------------------------------------

    @Slot()
    def open_chosen(self) -> None:
        if self.list.chosen is not None:
            self.open_document(self.list.chosen.id)

    @Slot(int)
    def open_document(self, document_id: int) -> None:
        """Look at a document; the audit says who did."""
        if self._patient_id is None:
            return
        work = blink(self._services.documents.view, self._patient_id, document_id)
        task = self._runner.start(self, "open document", work)
        task.succeeded.connect(partial(self._show_viewing, self._patient_id))
        task.failed.connect(self.failed)

    def _show_viewing(self, patient_id: PatientId, viewing: Viewing) -> None:
        if patient_id != self._patient_id:
            self._runner.start(self, "close document", blink(viewing.close))
            return
        self._places.setCurrentWidget(self.viewer)
        self.reading.emit(True)
        self.viewer.show_viewing(viewing)

    @Slot()
    def close_document(self) -> None:
        """Go back to the list."""
        self._close_viewer()
        self.list.setFocus()

    def _close_viewer(self) -> None:
        self.viewer.clear()
        if self._places.currentWidget() is self.viewer:
            self._places.setCurrentIndex(0)
            self.reading.emit(False)

    # -- attach -------------------------------------------------------------------------------

    @Slot()
    def ask_files(self) -> None:
        ask_files(self, self.tr("Files to attach"), FILTERS, self.take_files)

    def take_files(self, files: Sequence[Path]) -> None:
        """Ask how to call one file; several keep their names."""
        patient_id = self._patient_id
        if patient_id is None or not self._services.adds or not files:
            return
        if len(files) == 1:
            dialog = AttachDialog(files[0], self)
            dialog.titled.connect(partial(self._queue, patient_id, files[0]))
            dialog.open()
        for file in files if len(files) > 1 else ():
            self._queue(patient_id, file, "")

    def _queue(self, patient_id: PatientId, file: Path, title: str) -> None:
        self._waiting.append((patient_id, file, title))
        if self._adding is None:
            self._add_next()

    def _add_next(self) -> None:
        self._adding = None
        if self._waiting:
            patient_id, file, title = self._waiting.pop(0)
            work = partial(_add, self._services.documents, patient_id, file, title)
            task = self._adding = self._runner.start(self, "attach document", work)
            self.busy.setRange(0, 0)
            task.progressed.connect(self._show_progress)
            task.succeeded.connect(self._say_attached)
            task.failed.connect(self.failed)
            task.finished.connect(self._add_next)
        for widget in (self.busy, self.stop):
            widget.setVisible(self._adding is not None)

    @Slot(float, str)
    def _show_progress(self, fraction: float, _message: str) -> None:
        self.busy.setRange(0, 100)
        self.busy.setValue(round(100 * fraction))

    @Slot(object)
    def _say_attached(self, document: Document) -> None:
        self.said.emit(self.tr("“{}” is in the record.").format(document.title))
        self.read_again()

    @Slot()
    def _stop_adding(self) -> None:
        self._waiting.clear()
        if self._adding is not None:
            self._adding.cancel()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self._patient_id is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.take_files(files)

    # -- give out, take out -------------------------------------------------------------------

    @Slot()
    def ask_save(self) -> None:
        if self.list.chosen is not None:
            self.ask_where(self.list.chosen.id)

    @Slot(int)
    def ask_where(self, document_id: int) -> None:
        """Ask where a copy goes, in plain."""
        found = next((each for each in self.list.rows.rows if each.id == document_id), None)
        if found is None or self._patient_id is None:
            return
        name = f"document-{found.id}{Path(found.file_name).suffix}"  # never names a patient
        then = partial(self._save, self._patient_id, document_id)
        ask_save_as(self, self.tr("Save a copy, not encrypted"), name, then)

    def _save(self, patient_id: PatientId, document_id: int, out: Path) -> None:
        work = partial(_save, self._services.documents, patient_id, document_id, out)
        task = self._confirming.start(self, "save document", work)
        task.succeeded.connect(partial(self._say_saved, out))
        task.failed.connect(self.failed)

    def _say_saved(self, out: Path, _document: Document) -> None:
        self.said.emit(self.tr("The copy is in {}. It is not encrypted.").format(out))

    @Slot()
    def ask_wrong(self) -> None:
        self._ask_reason(
            self.tr("Entered in error"),
            self.tr("The document leaves the record. It is kept with its history, and can be")
            + self.tr(" brought back."),
            self.tr("Take it out"),
            lambda editing: editing.mark_in_error,
        )

    @Slot()
    def ask_back(self) -> None:
        self._ask_reason(
            self.tr("Take back"),
            self.tr("The document comes back into the record."),
            self.tr("Bring it back"),
            lambda editing: editing.take_back,
        )

    def _ask_reason(
        self, title: str, words: str, verb: str, change: Callable[[Editing], Callable[..., object]]
    ) -> None:
        document, editing = self.list.chosen, self._services.editing
        if document is None or editing is None or self._patient_id is None:
            return
        dialog = ReasonDialog(title, words, verb, self)
        about = (self._patient_id, Recorded.DOCUMENT, document.id, document.version)
        dialog.given.connect(partial(self._change, partial(change(editing), *about)))
        dialog.open()

    def _change(self, change: Callable[[str], object], reason: str) -> None:
        task = self._runner.start(self, "mark document", blink(change, reason))
        task.succeeded.connect(self.read_again)
        task.failed.connect(self.failed)

    @Slot()
    def _offer(self) -> None:
        """Show what can be done with the chosen document."""
        document, edits = self.list.chosen, self._services.editing is not None
        wrong = document is not None and document.entered_in_error
        there = document is not None
        self.attach.setVisible(self._services.adds)
        self.open.setVisible(there)
        self.save.setVisible(there and self._services.saves)
        self.wrong.setVisible(there and edits and not wrong)
        self.back.setVisible(there and edits and wrong)

    def _connect(self) -> None:
        self.attach.clicked.connect(self.ask_files)
        self.empty.action_wanted.connect(self.ask_files)
        self.open.clicked.connect(self.open_chosen)
        self.save.clicked.connect(self.ask_save)
        self.wrong.clicked.connect(self.ask_wrong)
        self.back.clicked.connect(self.ask_back)
        self.all.toggled.connect(self.read_again)
        self.stop.clicked.connect(self._stop_adding)
        self.list.open_wanted.connect(self.open_document)
        self.list.chosen_changed.connect(self._offer)
        self.viewer.left.connect(self.close_document)
        self.viewer.save_wanted.connect(self.ask_where)

    def _lay_out(self) -> None:
        self.busy.setFixedWidth(160)
        self.busy.hide()
        self.stop.hide()
        kinds = self.tr("PDF, PNG, JPEG, TIFF or DICOM, up to 200 MB.")
        drop = self.tr(" Drop files here, or choose them.") if self._services.adds else ""
        attach = self.tr("Attach a file…") if self._services.adds else ""
        self.empty.say(self.tr("No documents."), kinds + drop, attach)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        for button in (self.attach, self.open, self.save, self.wrong, self.back):
            bar.addWidget(button)
        bar.addStretch(1)
        for widget in (self.busy, self.stop, self.all):
            bar.addWidget(widget)
        listed = QWidget()
        rows = QVBoxLayout(listed)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(bar)
        rows.addWidget(self.list, stretch=1)
        rows.addWidget(self.empty, stretch=1)
        self._places.addWidget(listed)
        self._places.addWidget(self.viewer)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._places)


def _add(
    documents: Documents, patient_id: PatientId, file: Path, title: str, progress: Progress
) -> Document:
    return documents.add(patient_id, file, title, progress)


def _save(
    documents: Documents, patient_id: PatientId, document_id: int, out: Path, progress: Progress
) -> Document:
    return documents.save(patient_id, document_id, out, progress)
