"""What if: levers, and the number they would give. Marked as hypothetical, never saved."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from clinicdesk.domain.reasons import points_text
from clinicdesk.domain.risk import RiskEstimate
from clinicdesk.models.what_if import Lever
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font
from clinicdesk.ui.widgets.forms import Card, button, label
from clinicdesk.ui.widgets.lever_row import LeverRow
from clinicdesk.ui.widgets.messages import Messages

PAUSE = 120  # ms without another move before the model is asked
_MARK = "HYPOTHETICAL"


class WhatIfPanel(Card):
    """Emits the moves to ask for; the answer to older moves is not shown."""

    wanted = Signal(object)  # Mapping[str, float], by name of the lever

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=10, gap=6)
        self._theme = theme
        self._levers: list[LeverRow] = []
        self._record: RiskEstimate | None = None
        self._warning = Messages(theme)
        self._number = label("", "heading")
        self._number.setWordWrap(True)
        self._notes = label("", "muted")
        self._notes.setWordWrap(True)
        self._reset = button(self.tr("Take everything back (Esc)"))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(self.tr("What could be changed"))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        for widget in (self._warning, self._number, self._notes):
            self.rows.addWidget(widget)
        self.rows.addWidget(self._scroll, stretch=1)
        self.rows.addWidget(self._reset)

        self._pause.timeout.connect(self._ask)
        self._reset.clicked.connect(self.reset)
        self.show_levers([], None)

    @property
    def moves(self) -> Mapping[str, float]:
        """What was moved, and where to."""
        return {row.lever.name: row.moved for row in self._levers if row.moved is not None}

    def show_levers(self, levers: Sequence[Lever], record: RiskEstimate | None) -> None:
        """Offer these, for the estimate of the record as it is."""
        self._pause.stop()
        self._record = record
        self._levers = [LeverRow(each) for each in levers]
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(8)
        for row in self._levers:
            rows.addWidget(row)
            row.changed.connect(self._pause.start)
            row.changed.connect(self._mark)
        rows.addStretch(1)
        self._scroll.setWidget(page)
        self._mark()
        self._say_none()

    def show_answer(self, moves: Mapping[str, float], estimate: RiskEstimate) -> None:
        """Show what these moves would give, if they are still the ones."""
        if moves != self.moves or self._record is None or not moves:
            return
        record = self._record
        difference = points_text(record, estimate.number - record.number)
        self._number.setText(
            self.tr("Would be {} ({}); the record says {}.").format(
                estimate.shown, difference, record.shown
            )
        )
        grey = self.tr("Outside what the model was made for: do not rely on it.")
        self._notes.setText("" if estimate.in_scope else grey)
        self._notes.setVisible(bool(self._notes.text()))

    def show_refusal(self, moves: Mapping[str, float], words: str) -> None:
        if moves == self.moves:
            self._number.setText(words)

    @Slot()
    def reset(self) -> None:
        """Everything back to what the record has."""
        self._pause.stop()
        for row in self._levers:
            row.reset()
        self._mark()
        self._say_none()

    @Slot()
    def _ask(self) -> None:
        if self.moves:
            self.wanted.emit(dict(self.moves))

    @Slot()
    def _mark(self) -> None:
        moved = bool(self.moves)
        words = self.tr("HYPOTHETICAL: nobody measured this, and nothing of it is saved.")
        self._warning.show_texts([words] if moved else [])
        self._reset.setEnabled(moved)
        self.update()

    def _say_none(self) -> None:
        words = (
            self.tr("Move a value to see what the model would say.")
            if self._levers
            else self.tr("Nothing in this model could be changed for this patient.")
        )
        self._number.setText(words if self._record else self.tr("No estimate to begin from."))
        self._notes.hide()

    def event(self, event: QEvent) -> bool:
        """Escape takes back what was moved before it closes a notice of the window."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.setAccepted(bool(self.moves))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, which no slider takes, takes everything back."""
        if event.key() == Qt.Key.Key_Escape and self.moves:
            self.reset()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.moves:
            return
        painter = QPainter(self)
        painter.setFont(font(40, bold=True))
        painter.setPen(self._theme.colour("grid"))
        painter.translate(self.width() / 2, self.height() * 0.7)
        painter.rotate(-18)
        across = QRectF(-self.width() / 2, -30, self.width(), 60)
        painter.drawText(across, Qt.AlignmentFlag.AlignCenter, _MARK)
