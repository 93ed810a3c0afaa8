"""Who may open a record, and what lies ready for its patient."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinicdesk.domain.patient import PatientId
from clinicdesk.ui.cards.restriction import RestrictionCard
from clinicdesk.ui.cards.sharing import SharingCard


class AccessPage(QWidget):
    """A part of the record; it reads when it is looked at."""

    failed = Signal(Exception)
    said = Signal(str)
    changed = Signal(int)  # PatientId, of a record that may show itself otherwise now

    def __init__(
        self, restriction: RestrictionCard, sharing: SharingCard, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.restriction, self.sharing = restriction, sharing
        self._patient_id: PatientId | None = None
        self._due = False
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(8)
        for card in (restriction, sharing):
            columns.addWidget(card, stretch=1)
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
        for card in (self.restriction, self.sharing):
            card.show_patient(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        if self._due and self.isVisible():
            self._due = False
            for card in (self.restriction, self.sharing):
                card.show_patient(self._patient_id)
