"""Third step of an import: how far it is, and the way out."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label


class RunningStep(QWidget):
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar(maximum=1000, textVisible=False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._what = label("", "muted")
        self._cancel = CommandButton("close", self.tr("Cancel"), theme)
        card = Card(margin=24, gap=12)
        card.setFixedWidth(520)
        card.rows.addWidget(label(self.tr("Importing…"), "heading"))
        card.rows.addWidget(self._bar)
        card.rows.addWidget(self._what)
        card.rows.addWidget(label(self.tr("Cancelling leaves the store as it was."), "muted"))
        card.rows.addWidget(self._cancel, alignment=Qt.AlignmentFlag.AlignRight)
        rows = QVBoxLayout(self)
        rows.addStretch(2)
        rows.addWidget(card, alignment=Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(3)

        self._cancel.clicked.connect(self.cancelled)

    @Slot(float, str)
    def show_progress(self, fraction: float, message: str) -> None:
        self._bar.setValue(int(fraction * 1000))
        self._what.setText(message)
