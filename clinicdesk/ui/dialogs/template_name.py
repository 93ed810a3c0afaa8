"""Keep what was said of a file for the next files like it: under which name."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.widgets.forms import Field, captioned


class TemplateDialog(Question):
    """Asks for a name, and for the file where there are several."""

    named = Signal(str, str)  # name, file

    def __init__(self, files: Sequence[str], parent: QWidget) -> None:
        super().__init__(
            "Save as a template",
            "What you said of columns, units, words, dates and numbers is kept for the next file"
            " with these columns. No row of the file and no name of a patient is kept.",
            "Save",
            parent,
        )
        self.name = Field(self.tr("Name of the template"))
        self.file = QComboBox()
        self.file.addItems(list(files))
        self.fields.addWidget(self.name)
        if len(files) > 1:
            self.fields.addWidget(captioned(self.tr("File"), self.file))
        self.name.line.setFocus()

    @Slot()
    def answer(self) -> None:
        if not self.name.text.strip():
            self.name.mark(True)
            self.complain(self.tr("Give the template a name."))
            return
        self.accept()
        self.named.emit(self.name.text.strip(), self.file.currentText())
