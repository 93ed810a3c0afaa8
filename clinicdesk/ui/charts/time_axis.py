"""One time axis for all charts: where its lines are, and what they are called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.display import date_text
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font

HOUR, DAY = 3600.0, 86400.0
_SPARE = 16  # px between two texts
_FACE = font(12)


@dataclass(frozen=True, slots=True)
class Span:
    """A window of time, seconds since 1970."""

    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Tick:
    at: float  # seconds since 1970
    text: str


# step: hours, days or months; the texts that go with it need about so many pixels
_HOURS = (1, 2, 3, 6, 12)
_DAYS = (1, 2, 3, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


def ticks(span: Span, zone: tzinfo, pixels: int) -> Sequence[Tick]:
    """Round times in the clinic's zone, as many as fit beside each other."""
    most = max(pixels // 84, 2)
    for hours in _HOURS:
        if span.length / (hours * HOUR) <= most:
            return list(_hour_ticks(span, zone, hours))
    for days in _DAYS:
        if span.length / (days * DAY) <= most:
            return list(_day_ticks(span, zone, days))
    fits = (m for m in _MONTHS if span.length / (m * 30.44 * DAY) <= most)
    return list(_month_ticks(span, zone, next(fits, 240)))


def _hour_ticks(span: Span, zone: tzinfo, hours: int) -> Iterator[Tick]:
    first = _local(span.start, zone)
    at = first.replace(minute=0, second=0, microsecond=0)
    while at.timestamp() <= span.end:
        if at.hour % hours == 0 and at.timestamp() >= span.start:
            yield Tick(at.timestamp(), _hour_text(at))
        at = (at.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)


def _hour_text(at: datetime) -> str:
    return date_text(at.date()) if at.hour == 0 else f"{at.hour:02}:00"


def _day_ticks(span: Span, zone: tzinfo, days: int) -> Iterator[Tick]:
    day = _local(span.start, zone).date()
    while True:
        at = datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
        if at > span.end:
            return
        if at >= span.start and day.toordinal() % days == 0:
            yield Tick(at, date_text(day))
        day += timedelta(days=1)


def _month_ticks(span: Span, zone: tzinfo, months: int) -> Iterator[Tick]:
    first = _local(span.start, zone)
    month = (first.year * 12 + first.month - 1) // months * months
    while True:
        at = datetime(month // 12, month % 12 + 1, 1, tzinfo=zone)
        if at.timestamp() > span.end:
            return
        if at.timestamp() >= span.start:
            yield Tick(at.timestamp(), date_text(at.date())[3:] if months < 12 else f"{at.year}")
        month += months


def _local(seconds: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone)


class TimeRuler(QWidget):
    """The texts of the axis, above the charts and always in sight.

    left, right: px between this widget's edges and those of the charts' plots.
    """

    def __init__(self, left: int, right: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left, self._right, self._theme = left, right, theme
        self._span = Span(0, 1)
        self._ticks: Sequence[Tick] = ()
        self.setFixedHeight(20)
        theme.changed.connect(self.update)

    def show_ticks(self, span: Span, shown: Sequence[Tick]) -> None:
        self._span, self._ticks = span, tuple(shown)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(_FACE)
        painter.setPen(self._theme.colour("muted"))
        wide = self.width() - self._left - self._right
        reached = float(self._left) - _SPARE
        for tick in self._ticks:
            text = QFontMetrics(_FACE).horizontalAdvance(tick.text)
            x = self._left + (tick.at - self._span.start) / self._span.length * wide
            x = min(max(x - text / 2, self._left), self.width() - self._right - text)
            if x >= reached + _SPARE:
                box = QRectF(x, 0, text + 1, self.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, tick.text)
                reached = x + text
