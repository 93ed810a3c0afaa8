"""One vital sign over time: a stable scale, its reference band, points and honest gaps."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.catalog import Range
from clinicdesk.ui.charts.pressure import PressureItem
from clinicdesk.ui.charts.series import Series, joined, thinned, usual_interval
from clinicdesk.ui.charts.time_axis import Span, Tick
from clinicdesk.ui.theme import Theme, font
from clinicdesk.ui.vitals import Sign

AXIS = 44  # px: the left axis of every track, so that all plots begin at the same place
DENSE = 6.0  # px a point: closer together, and only the line is drawn


class Backdrop(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """The reference band and the lines of the time axis."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.band = Range(None, None)
        self.lines: Sequence[float] = ()
        self.levels: Sequence[float] = ()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        box = QRectF(self.viewRect())
        if self.band.known:
            low = box.top() if self.band.low is None else self.band.low
            high = box.bottom() if self.band.high is None else self.band.high
            band = QRectF(QPointF(box.left(), low), QPointF(box.right(), high))
            painter.fillRect(band, self._theme.colour("band"))
        pen = QPen(self._theme.colour("grid"), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for x in self.lines:
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        for y in self.levels:
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


class Track(pg.PlotWidget):  # type: ignore[misc] # pyqtgraph has no types
    """The plot of one sign. It neither zooms nor pans: its panel says what span it shows."""

    pointed = Signal(float)  # seconds since 1970, under the mouse
    left = Signal()

    def __init__(
        self, sign: Sign, colour: int, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, background=None)
        self.sign, self._colour, self._theme = sign, colour, theme
        self._series = Series(np.empty(0), np.empty(0))
        self._lows = np.empty(0)
        self._usual = 0.0
        self.scale = sign.scale or (0.0, 1.0)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(62)

        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(False, False)
        plot.hideAxis("bottom")
        plot.setContentsMargins(0, 2, 0, 2)
        plot.getViewBox().setDefaultPadding(0)
        self._axis = plot.getAxis("left")
        self._axis.setWidth(AXIS)
        self._axis.setStyle(tickLength=0, tickTextOffset=6, tickFont=font(12))
        self._backdrop = Backdrop(theme)
        self._line = pg.PlotCurveItem(antialias=True)
        self._points = pg.ScatterPlotItem(size=7, symbol=sign.symbol, antialias=True)
        self._bars = PressureItem()
        self._focus = pg.InfiniteLine(angle=90, movable=False)
        self._focus.hide()
        for item in (self._backdrop, self._line, self._bars, self._points, self._focus):
            plot.addItem(item, ignoreBounds=True)
        self.dress()

    @property
    def points_drawn(self) -> int:
        return len(self._points.points())

    def show_series(self, series: Series, band: Range, lows: np.ndarray | None = None) -> None:
        """Take the readings of a patient. lows: diastolic pressures, NaN where there was none."""
        self._series = series
        self._lows = np.full(len(series.x), np.nan) if lows is None else lows
        self._usual = usual_interval(series.x)
        self._backdrop.band = band
        self._reference = [limit for limit in (band.low, band.high) if limit is not None]

    def show_span(self, span: Span, lines: Sequence[Tick]) -> None:
        """Draw this span of time."""
        inside = self._series.inside(span.start, span.end)
        self._fit_scale(inside)
        self._backdrop.lines = [tick.at for tick in lines]
        self.getPlotItem().setXRange(span.start, span.end, padding=0)
        if self.sign.code in PRESSURES:
            self._draw_pressures(span)
        else:
            self._draw_line(span, inside)
        self._backdrop.viewRangeChanged()

    def show_focus(self, at: float | None) -> None:
        self._focus.setVisible(at is not None)
        if at is not None:
            self._focus.setValue(at)

    def dress(self) -> None:
        """Take the colours of the theme."""
        theme, colour = self._theme, self._theme.palette.series[self._colour]
        self.setBackground(theme.colour("surface"))
        self._line.setPen(pg.mkPen(colour, width=1.4))
        self._points.setPen(pg.mkPen(theme.colour("surface"), width=1))
        self._points.setBrush(pg.mkBrush(colour))
        self._bars.setPen(pg.mkPen(colour, width=1.8))
        self._focus.setPen(pg.mkPen(theme.colour("focus"), width=1.5))
        self._axis.setPen(pg.mkPen(None))
        self._axis.setTextPen(theme.colour("muted"))
        self._backdrop.update()

    def _draw_line(self, span: Span, inside: Series) -> None:
        pixels = max(self.width() - AXIS, 1)
        drawn = thinned(self._series.within(span.start, span.end), span.start, span.end, pixels)
        usual = max(self._usual, span.length / pixels)
        self._line.setData(drawn.x, drawn.y, connect=joined(drawn.x, usual))
        few = len(inside.x) * DENSE <= pixels
        self._points.setData(inside.x if few else [], inside.y if few else [])

    def _draw_pressures(self, span: Span) -> None:
        first, last = np.searchsorted(self._series.x, (span.start, span.end + 1e-6))
        window = slice(int(first), int(last))
        self._bars.show_bars(self._series.x[window], self._series.y[window], self._lows[window])

    def _fit_scale(self, inside: Series) -> None:
        """The sign's own scale, widened to what is drawn; weight has the patient's."""
        values = inside.y if not len(self._lows) else np.append(inside.y, self._lows_of(inside))
        values = values[np.isfinite(values)]
        low, high = self.sign.scale or _around(self._series.y)
        if len(values):
            low, high = min(low, float(values.min())), max(high, float(values.max()))
        self.scale = (low, high)
        margin = (high - low) * 8 / max(self.height() - 16, 16)  # the texts at the ends fit
        self.getPlotItem().setYRange(low - margin, high + margin, padding=0)
        levels = sorted({low, high, *(r for r in self._reference if low <= r <= high)})
        self._axis.setTicks(
            [
                [
                    (level, f"{level:g}")
                    for level in _apart(levels, (high - low) * 15 / max(self.height() - 16, 16))
                ]
            ]
        )
        self._backdrop.levels = self._reference

    def _lows_of(self, inside: Series) -> np.ndarray:
        first, last = (
            np.searchsorted(self._series.x, (inside.x[0], inside.x[-1] + 1e-6))
            if len(inside.x)
            else (0, 0)
        )
        return self._lows[int(first) : int(last)]

    @property
    def widened(self) -> bool:
        """Whether the scale had to leave the sign's own, which must be said (GTAB-075)."""
        return self.sign.scale is not None and self.scale != self.sign.scale

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.getPlotItem().getViewBox().mapSceneToView(event.position())
        self.pointed.emit(at.x())

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the panel scrolls; a chart never zooms by accident


PRESSURES = {"8480-6"}


def _around(values: np.ndarray) -> tuple[float, float]:
    """A scale round the patient's own values, a fifth to either side."""
    if not len(values):
        return 0.0, 1.0
    middle = float(np.median(values))
    return float(np.floor(middle * 0.8)), float(np.ceil(middle * 1.2))


def _apart(levels: Sequence[float], least: float) -> Sequence[float]:
    """Levels whose texts do not touch."""
    kept: list[float] = []
    for level in levels:
        if not kept or level - kept[-1] >= least:
            kept.append(level)
    return kept
