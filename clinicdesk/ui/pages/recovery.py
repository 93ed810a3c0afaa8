"""The recovery key: shown once, and typed back in part to prove that it was written down."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import ErrorLine, Field, label

ASKED = (1, -1)  # the second group and the last


class RecoveryStep(QWidget):
    """Shows the key; `proved` when the asked groups were typed right."""

    proved = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: list[str] = []
        self._key = label("", "key")
        self._key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._key.setWordWrap(True)
        frame = QFrame()
        frame.setProperty("notice", "warning")
        framed = QVBoxLayout(frame)
        framed.setContentsMargins(16, 16, 16, 16)
        framed.addWidget(self._key)
        why = label(
            self.tr(
                "Write it on paper and keep it away from this computer. If every administrator's "
                "password is lost, this key is the only way into the store. It is shown once."
            )
        )
        why.setWordWrap(True)
        self._answers = [
            Field(self.tr("Its second group of letters")),
            Field(self.tr("Its last group of letters")),
        ]
        self._error = ErrorLine()
        self._button = QPushButton(self.tr("I have written it down"))
        self._button.setProperty("kind", "primary")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(label(self.tr("The recovery key"), "title"))
        rows.addWidget(why)
        rows.addWidget(frame)
        for widget in (*self._answers, self._error, self._button):
            rows.addWidget(widget)

        self._button.clicked.connect(self._check)
        self._answers[-1].line.returnPressed.connect(self._check)

    def show_key(self, key: str) -> None:
        self._groups = key.split("-")
        self._key.setText(" ".join(self._groups))
        self._answers[0].line.setFocus()

    def forget(self) -> None:
        self._groups = []
        self._key.clear()
        for answer in self._answers:
            answer.line.clear()

    @Slot()
    def _check(self) -> None:
        wrong = [
            answer
            for answer, at in zip(self._answers, ASKED, strict=True)
            if answer.text.strip().upper() != self._groups[at]
        ]
        for answer in self._answers:
            answer.mark(answer in wrong)
        self._error.say(self.tr("That is not what the key above says.") if wrong else "")
        if not wrong:
            self.proved.emit()
