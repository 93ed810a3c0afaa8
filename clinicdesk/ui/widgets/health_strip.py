"""Says that nothing can be saved at the moment, for as long as that is so."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from clinicdesk.domain.health import Health
from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label

READ_ONLY, DAMAGED = "Read only", "Store damaged"
KEPT = "What you typed stays here; save it again when this line is gone."


class HealthStrip(QFrame):
    """Above every page, and gone when the store can be written."""

    try_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emergency")
        self.state = label("")
        self.words = label("")
        self.words.setWordWrap(True)
        self.try_again = QPushButton(self.tr("Try again"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(10)
        row.addWidget(IconLabel("warning", theme, token="emergency_ink", size=18))
        row.addWidget(self.state)
        row.addWidget(self.words, stretch=1)
        row.addWidget(self.try_again)
        self.hide()

        self.try_again.clicked.connect(self.try_wanted)

    def show_health(self, health: Health) -> None:
        """Show the trouble, or nothing while there is none."""
        self.state.setText(DAMAGED if health.damaged else READ_ONLY)
        self.words.setText(health.words if health.damaged else f"{health.words} {KEPT}")
        self.try_again.setVisible(not health.damaged)
        self.setAccessibleName(f"{self.state.text()}. {self.words.text()}")
        self.setVisible(not health.is_writable)
