"""Says that a record is open in an emergency only: why, and for how long."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from clinicdesk.domain.restriction import EmergencyAccess
from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label

BEAT = 5_000  # ms


class EmergencyStrip(QFrame):
    """Red, below the banner, as long as the glass is broken."""

    over = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emergency")
        self._ends: datetime | None = None
        self._now: Callable[[], datetime] | None = None
        self.left = label("")
        self.reason = label("")
        self.reason.setWordWrap(True)
        self._timer = QTimer(self, interval=BEAT)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(10)
        row.addWidget(IconLabel("lock", theme, token="emergency_ink", size=18))
        row.addWidget(label(self.tr("Emergency access")))
        row.addWidget(self.left)
        row.addWidget(self.reason, stretch=1)
        self.hide()

        self._timer.timeout.connect(self.count_down)

    def show_access(self, access: EmergencyAccess, now: Callable[[], datetime]) -> None:
        self._ends, self._now = access.expires_at, now
        self.reason.setText(f"Reason: {access.reason}")
        self._timer.start()
        self.show()
        self.count_down()

    def clear(self) -> None:
        """There is no emergency."""
        self._ends = self._now = None
        self._timer.stop()
        for text in (self.left, self.reason):
            text.clear()
        self.setAccessibleName("")
        self.hide()

    @Slot()
    def count_down(self) -> None:
        """Say how much time is left, or that it is over."""
        if self._ends is None or self._now is None:
            return
        rest = self._ends - self._now()
        if rest <= timedelta():
            self.clear()
            self.over.emit()
            return
        minutes = -(-int(rest.total_seconds()) // 60)
        self.left.setText(f"{minutes} min left")
        self.setAccessibleName(f"Emergency access, {self.left.text()}, {self.reason.text()}")
