"""The estimates of one model over time, with a mark where its version changed (F58)."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.display import date_text
from clinicdesk.domain.risk import RiskAssessment, Task
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font

HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 132, 66, 18, 22, 16  # px


class RiskTrend(QWidget):
    """Points joined by straight lines; hollow where the estimate no longer holds."""

    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone, self._theme = zone, theme
        self._kept: Sequence[RiskAssessment] = ()  # oldest first
        self._now: datetime | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_kept(self, newest_first: Sequence[RiskAssessment], now: datetime | None) -> None:
        self._kept, self._now = list(reversed(newest_first)), now
        said = ", ".join(f"{self._day(each)} {each.estimate.shown}" for each in self._kept)
        self.setAccessibleName(f"Estimates over time: {said}" if said else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if len(self._kept) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(12))
        self._axis(painter)
        self._versions(painter)
        self._line(painter)

    def _axis(self, painter: QPainter) -> None:
        painter.setPen(self._theme.colour("muted"))
        for number in (0.0, self._end):
            y = self._y(number)
            text = self._kept[0].estimate.as_text(number)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 9, LEFT - 6, 18), right, text)
            painter.setPen(QPen(self._theme.colour("grid"), 1))
            painter.drawLine(QPointF(LEFT, y), QPointF(self.width() - RIGHT, y))
            painter.setPen(self._theme.colour("muted"))
        below = QRectF(LEFT, self.height() - BOTTOM + 2, self.width() - LEFT - RIGHT, 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._day(self._kept[0]))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._day(self._kept[-1]))

    def _versions(self, painter: QPainter) -> None:
        """A dashed line before the first estimate of another model than the one before."""
        for before, each in zip(self._kept, self._kept[1:], strict=False):
            if before.artefact == each.artefact:
                continue
            x = (self._x(before) + self._x(each)) / 2
            painter.setPen(QPen(self._theme.colour("muted"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, TOP), QPointF(x, self.height() - BOTTOM))
            painter.drawText(QPointF(x + 4, TOP - 4), f"version {each.estimate.version}")

    def _line(self, painter: QPainter) -> None:
        points = [QPointF(self._x(each), self._y(each.estimate.number)) for each in self._kept]
        ink = self._theme.colour("ink")
        painter.setPen(QPen(ink, 1.4))
        painter.drawPolyline(points)
        for point, each in zip(points, self._kept, strict=True):
            over = self._now is not None and each.over(self._now)
            painter.setBrush(self._theme.colour("surface") if over else ink)
            painter.drawEllipse(point, 3.5, 3.5)

    @property
    def _end(self) -> float:
        """What the axis ends at: all of it for a probability, a little above for an amount."""
        most = max(each.estimate.number for each in self._kept)
        return most * 1.1 if self._kept[0].estimate.task == Task.VALUE else 1.0

    def _x(self, kept: RiskAssessment) -> float:
        first, last = self._kept[0].assessed_at, self._kept[-1].assessed_at
        span = (last - first).total_seconds() or 1.0
        share = (kept.assessed_at - first).total_seconds() / span
        return LEFT + 6 + share * (self.width() - LEFT - RIGHT - 12)

    def _y(self, number: float) -> float:
        room = self.height() - TOP - BOTTOM
        return self.height() - BOTTOM - number / self._end * room

    def _day(self, kept: RiskAssessment) -> str:
        return date_text(kept.assessed_at.astimezone(self._zone).date())
