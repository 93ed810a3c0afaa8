"""A probability as a sum, drawn: base, what each input adds or takes, the total. Vector lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from clinicdesk.domain.waterfall import Step, Waterfall
from clinicdesk.reports.colours import ACCENT, INK, LOWERS, MUTED, RAISES, RULE
from clinicdesk.reports.letters import Align
from clinicdesk.reports.look import Look

_ROW, _BAR, _AXIS = 15, 9, 14
_LABELS, _VALUES = 0.27, 0.20  # shares of the width: the input, its value; the rest is the plot
_ROOM = 34  # for the number beside a bar


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    value: str
    words: str
    start: float
    end: float
    colour: Color
    strong: bool = False


class WaterfallChart(Flowable):
    """Rows from the base down to the total; all numbers are percentage points."""

    def __init__(self, reasons: Waterfall, look: Look) -> None:
        super().__init__()
        self._bars = list(_bars(reasons))
        self._look = look
        self.width, self.height = look.width, len(self._bars) * _ROW + _AXIS
        ends = [x for bar in self._bars for x in (bar.start, bar.end)]
        self._highest = _nice_end(max(ends))
        self._lowest = min(0.0, *ends)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self._draw_scale()
        for number, bar in enumerate(self._bars):
            self._draw_bar(bar, self.height - (number + 1) * _ROW)
        self._draw_connections()

    def _x(self, percent: float) -> float:
        left = self.width * (_LABELS + _VALUES) + _ROOM
        share = (percent - self._lowest) / (self._highest - self._lowest)
        return left + share * (self.width - _ROOM - left)

    def _draw_scale(self) -> None:
        canvas, letters = self.canv, self._look.plain(6.6)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.35)
        canvas.setFillColor(MUTED)
        for percent in _ticks(self._highest):
            x = self._x(percent)
            canvas.line(x, _AXIS, x, self.height)
            letters.draw(canvas, x, 3, f"{percent:g} %", align="centre")

    def _draw_connections(self) -> None:
        """From the end of a bar down to where the next begins."""
        self.canv.setStrokeColor(MUTED)
        self.canv.setLineWidth(0.5)
        for number, bar in enumerate(self._bars[:-1], start=1):
            y, x = self.height - number * _ROW, self._x(bar.end)
            self.canv.line(x, y + 2, x, y - _ROW + 2 + _BAR)

    def _draw_bar(self, bar: _Bar, bottom: float) -> None:
        canvas, look = self.canv, self._look
        letters = look.bold(8) if bar.strong else look.plain(8)
        y = bottom + 4
        canvas.setFillColor(INK)
        letters.draw(canvas, 0, y, bar.label)
        letters.draw(canvas, self.width * (_LABELS + _VALUES), y, bar.value, align="right")
        left, right = sorted((self._x(bar.start), self._x(bar.end)))
        canvas.setFillColor(bar.colour)
        canvas.rect(left, bottom + 2, max(right - left, 0.6), _BAR, stroke=0, fill=1)
        canvas.setFillColor(INK)
        rising = bar.end >= bar.start
        align: Align = "left" if rising else "right"
        x = right + 3 if rising else left - 3
        look.bold(7.6).draw(canvas, x, y, bar.words, align=align)


def _bars(reasons: Waterfall) -> Iterator[_Bar]:
    base, total = reasons.base, reasons.total
    yield _Bar("Base", "before any input", f"{base:.1f}", 0, base, MUTED)
    for step in reasons.steps:
        yield _Bar(step.label, step.value, _signed(step), step.start, step.end, _colour(step))
    yield _Bar("Probability", "", f"{total:.1f} %", 0, total, ACCENT, strong=True)


def _signed(step: Step) -> str:
    """+3.2, –1.4: the sign says what colour says too."""
    if step.points == 0:
        return "0.0"
    return f"{'+' if step.points > 0 else '–'}{abs(step.points):.1f}"


def _colour(step: Step) -> Color:
    return RAISES if step.points >= 0 else LOWERS


def _nice_end(highest: float) -> float:
    return next(end for end in (5, 10, 20, 40, 60, 80, 100, 200) if highest <= end)


def _ticks(highest: float) -> list[float]:
    return [highest * part / 4 for part in range(5)]
