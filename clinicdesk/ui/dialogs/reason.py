"""A question that wants a reason in writing."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.widgets.forms import label

LINES = 66  # px: three lines of text


class ReasonDialog(Question):
    """Takes yes for an answer once the reason is long enough; shortest: its characters."""

    given = Signal(str)

    def __init__(
        self, title: str, words: str, verb: str, parent: QWidget, *, shortest: int = 1
    ) -> None:
        super().__init__(title, words, verb, parent)
        self._shortest = shortest
        self.reason = QPlainTextEdit(tabChangesFocus=True)
        self.reason.setFixedHeight(LINES)
        self.reason.setAccessibleName(self.tr("Reason"))
        least = self.tr("Reason (at least {} characters)").format(shortest)
        caption = label(least if shortest > 1 else self.tr("Reason"), "label")
        caption.setBuddy(self.reason)
        self.fields.setSpacing(4)
        self.fields.addWidget(caption)
        self.fields.addWidget(self.reason)
        self.yes.setEnabled(False)

        self.reason.textChanged.connect(self._judge)
        self.reason.setFocus()

    @Slot()
    def answer(self) -> None:
        if self.yes.isEnabled():
            self.accept()
            self.given.emit(self._typed)

    @property
    def _typed(self) -> str:
        return self.reason.toPlainText().strip()

    @Slot()
    def _judge(self) -> None:
        self.yes.setEnabled(len(self._typed) >= self._shortest)
