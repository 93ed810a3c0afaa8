"""Vital signs as stacked small charts on one time axis, in vector lines (CUI GTAB).

Fixed y-ranges, so that the same slope means the same change on every report. A value beyond its
range is drawn at the edge with its number. Lines are straight and never cross a gap. Blood
pressure is a bar from diastolic to systolic with both ends capped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from clinicdesk.domain.catalog import Range
from clinicdesk.domain.display import number_text
from clinicdesk.reports.colours import ACCENT, INK, MUTED, NORMAL_RANGE, RULE
from clinicdesk.reports.letters import Align
from clinicdesk.reports.look import GAP, Look
from clinicdesk.reports.time_axis import TimeAxis

_GUTTER, _SCALE = 86, 24  # left of the plot: what it is; the numbers of its scale
_LOWEST, _HIGHEST = 29, 39  # of one panel, so that the charts end a page rather than leave it half
_BETWEEN, _AXIS = 6, 14
_DOT, _CAP = 1.5, 2.2

Point = tuple[datetime, float]
Bar = tuple[datetime, float, float]  # diastolic, systolic
Line = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Panel:
    """One small chart. low, high: the ends of its scale, chosen clinically, never fitted."""

    title: str
    unit: str
    low: float
    high: float
    grid: Sequence[float]
    normal: Range
    latest: str
    points: Sequence[Point] = ()  # oldest first
    bars: Sequence[Bar] = ()


class VitalsChart(Flowable):
    """Panels one below the other; the time is written once, below the last."""

    def __init__(
        self, panels: Sequence[Panel], axis: TimeAxis, look: Look, *, below: float = 0
    ) -> None:
        """below: points to leave for the caption."""
        super().__init__()
        self._below = below
        self.spaceBefore = 2 * GAP
        self._plot: float = _LOWEST
        self._panels, self._axis, self._look = panels, axis, look
        self.width = look.width
        self.height = self.least_height

    @property
    def least_height(self) -> float:
        """Points without which it goes to the next page, its caption included."""
        return len(self._panels) * _LOWEST + self._beside

    @property
    def _beside(self) -> float:
        return (len(self._panels) - 1) * _BETWEEN + _AXIS + self._below

    def wrap(self, _width: float, height: float) -> tuple[float, float]:
        room = (height - self._beside) / len(self._panels)
        self._plot = min(max(room, _LOWEST), _HIGHEST)
        self.height = len(self._panels) * self._plot + self._beside - self._below
        return self.width, self.height

    def draw(self) -> None:
        ticks = list(self._axis.ticks())
        bottom = self.height
        for panel in self._panels:
            bottom -= self._plot
            _Plot(self.canv, panel, self._axis, self._look, bottom, self._plot).draw(ticks)
            bottom -= _BETWEEN
        self._draw_times(ticks, bottom + _BETWEEN - 9)

    def _draw_times(self, ticks: Sequence[tuple[datetime, str]], y: float) -> None:
        self.canv.setFillColor(MUTED)
        left, letters = _GUTTER + _SCALE, self._look.plain(6.8)
        for at, label in ticks:
            x = left + self._axis.fraction(at) * (self.width - left)
            align: Align = "left" if x < left + 12 else "right" if x > self.width - 12 else "centre"
            letters.draw(self.canv, x, y, label, align=align)


@dataclass(frozen=True, slots=True)
class _Plot:
    canvas: Canvas
    panel: Panel
    axis: TimeAxis
    look: Look
    bottom: float
    height: float

    def draw(self, ticks: Sequence[tuple[datetime, str]]) -> None:
        self._draw_name()
        self._draw_normal_range()
        self._draw_grid([at for at, _ in ticks])
        self._draw_line()
        bars = [bar for bar in self.panel.bars if self.axis.holds(bar[0])]
        self._draw_bars(bars)
        self._draw_beyond([(at, value) for at, *both in bars for value in both])

    @property
    def right(self) -> float:
        return self.look.width

    @property
    def _left(self) -> float:
        return _GUTTER + _SCALE

    def _x(self, at: datetime) -> float:
        return self._left + self.axis.fraction(at) * (self.right - self._left)

    def _y(self, value: float) -> float:
        span = self.panel.high - self.panel.low
        inside = min(max(value, self.panel.low), self.panel.high)
        return self.bottom + (inside - self.panel.low) / span * self.height

    def _draw_name(self) -> None:
        look, canvas, top = self.look, self.canvas, self.bottom + self.height
        canvas.setFillColor(INK)
        look.bold(8).draw(canvas, 0, top - 8, self.panel.title)
        size = 14 if look.bold(14).width(self.panel.latest) < _GUTTER - 24 else 10
        end = look.bold(size).draw(canvas, 0, top - 23, self.panel.latest)
        canvas.setFillColor(MUTED)
        look.plain(7).draw(canvas, end + 3, top - 23, self.panel.unit)
        look.plain(6.4).draw(canvas, 0, top - 31, "latest")

    def _draw_normal_range(self) -> None:
        if not self.panel.normal.known:
            return
        low, high = self.panel.normal.low, self.panel.normal.high
        bottom = self._y(self.panel.low if low is None else low)
        top = self._y(self.panel.high if high is None else high)
        self.canvas.setFillColor(NORMAL_RANGE)
        self.canvas.rect(
            self._left, bottom, self.right - self._left, top - bottom, stroke=0, fill=1
        )

    def _draw_grid(self, times: Sequence[datetime]) -> None:
        canvas, letters = self.canvas, self.look.plain(6.4)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.35)
        levels = [self._y(value) for value in self.panel.grid]
        bottom, top = self.bottom, self.bottom + self.height
        canvas.lines([(self._left, y, self.right, y) for y in levels])
        canvas.lines([(x, bottom, x, top) for x in map(self._x, times)])
        canvas.setFillColor(MUTED)
        for value in self.panel.grid:
            y = self._y(value) - 2.3
            letters.draw(canvas, self._left - 4, y, number_text(value), align="right")
        canvas.setLineWidth(0.6)
        canvas.rect(self._left, self.bottom, self.right - self._left, self.height, stroke=1, fill=0)

    def _draw_line(self) -> None:
        points = [point for point in self.panel.points if self.axis.holds(point[0])]
        canvas = self.canvas
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(0.8)
        path = canvas.beginPath()
        for before, (at, value) in zip([None, *points], points, strict=False):
            joined = before is not None and self.axis.joined(before[0], at)
            (path.lineTo if joined else path.moveTo)(self._x(at), self._y(value))
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.saveState()
        canvas.setLineCap(1)  # a line of no length with round ends is a dot, and a short one to say
        canvas.setLineWidth(2 * _DOT)
        canvas.lines([(self._x(at), self._y(v), self._x(at), self._y(v)) for at, v in points])
        canvas.restoreState()
        self._draw_beyond(points)

    def _draw_bars(self, bars: Sequence[Bar]) -> None:
        self.canvas.setStrokeColor(ACCENT)
        self.canvas.setLineWidth(0.9)
        self.canvas.lines([line for bar in bars for line in self._bar_lines(*bar)])

    def _bar_lines(self, at: datetime, diastolic: float, systolic: float) -> Sequence[Line]:
        """A stem with a cap at either end."""
        x, low, high = self._x(at), self._y(diastolic), self._y(systolic)
        left, right = x - _CAP, x + _CAP
        return (x, low, x, high), (left, low, right, low), (left, high, right, high)

    def _draw_beyond(self, points: Sequence[Point]) -> None:
        """The number of the farthest value that the scale does not reach, at either end."""
        above = [point for point in points if point[1] > self.panel.high]
        below = [point for point in points if point[1] < self.panel.low]
        if above:
            self._draw_number(*max(above, key=_value_of))
        if below:
            self._draw_number(*min(below, key=_value_of))

    def _draw_number(self, at: datetime, value: float) -> None:
        y = self.bottom + self.height - 7 if value > self.panel.high else self.bottom + 2
        align: Align = "right" if self._x(at) > self.right - 60 else "left"
        x = self._x(at) + (-4 if align == "right" else 4)
        words = f"{number_text(value)} off scale"
        self.canvas.setFillColor(INK)
        self.look.bold(6.2).draw(self.canvas, x, y, words, align=align)


def _value_of(point: Point) -> float:
    return point[1]
