"""Blood pressure as a double-ended T from diastolic to systolic (CUI GTAB-039..044)."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen

CAP = 4.0  # px: half the width of the T
DENSE = 9.0  # px a bar: closer together, and the caps are left out


class PressureItem(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Bars from `low` to `high` at `x`; a systolic value without its partner is a cap alone."""

    def __init__(self) -> None:
        super().__init__()
        self._x = self._high = self._low = np.empty(0)
        self._pen = QPen()

    def setPen(self, pen: QPen) -> None:
        self._pen = pen
        self.update()

    def show_bars(
        self, x: NDArray[np.float64], high: NDArray[np.float64], low: NDArray[np.float64]
    ) -> None:
        self._x, self._high, self._low = x, high, low
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        if not len(self._x):
            return
        pixel = self.viewRect().width() / max(self.getViewBox().width(), 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        sparse = len(self._x) * DENSE <= self.getViewBox().width()
        painter.drawLines(self._lines(CAP * pixel, sparse))

    def _lines(self, cap: float, sparse: bool) -> list[QLineF]:
        lines = []
        for x, high, low in zip(self._x, self._high, self._low, strict=True):
            paired = bool(np.isfinite(low))
            if paired:
                lines.append(QLineF(x, low, x, high))
            if sparse or not paired:
                lines.append(QLineF(x - cap, high, x + cap, high))
            if sparse and paired:
                lines.append(QLineF(x - cap, low, x + cap, low))
        return lines
