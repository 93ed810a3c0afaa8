"""A password that is shown once: read it out, copy it, put it away."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.ui.clipboard import SecretClipboard
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import button, label


class SecretCard(QWidget):
    """The secret in large letters, until it is handed over."""

    put_away = Signal()

    def __init__(
        self, clipboard: SecretClipboard, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._title = label("", "heading")
        self._title.setWordWrap(True)
        self.secret = label("", "key")
        self.secret.setWordWrap(True)
        self.secret.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.secret.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self._words = label("", "muted")
        self._words.setWordWrap(True)
        self._copied = label("", "muted")
        self._copied.setWordWrap(True)
        self._copy = CommandButton("copy", self.tr("Copy"), theme)
        self._done = button(self.tr("It is handed over"), "primary")
        self._lay_out()

        self._copy.clicked.connect(self._copy_it)
        self._done.clicked.connect(self.clear)
        self._done.clicked.connect(self.put_away)

    def show_secret(self, title: str, secret: str, words: str) -> None:
        self._title.setText(title)
        self.secret.setText(secret)
        self._words.setText(words)
        self._copied.clear()
        self._copy.setFocus()

    @Slot()
    def clear(self) -> None:
        """Forget it, here and on the clipboard."""
        self.secret.clear()
        self._clipboard.clear()

    @Slot()
    def _copy_it(self) -> None:
        self._clipboard.copy(self.secret.text())
        self._copied.setText(self.tr("Copied. The clipboard is cleared in 30 seconds."))

    def _lay_out(self) -> None:
        frame = QFrame()
        frame.setObjectName("notice")
        frame.setProperty("notice", "warning")
        framed = QVBoxLayout(frame)
        framed.setContentsMargins(16, 16, 16, 16)
        framed.addWidget(self.secret)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        buttons.addWidget(self._done)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        for widget in (self._title, frame, self._words):
            rows.addWidget(widget)
        rows.addLayout(buttons)
        rows.addWidget(self._copied)
        rows.addStretch(1)
