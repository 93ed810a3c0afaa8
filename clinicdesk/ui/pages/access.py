"""Who may open a record, what lies ready for its patient, and who saw it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.domain.patient import PatientId
from clinicdesk.ui.cards.restriction import RestrictionCard
from clinicdesk.ui.cards.sharing import SharingCard
from clinicdesk.ui.cards.who_saw import WhoSawCard


class AccessPage(QWidget):
    """A part of the record; it reads when it is looked at."""

    failed = Signal(Exception)
    said = Signal(str)
    changed = Signal(int)  # PatientId, of a record that may show itself otherwise now

    def __init__(
        self,
        restriction: RestrictionCard,
        sharing: SharingCard,
        who_saw: WhoSawCard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.restriction, self.sharing, self.who_saw = restriction, sharing, who_saw
        self._cards = (restriction, sharing, who_saw)
        self._patient_id: PatientId | None = None
        self._due = False
        self._lay_out()

        for card in self._cards:
            card.failed.connect(self.failed)
            card.said.connect(self.said)
        restriction.changed.connect(self.changed)

    @Slot(int)
    def show_patient(self, patient_id: PatientId) -> None:
        """Show this patient, once somebody looks."""
        self._patient_id, self._due = patient_id, True
        self._read()

    @Slot()
    def clear(self) -> None:
        """Show nobody: a reason may say as much as the record does."""
        self._patient_id, self._due = None, False
        for card in self._cards:
            card.show_patient(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        if self._due and self.isVisible():
            self._due = False
            for card in self._cards:
                card.show_patient(self._patient_id)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.restriction, stretch=1)
        left.addWidget(self.sharing, stretch=1)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(8)
        columns.addLayout(left, stretch=1)
        columns.addWidget(self.who_saw, stretch=1)
