"""How far a piece of work is, how long it may still take, and the way out."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label

_SOON, _LITTLE = 2.0, 0.02  # seconds and share after which a guess at the rest is worth saying


class RunningStep(QWidget):
    cancelled = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._clock, self._began = clock, 0.0
        self._bar = QProgressBar(maximum=1000, textVisible=False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._doing = label("", "heading")
        self._what = label("", "muted")
        self._left = label("", "muted")
        self._cancel = CommandButton("close", self.tr("Cancel"), theme)
        card = Card(margin=24, gap=12)
        card.setFixedWidth(520)
        for part in (self._doing, self._bar, self._what, self._left):
            card.rows.addWidget(part)
        card.rows.addWidget(label(self.tr("Cancelling leaves the store as it was."), "muted"))
        card.rows.addWidget(self._cancel, alignment=Qt.AlignmentFlag.AlignRight)
        rows = QVBoxLayout(self)
        rows.addStretch(2)
        rows.addWidget(card, alignment=Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(3)

        self._cancel.clicked.connect(self.cancelled)

    def begin(self, doing: str) -> None:
        """Start at nothing, now."""
        self._began = self._clock()
        self._doing.setText(f"{doing}…")
        self.show_progress(0.0, "")
        self._cancel.setFocus()

    @Slot(float, str)
    def show_progress(self, fraction: float, message: str) -> None:
        self._bar.setValue(int(fraction * 1000))
        self._what.setText(message)
        self._left.setText(left_text(fraction, self._clock() - self._began))


def left_text(fraction: float, took: float) -> str:
    """How long the rest may take, by how long this share took (seconds); "" while nobody knows."""
    if not fraction or fraction >= 1 or took < _SOON or fraction < _LITTLE:
        return ""
    seconds = took / fraction * (1 - fraction)
    if seconds < 60:
        return f"About {max(round(seconds / 5) * 5, 5)} s left"
    minutes = round(seconds / 60)
    return f"About {minutes} min left" if minutes < 90 else f"About {round(minutes / 60)} h left"
