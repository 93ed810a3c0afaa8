"""Where one is in a sequence of steps."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font

DISC, GAP, LINE = 20, 8, 28  # px
_PLAIN, _BOLD = font(13), font(13, bold=True)


class StepLine(QWidget):
    """Numbered discs; the present one is filled and bold, those done have a ring in colour.

    Where not all names have room, only the present one is written.
    """

    def __init__(self, names: Sequence[str], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names, self._theme = names, theme
        self._at = 0
        self.show_step(0)
        theme.changed.connect(self.update)

    @property
    def step(self) -> int:
        return self._at

    def show_step(self, at: int) -> None:
        self._at = at
        self.setAccessibleName(f"Step {at + 1} of {len(self._names)}: {self._names[at]}")
        self.update()

    def sizeHint(self) -> QSize:
        texts = sum(QFontMetrics(_BOLD).horizontalAdvance(name) for name in self._names)
        each = DISC + 2 * GAP + LINE
        return QSize(texts + each * len(self._names), 28)

    def minimumSizeHint(self) -> QSize:
        widest = max(QFontMetrics(_BOLD).horizontalAdvance(name) for name in self._names)
        return QSize((DISC + GAP) * len(self._names) + widest + GAP, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = 1.0, self.height() / 2
        roomy = self.width() >= self.sizeHint().width()
        for at, name in enumerate(self._names):
            if at and roomy:
                painter.setPen(QPen(self._theme.colour("edge"), 1))
                painter.drawLine(int(x), int(middle), int(x + LINE - GAP), int(middle))
                x += LINE
            self._disc(painter, at, QRectF(x, middle - DISC / 2, DISC, DISC))
            x += DISC + GAP
            if not roomy and at != self._at:
                continue
            face = _BOLD if at == self._at else _PLAIN
            painter.setFont(face)
            painter.setPen(self._theme.colour("ink" if at == self._at else "muted"))
            wide = QFontMetrics(face).horizontalAdvance(name)
            painter.drawText(
                QRectF(x, 0, wide + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, name
            )
            x += wide + GAP

    def _disc(self, painter: QPainter, at: int, box: QRectF) -> None:
        present = at == self._at
        painter.setPen(QPen(self._theme.colour("accent" if at <= self._at else "edge"), 1.5))
        painter.setBrush(self._theme.colour("accent" if present else "surface"))
        painter.drawEllipse(box)
        painter.setPen(self._theme.colour("accent_ink" if present else "muted"))
        painter.setFont(_BOLD)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(at + 1))
