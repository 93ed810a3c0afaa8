"""Fields with their label above and their trouble below."""

from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

PLAIN = 0  # Qt.TextFormat.PlainText; naming it loads 1,800 enum members before the first paint


def label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """A text in one of the sheet's roles: title, heading, label, muted, number, error."""
    made = QLabel(text, parent)
    made.setProperty("textFormat", PLAIN)
    made.setProperty("role", role)
    return made


def button(text: str, kind: str = "") -> QPushButton:
    """A button. kind: primary, link, choice or "" for an ordinary one."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
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


def place_in_middle(page: QWidget, widget: QWidget) -> None:
    """Centre a widget of fixed width on a page, a little above the middle."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget)
    row.addStretch(1)
    rows = QVBoxLayout(page)
    rows.addStretch(2)
    rows.addLayout(row)
    rows.addStretch(3)


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


def captioned(text: str, widget: QWidget) -> QWidget:
    """Any widget with its label above, as a `Field` has it."""
    made = QWidget()
    caption = label(text, "label")
    caption.setBuddy(widget)
    widget.setAccessibleName(text)
    rows = QVBoxLayout(made)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(4)
    rows.addWidget(caption)
    rows.addWidget(widget)
    return made


class ErrorLine(QLabel):
    """One error in words, marked at its side; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("textFormat", PLAIN)
        self.setProperty("role", "error")
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str) -> None:
        """Show the text, or nothing for ""."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
