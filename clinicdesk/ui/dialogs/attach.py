"""What the record is to call a file that is attached."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.file_name import LONGEST, clean_name
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.widgets.forms import Field


class AttachDialog(Question):
    """Asks for a title; the file's name is the proposal."""

    titled = Signal(str)

    def __init__(self, file: Path, parent: QWidget) -> None:
        super().__init__(
            self.tr("Attach a document"),
            self.tr("A copy goes into this patient's record, encrypted. The file stays."),
            self.tr("Attach"),
            parent,
        )
        name = clean_name(file.name)
        self.title = Field(self.tr("Title"), hint=self.tr("File: {}").format(name))
        self.title.line.setMaxLength(LONGEST)
        self.title.line.setText(Path(name).stem)
        self.title.line.selectAll()
        self.fields.addWidget(self.title)
        self.title.line.setFocus()

    @Slot()
    def answer(self) -> None:
        self.accept()
        self.titled.emit(self.title.text)
