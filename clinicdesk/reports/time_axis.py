"""The one time axis all vital signs of a report share: a fixed range that ends at the last reading.

The range is chosen, never stretched: two reports over 30 days have the same inches to the day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal

from clinicdesk.domain.display import date_text

_FEW, _ENOUGH = 8, 16  # readings: all of a few are drawn; so many show a course
_MARGIN = 0.02  # of the range, right of the last reading


@dataclass(frozen=True, slots=True)
class Window:
    """A time range, the distance of its ticks, and the longest gap that a line may cross."""

    name: str
    length: timedelta
    step: int
    unit: Literal["hours", "days", "months"]
    join: timedelta


_WINDOWS = (
    Window("24 hours", timedelta(hours=24), 4, "hours", timedelta(hours=4)),
    Window("3 days", timedelta(days=3), 12, "hours", timedelta(hours=8)),
    Window("7 days", timedelta(days=7), 1, "days", timedelta(days=1)),
    Window("30 days", timedelta(days=30), 5, "days", timedelta(days=4)),
    Window("90 days", timedelta(days=90), 15, "days", timedelta(days=14)),
    Window("1 year", timedelta(days=366), 2, "months", timedelta(days=60)),
    Window("2 years", timedelta(days=731), 4, "months", timedelta(days=120)),
    Window("5 years", timedelta(days=1827), 12, "months", timedelta(days=400)),
    Window("10 years", timedelta(days=3653), 24, "months", timedelta(days=400)),
)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """From `start` to `end`, both aware; `zone` is where the reader is."""

    window: Window
    start: datetime
    end: datetime
    zone: tzinfo

    def fraction(self, at: datetime) -> float:
        """0 at the left end, 1 at the right."""
        return (at - self.start) / (self.end - self.start)

    def holds(self, at: datetime) -> bool:
        return self.start <= at <= self.end

    def joined(self, earlier: datetime, later: datetime) -> bool:
        """Whether a line may run from one reading to the next: longer gaps stay gaps."""
        return later - earlier <= self.window.join

    def ticks(self) -> Iterator[tuple[datetime, str]]:
        """Where the grid lines are, with their labels, in local time."""
        unit, step = self.window.unit, self.window.step
        at = self._first_tick()
        while at <= self.end:
            if at >= self.start:
                yield at, _label(at, unit)
            at = _later(at, step, unit)

    def _first_tick(self) -> datetime:
        local = self.start.astimezone(self.zone)
        midnight = datetime.combine(local.date(), time(0), self.zone)
        return midnight.replace(month=1, day=1) if self.window.unit == "months" else midnight

    @property
    def join_text(self) -> str:
        hours = round(self.window.join / timedelta(hours=1))
        return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"


def time_axis(instants: Sequence[datetime], zone: tzinfo) -> TimeAxis:
    """The shortest range with enough readings up to the last. instants: sorted, not empty."""
    last = instants[-1]
    wanted = instants[_first_wanted(len(instants))]
    window = next((w for w in _WINDOWS if last - wanted <= w.length * (1 - _MARGIN)), _WINDOWS[-1])
    end = last + window.length * _MARGIN
    return TimeAxis(window, end - window.length, end, zone)


def _first_wanted(count: int) -> int:
    """Of more than a few, up to a quarter may fall off: a stay is not squeezed by last year."""
    return 0 if count <= _FEW else max(count - _ENOUGH, count // 4)


def _later(at: datetime, step: int, unit: str) -> datetime:
    if unit == "months":
        years, month = divmod(at.month - 1 + step, 12)
        return at.replace(year=at.year + years, month=month + 1)
    # wall-clock arithmetic: midnight stays midnight when the clocks change
    return at + (timedelta(hours=step) if unit == "hours" else timedelta(days=step))


def _label(at: datetime, unit: str) -> str:
    day = date_text(at.date())
    if unit == "hours":
        return f"{at:%H:%M}" if at.hour else day[:6]
    return day[3:] if unit == "months" else day[:6]
