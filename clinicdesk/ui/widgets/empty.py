"""What a place says while it has nothing to show."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label


class EmptyState(QWidget):
    """A sign, what is so, what one can do about it."""

    action_wanted = Signal()

    def __init__(self, icon: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = label("", "heading")
        self._hint = label("", "muted")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._action = QPushButton()
        self._action.hide()
        rows = QVBoxLayout(self)
        rows.setSpacing(8)
        rows.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        rows.addWidget(IconLabel(icon, theme, token="muted", size=40), alignment=middle)
        rows.addWidget(self._what, alignment=middle)
        rows.addWidget(self._hint)
        rows.addWidget(self._action, alignment=middle)
        rows.addStretch(3)

        self._action.clicked.connect(self.action_wanted)

    def say(self, what: str, hint: str = "", action: str = "") -> None:
        self._what.setText(what)
        self._hint.setText(hint)
        self._action.setText(action)
        self._action.setVisible(bool(action))
