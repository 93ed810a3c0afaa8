"""First step of an import: which files."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from clinicdesk.ui.dialogs.files import ask_files
from clinicdesk.ui.icons import CommandButton, IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import ErrorLine, button, label, place_in_middle, restyle

FILTERS = "Tables (*.csv *.tsv *.txt *.zip *.gz *.xz *.xlsx *.json *.ndjson *.hl7);;All files (*)"


class ChooseStep(QFrame):
    """A place to drop files on, and a button for those who do not drag."""

    chosen = Signal(list)  # of Path
    history_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drop")
        self.setAcceptDrops(True)
        self._button = CommandButton("folder", self.tr("Choose files…"), theme, kind="primary")
        self._earlier = button(self.tr("Earlier imports"), "link")
        self._error = ErrorLine()
        what = label(
            self.tr(
                "CSV files or a zip of them, workbooks, FHIR and HL7 files. What each file is, is "
                "read from its headings and its cells; nothing is stored before you have seen it."
            ),
            "muted",
        )
        what.setWordWrap(True)
        what.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QWidget()
        column.setFixedWidth(480)
        middle = Qt.AlignmentFlag.AlignHCenter
        rows = QVBoxLayout(column)
        rows.setSpacing(12)
        rows.addWidget(IconLabel("import", theme, token="muted", size=40), alignment=middle)
        rows.addWidget(label(self.tr("Drop files here"), "heading"), alignment=middle)
        rows.addWidget(what)
        rows.addWidget(self._button, alignment=middle)
        rows.addWidget(self._error)
        rows.addWidget(self._earlier, alignment=middle)
        place_in_middle(self, column)

        self._button.clicked.connect(self._ask)
        self._earlier.clicked.connect(partial(self.history_wanted.emit, 0))

    def say(self, error: str) -> None:
        self._error.say(error)

    def take_focus(self) -> None:
        self._button.setFocus()

    @Slot()
    def _ask(self) -> None:
        ask_files(self, self.tr("Files to import"), FILTERS, self.chosen.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            restyle(self, "hover", "true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self, "hover", "false")
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, "hover", "false")
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.chosen.emit(files)
