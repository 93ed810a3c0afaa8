"""What is shown in place of a restricted record that is not open to this person."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label


class ClosedRecord(QWidget):
    """Says that there is a record, who opens it, and, where the role may, the way of emergency."""

    opening_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(self.tr("Open in an emergency…"))
        self.button.hide()
        middle = Qt.AlignmentFlag.AlignHCenter
        rows = QVBoxLayout(self)
        rows.setSpacing(8)
        rows.addStretch(2)
        rows.addWidget(IconLabel("lock", theme, token="muted", size=40), alignment=middle)
        rows.addWidget(label(self.tr("This record is restricted."), "heading"), alignment=middle)
        words = self.tr("Whoever restricted it, or an administrator, can open it to you.")
        rows.addWidget(label(words, "muted"), alignment=middle)
        rows.addWidget(self.button, alignment=middle)
        rows.addStretch(3)

        self.button.clicked.connect(self.opening_wanted)

    def allow_opening(self) -> None:
        """Offer the emergency: the role may break the glass."""
        self.button.show()
