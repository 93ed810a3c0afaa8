"""From the base to this patient in percentage points: the bars add up to what is shown (F45)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.waterfall import Step, Waterfall
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font

TEXT = 272  # px: the column of names
POINTS = 64  # px: the column of numbers
ROW, BAR = 30, 14  # px
_PLAIN, _BOLD, _SMALL = font(13), font(13, bold=True), font(12)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn. dates: when each input was true, by its label.

    grey: of somebody the model was not made for; nothing is coloured.
    """

    waterfall: Waterfall
    dates: Mapping[str, str]
    total_label: str
    grey: bool = False


class WaterfallChart(QWidget):
    """Rows: base, one for each input, the patient. Direction is shape, sign and colour."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: Picture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        self.setAccessibleName(_in_words(picture.waterfall) if picture else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        rows = len(self._picture.waterfall.steps) + 2 if self._picture else 0
        return QSize(560, rows * ROW + 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        falls = self._picture.waterfall
        self._axis(painter, scale(falls))
        self._sum(painter, 0, "Where the model starts", falls.base, bold=False)
        for at, step in enumerate(falls.steps, start=1):
            self._step(painter, at, step)
        last = len(falls.steps) + 1
        self._sum(painter, last, self._picture.total_label, falls.total, bold=True)

    def _x(self, percent: float) -> float:
        return TEXT + percent / scale(self._waterfall) * (self.width() - TEXT - POINTS)

    def _axis(self, painter: QPainter, end: int) -> None:
        bottom = self.height() - 20
        painter.setFont(_SMALL)
        for percent in range(0, end + 1, 10 if end <= 50 else 20):
            x = round(self._x(percent)) + 0.5
            painter.setPen(QPen(self._theme.colour("grid"), 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(
                QRectF(x - 24, bottom + 2, 48, 18), Qt.AlignmentFlag.AlignCenter, f"{percent} %"
            )

    def _sum(self, painter: QPainter, at: int, text: str, percent: float, *, bold: bool) -> None:
        """The first row and the last: how much it is altogether."""
        middle = at * ROW + ROW / 2
        left, right = self._x(0), self._x(percent)
        bar = QRectF(left, middle - BAR / 2, right - left, BAR)
        painter.fillRect(bar, self._theme.colour("ink" if bold else "edge"))
        painter.setPen(self._theme.colour("ink"))
        painter.setFont(_BOLD if bold else _PLAIN)
        painter.drawText(QRectF(0, middle - ROW / 2, TEXT - 12, ROW), _LEFT, text)
        painter.setFont(_BOLD)
        number = QRectF(self.width() - POINTS, middle - ROW / 2, POINTS - 4, ROW)
        painter.drawText(number, _RIGHT, f"{percent:.1f} %")

    @property
    def _waterfall(self) -> Waterfall:
        assert self._picture is not None  # only painted with one
        return self._picture.waterfall

    def _step(self, painter: QPainter, at: int, step: Step) -> None:
        top = at * ROW
        middle = top + ROW / 2
        grey = self._picture is not None and self._picture.grey
        colour = self._theme.colour("edge" if grey else "rise" if step.points > 0 else "fall")
        self._names(painter, top, step)
        pen = QPen(self._theme.colour("edge"), 1, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        start = self._x(step.start)
        painter.drawLine(QPointF(start, middle - ROW + BAR / 2), QPointF(start, middle - BAR / 2))
        self._arrow(painter, start, self._x(step.end), middle, colour)
        painter.setPen(self._theme.colour("muted") if grey else colour)
        painter.setFont(_BOLD)
        number = QRectF(self.width() - POINTS, top, POINTS - 4, ROW)
        painter.drawText(number, _RIGHT, points_text(step.points))

    def _arrow(
        self, painter: QPainter, start: float, end: float, middle: float, colour: QColor
    ) -> None:
        """A bar with a point at its end, so that the direction needs no colour."""
        half = BAR / 2
        tip = min(5.0, abs(end - start)) * (1 if end >= start else -1)
        if abs(end - start) < 1:
            painter.fillRect(QRectF(start - 0.75, middle - half, 1.5, BAR), colour)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(start, middle - half),
                    QPointF(end - tip, middle - half),
                    QPointF(end, middle),
                    QPointF(end - tip, middle + half),
                    QPointF(start, middle + half),
                ]
            )
        )

    def _names(self, painter: QPainter, top: float, step: Step) -> None:
        """Name and value above, the date below; the value is never cut, the name may be."""
        assert self._picture is not None  # only painted with one
        date = self._picture.dates.get(step.label, "")
        upper = QRectF(0, top - 1, TEXT - 12, 16 if date else ROW)
        value = QFontMetrics(_BOLD).horizontalAdvance(step.value) + 8 if step.value else 0
        painter.setPen(self._theme.colour("ink"))
        painter.setFont(_PLAIN)
        metrics = QFontMetrics(_PLAIN)
        wide = int(upper.width() - value)
        name = metrics.elidedText(step.label, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(upper, _LEFT, name)
        painter.setFont(_BOLD)
        painter.drawText(
            upper.adjusted(metrics.horizontalAdvance(name) + 6, 0, 40, 0), _LEFT, step.value
        )
        painter.setFont(_SMALL)
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(QRectF(0, top + 13, TEXT - 12, 14), _LEFT, date)


def scale(falls: Waterfall) -> int:
    """The percentage the axis ends at: a ten above all bars. It begins at zero, as lengths must."""
    ends = [falls.base, falls.total, *(s.end for s in falls.steps)]
    return min(max(ceil(max(ends) / 10) * 10, 30), 100)


def points_text(points: float) -> str:
    """+7.3, –2.1 or 0.0 percentage points."""
    sign = "+" if points > 0 else "–" if points < 0 else ""
    return f"{sign}{abs(points):.1f}"


def _in_words(falls: Waterfall) -> str:
    steps = ", ".join(f"{s.label} {s.value} {points_text(s.points)}" for s in falls.steps)
    return (
        f"From {falls.base:.1f} percent on average to {falls.total:.1f} percent for this patient, "
        f"in percentage points: {steps}"
    )
