"""Open a restricted record in an emergency: a reason, and what follows from it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from clinicdesk.domain.restriction import SHORTEST_REASON
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.widgets.forms import label

LINES = 66  # px: three lines of text


class BreakGlassDialog(Question):
    """Asks for the reason; the password is asked for afterwards, where it is not fresh."""

    given = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            "Open a restricted record in an emergency?",
            "It opens to you for 60 minutes. Your name, the time and your reason are recorded, "
            "and an administrator reviews every such opening.",
            "Open the record",
            parent,
        )
        self.reason = QPlainTextEdit(tabChangesFocus=True)
        self.reason.setFixedHeight(LINES)
        self.reason.setAccessibleName(self.tr("Reason"))
        caption = label(self.tr("Reason (at least {} characters)").format(SHORTEST_REASON), "label")
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
        self.yes.setEnabled(len(self._typed) >= SHORTEST_REASON)
