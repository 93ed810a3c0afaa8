"""One vital sign over time: a stable scale, its reference band, points and honest gaps."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.catalog import Range
from clinicdesk.ui.charts.pressure import PressureItem
from clinicdesk.ui.charts.series import Floats, Series, joined, thinned, usual_interval
from clinicdesk.ui.charts.time_axis import Span, Tick
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font
from clinicdesk.ui.vitals import PRESSURE, Sign

AXIS = 44  # px: the left axis of every track, so that all plots begin at the same place
TEXT = 8  # px: half the height of a text of the axis
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
        self._reference: list[float] = []
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

    def show_series(self, series: Series, band: Range, lows: Floats | None = None) -> None:
        """Take the readings of a patient. lows: diastolic pressures, NaN where there was none."""
        self._series = series
        self._lows = np.full(len(series.x), np.nan) if lows is None else lows
        self._usual = usual_interval(series.x)
        self._backdrop.band = band
        self._reference = [limit for limit in (band.low, band.high) if limit is not None]

    def show_span(self, span: Span, lines: Sequence[Tick]) -> None:
        """Draw this span of time."""
        inside = self._series.inside(span.start, span.end)
        lows = self._lows[self._series.window(span.start, span.end)]
        self._fit_scale(inside, lows)
        self._backdrop.lines = [tick.at for tick in lines]
        self.getPlotItem().setXRange(span.start, span.end, padding=0)
        if self.sign is PRESSURE:
            self._bars.show_bars(inside.x, inside.y, lows)
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
        self._points.setPen(pg.mkPen(theme.colour("surface"), width=1))
        self._points.setBrush(pg.mkBrush(colour))
        self._bars.setPen(pg.mkPen(colour, width=1.8))
        self._focus.setPen(pg.mkPen(theme.colour("focus"), width=1.5))
        self._axis.setPen(pg.mkPen(None))
        self._axis.setTextPen(theme.colour("muted"))
        self._backdrop.update()

    def _draw_line(self, span: Span, inside: Series) -> None:
        """A smooth line with points where there is room for them, else a sharp and fast one."""
        pixels = max(self.width() - AXIS, 1)
        few = len(inside.x) * DENSE <= pixels
        drawn = thinned(self._series.within(span.start, span.end), span.start, span.end, pixels)
        usual = max(self._usual, span.length / pixels)
        colour = self._theme.palette.series[self._colour]
        self._line.setPen(pg.mkPen(colour, width=1.4 if few else 1.0))
        self._line.setData(drawn.x, drawn.y, connect=joined(drawn.x, usual), antialias=few)
        self._points.setData(inside.x if few else [], inside.y if few else [])

    def _fit_scale(self, inside: Series, lows: Floats) -> None:
        """The sign's own scale, widened to what is drawn; weight has the patient's."""
        low, high = self.sign.scale or _around(self._series.y)
        values = np.concatenate((inside.y, lows[np.isfinite(lows)]))
        if len(values):
            low, high = min(low, float(values.min())), max(high, float(values.max()))
        self.scale = (low, high)
        pixel = (high - low) / max(self.height() - 2 * TEXT, TEXT)
        margin = TEXT * pixel  # the texts at the ends fit
        self.getPlotItem().setYRange(low - margin, high + margin, padding=0)
        levels = sorted({low, high, *(r for r in self._reference if low <= r <= high)})
        self._axis.setTicks([[(at, f"{at:g}") for at in _apart(levels, 2 * TEXT * pixel)]])
        self._backdrop.levels = self._reference

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


def _around(values: Floats) -> tuple[float, float]:
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
