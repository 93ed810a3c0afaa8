"""The documents of a patient, each with its small picture."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.content_type import CONTENT_TYPES
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.document import Document
from clinicdesk.ui.documents_view import DocumentsView, size_text, warning_text
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tables.thumbnails import SIDE, ThumbnailDelegate
from clinicdesk.ui.theme import Theme

_HASH = 12  # characters shown of the SHA-256; the viewer shows all


class DocumentList(RecordTable):
    """Enter or a double click opens."""

    open_wanted = Signal(int)  # id of the document
    chosen_changed = Signal()

    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        columns = _columns(zone)
        self.rows: RecordTableModel[Document] = RecordTableModel(columns)
        super().__init__(self.rows, columns, self.tr("Documents"), parent)
        self.rows.setParent(self)
        self._pictures = ThumbnailDelegate(theme, self)
        self.setItemDelegateForColumn(0, self._pictures)
        self.verticalHeader().setDefaultSectionSize(SIDE)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.doubleClicked.connect(self._open)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)

    @property
    def chosen(self) -> Document | None:
        """The document the keyboard is on."""
        rows = self.selectionModel().selectedRows()
        return self.rows.rows[rows[0].row()] if rows else None

    def show_view(self, view: DocumentsView) -> None:
        """Show these; the one that was chosen stays so, else the newest is."""
        before = self.chosen
        self._pictures.show_pictures(dict(view.thumbnails), self.devicePixelRatioF())
        self.rows.show_rows(view.documents)
        self._choose(view.documents, before)
        self.chosen_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, documents: Sequence[Document], before: Document | None) -> None:
        if documents:
            ids = [each.id for each in documents]
            self.selectRow(ids.index(before.id) if before and before.id in ids else 0)

    @Slot(QModelIndex)
    def _open(self, _index: QModelIndex) -> None:
        if self.chosen is not None:
            self.open_wanted.emit(self.chosen.id)


def _columns(zone: tzinfo) -> list[Column[Document]]:
    return [
        Column("", lambda _: "", "88888"),
        Column("Title", lambda d: d.title, "Discharge letter of the ward", stretch=True, bold=True),
        Column("Kind", lambda d: CONTENT_TYPES[d.content_type].name, "JPEG image"),
        Column("Pages", lambda d: f"{d.pages:,}" if d.pages else "–", "888", number=True),
        Column("Size", lambda d: size_text(d.size), "888.8 MB", number=True),
        Column("Added", lambda d: instant_text(d.created_at, zone), WHEN),
        Column("By", lambda d: d.added_by, "dr.schwarz"),
        Column("SHA-256", lambda d: d.sha256[:_HASH], "8" * _HASH),
        Column("Note", _note, "Contains JavaScript; never", stretch=True),
    ]


def _note(document: Document) -> str:
    return "Entered in error" if document.entered_in_error else warning_text(document)
