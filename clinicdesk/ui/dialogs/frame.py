"""The frame of every question: a title, words, fields, an error line, and two buttons."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from clinicdesk.ui.widgets.forms import ErrorLine, button, label

WIDTH = 420  # px


class Question(QDialog):
    """A dialog over its window; Enter answers yes, Escape no.

    Its title names the program alone: titles are read by taskbars and screen recorders.
    """

    def __init__(self, title: str, words: str, verb: str, parent: QWidget) -> None:
        super().__init__(parent.window())
        self.setWindowTitle("ClinicDesk")
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setFixedWidth(WIDTH)
        self._error = ErrorLine()
        self._busy = QProgressBar(maximum=0, textVisible=False)
        keep = self._busy.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._busy.setSizePolicy(keep)
        self._busy.hide()
        self.yes = button(verb, "primary")
        self.no = QPushButton(self.tr("Cancel"))
        self.fields = QVBoxLayout()
        self.fields.setSpacing(12)
        self._lay_out(title, words)

        self.yes.clicked.connect(self.answer)
        self.no.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)

    @property
    def error(self) -> str:
        return self._error.text()

    @Slot()
    def answer(self) -> None:
        """Take the yes."""
        self.accept()

    def complain(self, text: str) -> None:
        """Say what is wrong, and make room for it."""
        self._error.say(text)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def wait(self, waiting: bool) -> None:
        """Show that the answer is being looked at."""
        self._busy.setVisible(waiting)
        self.yes.setEnabled(not waiting)

    def _fit(self) -> None:
        """As high as its lines are at this width: `adjustSize` would ask for another width."""
        self._rows.activate()
        self.setFixedHeight(self._rows.totalHeightForWidth(WIDTH))

    def _lay_out(self, title: str, words: str) -> None:
        text = label(words)
        text.setWordWrap(True)
        self.yes.setDefault(True)
        self.no.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 20, 24, 20)
        rows.setSpacing(12)
        rows.addWidget(label(title, "heading"))
        rows.addWidget(text)
        rows.addLayout(self.fields)
        rows.addWidget(self._error)
        rows.addWidget(self._busy)
        rows.addLayout(buttons)
