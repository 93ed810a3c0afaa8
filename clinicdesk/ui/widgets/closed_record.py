"""What is shown in place of a restricted record that is not open to this person."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from clinicdesk.domain.display import (
    birth_text,
    mrn_text,
    name_text,
)
from clinicdesk.domain.patient import PatientSummary
from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label

DECISION = 560  # px: the card below


class ClosedRecord(QWidget):
    """Says that there is a record, who opens it, and, where the role may, the way of emergency."""

    opening_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.who = label("", "title")
        self.born = label("", "muted")
        self.button = QPushButton(self.tr("Open in an emergency…"))
        self.button.hide()
        middle = Qt.AlignmentFlag.AlignHCenter
        rows = self._rows = QVBoxLayout(self)
        rows.setSpacing(8)
        rows.addStretch(2)
        rows.addWidget(IconLabel("lock", theme, token="muted", size=40), alignment=middle)
        rows.addWidget(self.who, alignment=middle)
        rows.addWidget(self.born, alignment=middle)
        rows.addWidget(label(self.tr("This record is restricted."), "heading"), alignment=middle)
        words = self.tr("Whoever restricted it, or an administrator, can open it to you.")
        rows.addWidget(label(words, "muted"), alignment=middle)
        rows.addWidget(self.button, alignment=middle)
        rows.addStretch(3)

        self.button.clicked.connect(self.opening_wanted)

    def say_whose(self, person: PatientSummary, today: date) -> None:
        """Say whose record it is: nobody opens the wrong one in a hurry."""
        self.who.setText(name_text(person))
        self.born.setText(f"Born {birth_text(person, today)}   ·   ID {mrn_text(person)}")

    def clear(self) -> None:
        """Show nobody's."""
        self.who.clear()
        self.born.clear()
        self.hide()

    def add_decision(self, card: QWidget) -> None:
        """Offer to decide who may open it: the role decides without opening it."""
        card.setFixedWidth(DECISION)
        last = self._rows.count() - 1
        self._rows.insertSpacing(last, 16)
        self._rows.insertWidget(last + 1, card, alignment=Qt.AlignmentFlag.AlignHCenter)

    def allow_opening(self) -> None:
        """Offer the emergency: the role may break the glass."""
        self.button.show()
