"""Fields with their label above and their trouble below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme


def label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """A text in one of the sheet's roles: title, heading, label, muted, number, error."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    return made


def toggle(text: str) -> QPushButton:
    """A small button that stays down."""
    made = QPushButton(text)
    made.setProperty("kind", "range")
    made.setCheckable(True)
    return made


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and let it look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Card(QFrame):
    """A surface with a hairline around it."""

    def __init__(self, parent: QWidget | None = None, *, margin: int = 16, gap: int = 8) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(margin, margin, margin, margin)
        self.rows.setSpacing(gap)


class Field(QWidget):
    """A labelled line."""

    def __init__(
        self, text: str, parent: QWidget | None = None, *, secret: bool = False, hint: str = ""
    ) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setAccessibleName(text)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        caption = label(text, "label")
        caption.setBuddy(self.line)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(caption)
        rows.addWidget(self.line)
        if hint:
            self.line.setAccessibleDescription(hint)
            note = label(hint, "muted")
            note.setWordWrap(True)
            rows.addWidget(note)

    @property
    def text(self) -> str:
        return self.line.text()

    def mark(self, wrong: bool) -> None:
        restyle(self.line, "wrong", "true" if wrong else "false")


class ErrorLine(QWidget):
    """One error, sign and words; takes no room while there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label("", "error")
        self._text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(
            IconLabel("error", theme, token="critical"), alignment=Qt.AlignmentFlag.AlignTop
        )
        row.addWidget(self._text, stretch=1)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str) -> None:
        """Show the text, or nothing for ""."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
