"""How far a value is from normal: a sign, a word and a colour, never a colour alone (F05, F06)."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.assessment import Level
from clinicdesk.ui.icons import paint_icon
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font


@dataclass(frozen=True, slots=True)
class Look:
    text: str
    icon: str
    token: str
    filled: bool = False


LOOKS = {
    Level.NORMAL: Look("Normal", "", "muted"),
    Level.LOW: Look("Low", "low", "warning"),
    Level.HIGH: Look("High", "high", "warning"),
    Level.CRITICAL_LOW: Look("Critical low", "low", "critical", filled=True),
    Level.CRITICAL_HIGH: Look("Critical high", "high", "critical", filled=True),
    Level.IMPLAUSIBLE: Look("Implausible", "prohibited", "critical"),
    Level.NOT_ASSESSED: Look("Not assessed", "unassessed", "muted"),
}
_PLAIN, _BOLD = font(12), font(12, bold=True)
SIGN = 12  # px


def paint_flag(painter: QPainter, level: Level, box: QRectF, theme: Theme) -> None:
    """Draw the flag at the left of `box`, in the middle of its height."""
    look = LOOKS[level]
    face = _BOLD if look.filled else _PLAIN
    colour = theme.colour(look.token)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(
            QRectF(box.left(), box.center().y() - 9, flag_width(level), 18), 3, 3
        )
        colour = theme.colour("surface")
    left = box.left() + (6 if look.filled else 0)
    if look.icon:
        sign = QRectF(left, box.center().y() - SIGN / 2, SIGN, SIGN)
        paint_icon(painter, look.icon, colour.name(), sign)
        left += SIGN + 4
    painter.setFont(face)
    painter.setPen(colour)
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRectF(left, box.top(), box.right() - left, box.height()), middle, look.text)


def flag_width(level: Level) -> int:
    look = LOOKS[level]
    text = QFontMetrics(_BOLD if look.filled else _PLAIN).horizontalAdvance(look.text)
    return text + (SIGN + 4 if look.icon else 0) + (12 if look.filled else 0)


class Flag(QWidget):
    """A flag that stands by itself; empty for None."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.level: Level | None = None
        self.setFixedHeight(18)
        theme.changed.connect(self.update)

    def show_level(self, level: Level | None) -> None:
        self.level = level
        self.setAccessibleName(LOOKS[level].text if level else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(flag_width(self.level) + 2 if self.level else 0, 18)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.level:
            paint_flag(QPainter(self), self.level, QRectF(self.rect()), self._theme)
