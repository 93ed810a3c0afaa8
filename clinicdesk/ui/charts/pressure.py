"""Blood pressure as a double-ended T from diastolic to systolic (CUI GTAB-039..044)."""

from collections.abc import Iterator, Sequence
from math import isnan

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen

CAP = 4.0  # px: half the width of the T
DENSE = 9.0  # px a bar: closer together, and the caps are left out
COLUMN = 2  # px: bars of one column are drawn as one, from its lowest to its highest


class PressureItem(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Bars from `low` to `high` at `x`; a systolic value without its partner is a cap alone."""

    def __init__(self) -> None:
        super().__init__()
        self._x = self._high = self._low = np.empty(0)
        self._pen = QPen()
        self._sparse = True
        self._lines: Sequence[QLineF] | None = None  # None: to be built for the present view

    def setPen(self, pen: QPen) -> None:
        self._pen = pen
        self.update()

    def show_bars(
        self, x: NDArray[np.float64], high: NDArray[np.float64], low: NDArray[np.float64]
    ) -> None:
        self._x, self._high, self._low = x, high, low
        self.viewRangeChanged()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewRangeChanged(self) -> None:
        self._lines = None
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        if self._lines is None:
            self._lines = self._built()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._sparse)
        painter.setPen(self._pen)
        painter.drawLines(self._lines)

    def _built(self) -> list[QLineF]:
        """The strokes of the bars in view, or of their columns when they are dense."""
        pixels = max(self.getViewBox().width(), 1)
        self._sparse = len(self._x) * DENSE <= pixels
        view = self.viewRect()
        if not self._sparse:
            return _columns(self._x, self._high, self._low, view.width() / pixels * COLUMN)
        cap = CAP * view.width() / pixels
        return [stroke for bar in self._bars() for stroke in _strokes(*bar, cap)]

    def _bars(self) -> Iterator[tuple[float, float, float]]:
        return zip(self._x.tolist(), self._high.tolist(), self._low.tolist(), strict=True)


def _strokes(x: float, high: float, low: float, cap: float) -> list[QLineF]:
    top = QLineF(x - cap, high, x + cap, high)
    if isnan(low):
        return [top]
    return [top, QLineF(x, low, x, high), QLineF(x - cap, low, x + cap, low)]


def _columns(
    x: NDArray[np.float64], high: NDArray[np.float64], low: NDArray[np.float64], width: float
) -> list[QLineF]:
    column = np.floor((x - x[0]) / width)
    edges = np.flatnonzero(np.diff(column, prepend=-1))
    tops = np.maximum.reduceat(high, edges)
    feet = np.minimum.reduceat(np.where(np.isnan(low), high, low), edges)
    ends = zip(x[edges].tolist(), feet.tolist(), tops.tolist(), strict=True)
    return [QLineF(at, foot, at, top) for at, foot, top in ends]
