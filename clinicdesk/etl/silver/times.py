"""The parts of written dates to instants: which part is the day, is it a day at all, which ms.

The parts are numbers as they were written; a part that is not there is 0.
"""

from enum import IntEnum

import narwhals.stable.v2 as nw

from clinicdesk.etl.arrays import NO_INT
from clinicdesk.etl.formats import DMY, MDY
from clinicdesk.etl.frames import DAY, FrameT

NO_ZONE = -10_000  # minutes: the text says nothing of a zone
_HOUR, _MINUTE, _SECOND = 3_600_000, 60_000, 1_000  # ms


class Shape(IntEnum):
    """In which order the three numbers of a day stand."""

    NONE = 0  # it is no date
    YEAR_FIRST = 1
    DAY_FIRST = 2
    MONTH_FIRST = 3
    OPEN = 4  # day or month first: the numbers or the column tell, or nobody does


def ordered(written: FrameT, order: str) -> FrameT:
    """Which number of an open day is the day; those that nothing tells are marked ambiguous.

    written: shape, first, second, third.  order: dmy or mdy where the column tells it.
    """
    first, second = nw.col("first"), nw.col("second")
    is_open = nw.col("shape") == Shape.OPEN
    day_first = is_open & _tells(order, DMY, MDY, first)
    month_first = is_open & ~day_first & (_tells(order, MDY, DMY, second) | (first == second))
    found = nw.when(day_first).then(nw.lit(int(Shape.DAY_FIRST)))
    found = found.when(month_first).then(nw.lit(int(Shape.MONTH_FIRST)))
    return written.with_columns(shape=found.otherwise(nw.col("shape")))


def _tells(order: str, mine: str, others: str, number: nw.Expr) -> nw.Expr:
    """Whether a number is the day: the column says so, or it says nothing and 12 are too few."""
    if order in (mine, others):
        return nw.lit(order == mine)
    return number > 12


def days(written: FrameT) -> FrameT:
    """midnight (ms from 1970, `NO_INT`: no such day) and ambiguous beside each written day.

    written: shape, first, second, third.
    """
    shape, first, second, third = (nw.col(n) for n in ("shape", "first", "second", "third"))
    year_first = shape == Shape.YEAR_FIRST
    month_first = shape == Shape.MONTH_FIRST
    parts = written.with_columns(
        year=nw.when(year_first).then(first).otherwise(third),
        month=nw.when(month_first).then(first).otherwise(second),
        day=nw.when(year_first).then(third).when(month_first).then(second).otherwise(first),
    )
    year, month, day = nw.col("year"), nw.col("month"), nw.col("day")
    decided = (shape != Shape.NONE) & (shape != Shape.OPEN) & (year >= 1)
    real = decided & month.is_between(1, 12) & (day >= 1) & (day <= _length(year, month))
    midnight = nw.when(real).then(_counted(year, month, day) * DAY)
    return parts.with_columns(
        midnight=midnight.otherwise(nw.lit(NO_INT, nw.Int64)), ambiguous=shape == Shape.OPEN
    )


def _length(year: nw.Expr, month: nw.Expr) -> nw.Expr:
    """Days of a month of the Gregorian calendar: 31 and 30 in turn, but for July and February."""
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    lacking = (month == 2).cast(nw.Int64) * (2 - leap.cast(nw.Int64))
    return 30 + (month + month // 8) % 2 - lacking


def _counted(year: nw.Expr, month: nw.Expr, day: nw.Expr) -> nw.Expr:
    """Days from 1970-01-01: years begin in March, so that a leap day ends one."""
    of_march = (month + 9) % 12
    of_era = year - (of_march // 10)
    in_year = (153 * of_march + 2) // 5 + day - 1
    return of_era * 365 + of_era // 4 - of_era // 100 + of_era // 400 + in_year - 719_468


def clocks(written: FrameT) -> FrameT:
    """since (ms after midnight), offset (ms, `NO_INT`: no zone) and real beside each written time.

    written: hour, minute, second, milli, zone (minutes east of UTC, `NO_ZONE`: none).
    """
    hour, minute, second = nw.col("hour"), nw.col("minute"), nw.col("second")
    zone = nw.col("zone")
    since = hour * _HOUR + minute * _MINUTE + second * _SECOND + nw.col("milli")
    offset = nw.when(zone == NO_ZONE).then(nw.lit(NO_INT, nw.Int64)).otherwise(zone * _MINUTE)
    real = (hour < 24) & (minute < 60) & (second < 60)
    return written.with_columns(since=since, offset=offset, real=real)


def moments(parts: FrameT) -> FrameT:
    """naive (ms on the clinic's clock) or instant (ms UTC), each `NO_INT` where the other is.

    parts: midnight, since, offset, real, and epoch (ms UTC, `NO_INT`: none).
    """
    none = nw.lit(NO_INT, nw.Int64)
    known = (nw.col("midnight") != NO_INT) & nw.col("real")
    zoned = nw.col("offset") != NO_INT
    local = nw.col("midnight") + nw.col("since")
    return parts.with_columns(
        naive=nw.when(known & ~zoned).then(local).otherwise(none),
        instant=nw.when(known & zoned).then(local - nw.col("offset")).otherwise(nw.col("epoch")),
    )


def local_days(instants: FrameT, zone: str) -> FrameT:
    """day: counted from 1970 on the calendar of a zone. instants: instant (ms UTC)."""
    local = nw.col("instant").cast(nw.Datetime("ms", "UTC")).dt.convert_time_zone(zone).dt
    parts = (part.cast(nw.Int64) for part in (local.year(), local.month(), local.day()))
    return instants.with_columns(day=_counted(*parts))
