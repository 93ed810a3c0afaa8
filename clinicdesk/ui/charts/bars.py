"""Bars with their numbers and their uncertainty; a key or a click opens who is behind one."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.measure import Bar, Measure
from clinicdesk.domain.measure_words import certainty_text, value_text
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font

ROW, BAR, NUMBER, NAMES = 28, 14, 84, 0.42  # px; the share of the width that names take
_PLAIN, _BOLD = font(13), font(13, bold=True)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BarChart(QWidget):
    """One row a group. Length is the value, the whisker its 95 % interval."""

    chosen = Signal(str, str)  # the measure's name, the bar's label

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._measure: Measure | None = None
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    @property
    def bars(self) -> Sequence[Bar]:
        return self._measure.bars if self._measure else ()

    def show_measure(self, measure: Measure) -> None:
        self._measure, self._at = measure, 0
        self._say()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, max(len(self.bars), 1) * ROW + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and self.bars:
            self._at = max(0, min(self._at + step, len(self.bars) - 1))
            self._say()
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y() // ROW)
        if event.button() is Qt.MouseButton.LeftButton and at < len(self.bars):
            self._at = at
            self._choose()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not any(bar.n for bar in self.bars):
            painter.setFont(_PLAIN)
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(QRectF(self.rect()), _LEFT, self.tr("Nothing is known of this."))
            return
        for at, bar in enumerate(self.bars):
            self._row(painter, at, bar)

    def _row(self, painter: QPainter, at: int, bar: Bar) -> None:
        assert self._measure is not None  # it has bars
        top, names = at * ROW, self.width() * NAMES
        if self.hasFocus() and at == self._at:
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(1, top + 1, self.width() - 2, ROW - 2), 4, 4)
        painter.setFont(_PLAIN)
        painter.setPen(self._theme.colour("ink"))
        text = QFontMetrics(_PLAIN).elidedText(
            bar.label[:1].upper() + bar.label[1:], Qt.TextElideMode.ElideRight, int(names - 14)
        )
        painter.drawText(QRectF(6, top, names - 8, ROW), _LEFT, text)
        painter.setFont(_BOLD)
        number = QRectF(self.width() - NUMBER, top, NUMBER - 6, ROW)
        painter.drawText(number, _RIGHT, value_text(self._measure.definition, bar))
        self._length(painter, top + ROW / 2, bar)

    def _length(self, painter: QPainter, middle: float, bar: Bar) -> None:
        left, right = self._x(0), self._x(bar.value)
        body = QRectF(left, middle - BAR / 2, max(right - left, 1), BAR)
        painter.fillRect(body, self._theme.colour("accent"))
        if bar.interval is None:
            return
        low, high = (self._x(end) for end in bar.interval)
        painter.setPen(QPen(self._theme.colour("ink"), 1.5))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))

    def _x(self, value: float) -> float:
        """Bars begin at zero, as lengths must."""
        ends = [bar.interval[1] if bar.interval else bar.value for bar in self.bars]
        most = max([*ends, 1e-9])
        left = self.width() * NAMES
        return left + max(0.0, value) / most * (self.width() - left - NUMBER)

    def _choose(self) -> None:
        if self._measure and self.bars and self.bars[self._at].count:
            self.chosen.emit(self._measure.definition.name, self.bars[self._at].label)

    def _say(self) -> None:
        """The chosen bar in words, for who does not see it."""
        if self._measure is None or not self.bars:
            return
        told, bar = self._measure.definition, self.bars[self._at]
        words = f"{told.title}, {bar.label}: {value_text(told, bar)} {certainty_text(told, bar)}"
        self.setAccessibleName(words.strip())
        self.setToolTip(words.strip())
