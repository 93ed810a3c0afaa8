"""Cut written dates into parts; what the parts are worth, the transforms say (silver/times.py)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import TypeAlias

import numpy as np

from clinicdesk.etl.arrays import NO_INT, Ints
from clinicdesk.etl.silver.times import NO_ZONE, Shape

_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_CLOCK = re.compile(
    r"[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d):?(\d\d))?"
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
_NUMERIC = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ]+(\d\d:\d\d(?::\d\d)?))?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NAMED = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%d-%b-%Y %H:%M", "%d-%b-%Y %H:%M:%S")
_DATE = len("2026-11-20")

Day: TypeAlias = tuple[int, int, int, int]
"""Shape, and three numbers in the order in which they stand."""
Clock: TypeAlias = tuple[int, int, int, int, int]
"""Hour, minute, second, milli, zone in minutes."""
DAY, CLOCK = (
    ("shape", "first", "second", "third"),
    ("hour", "minute", "second", "milli", "zone"),
)
_NO_DAY: Day = (Shape.NONE, 0, 0, 0)
_MIDNIGHT: Clock = (0, 0, 0, 0, NO_ZONE)
_NO_CLOCK: Clock = (24, 0, 0, 0, NO_ZONE)  # no day has it


@dataclass(frozen=True, slots=True)
class Written:
    """Texts in parts. day, clock: of each text, its place among the distinct ones.

    epoch: ms UTC, `NO_INT` where the text is no number of seconds.  open: which texts are no ISO
    dates, so that their order must be told.
    """

    day: Ints
    clock: Ints
    epoch: Ints
    days: Sequence[Day]
    clocks: Sequence[Clock]
    open: Sequence[str]


def written(texts: Iterable[str]) -> Written:
    """Cut each distinct text of a column."""
    days: dict[Day, int] = {}
    clocks: dict[Clock, int] = {}
    day_of: dict[str, int] = {}  # the ISO days and times met before: files repeat them
    clock_of: dict[str, int] = {}
    day, clock, epoch, open_ = [], [], [], []
    for text in texts:
        date, rest = text[:_DATE], text[_DATE:]
        at_day, at_clock, seconds = day_of.get(date), clock_of.get(rest), NO_INT
        if at_day is None or at_clock is None:
            parts, time, seconds = _cut(text)
            at_day = days.setdefault(parts, len(days))
            at_clock = clocks.setdefault(time, len(clocks))
            if _ISO_DAY.fullmatch(date) and _is_clock(rest):
                day_of[date], clock_of[rest] = at_day, at_clock
            elif seconds == NO_INT and text:
                open_.append(text)
        day.append(at_day)
        clock.append(at_clock)
        epoch.append(seconds)
    return Written(_ints(day), _ints(clock), _ints(epoch), [*days], [*clocks], open_)


def whole_years(days: Iterable[Day]) -> Iterator[Day]:
    """Every day of their years: the rest of a file has them too."""
    years = {year for shape, year, *_ in days if shape == Shape.YEAR_FIRST}
    for year, month, day in product(sorted(years), range(1, 13), range(1, 32)):
        yield Shape.YEAR_FIRST, year, month, day


def whole_days(clocks: Iterable[Clock]) -> Iterator[Clock]:
    """Every full minute of their zones."""
    zones = {zone for *_, zone in clocks}
    for zone, hour, minute in product(sorted(zones), range(24), range(60)):
        yield hour, minute, 0, 0, zone


def _ints(numbers: Sequence[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)


def _is_clock(text: str) -> bool:
    return not text or _CLOCK.fullmatch(text) is not None


def _cut(text: str) -> tuple[Day, Clock, int]:
    """The text's day and time, and the instant it counts by itself."""
    date, rest = text[:_DATE], text[_DATE:]
    if (match := _ISO_DAY.fullmatch(date)) and _is_clock(rest):
        year, month, day = map(int, match.groups())
        return (Shape.YEAR_FIRST, year, month, day), _clock(rest), NO_INT
    if _EPOCH.fullmatch(text):
        number = float(text)
        return _NO_DAY, _MIDNIGHT, int(number if number >= 1e11 else number * 1000)
    return (*_other(text), NO_INT)


def _clock(text: str) -> Clock:
    """The numbers of `T12:30:05.250+01:00`, of which everything after the minute may be absent."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return _MIDNIGHT if not text else _NO_CLOCK
    hour, minute, second, fraction, zulu, sign, zone_hour, zone_minute = match.groups()
    zone = 0 if zulu else NO_ZONE
    if sign:
        zone = (60 * int(zone_hour) + int(zone_minute)) * (-1 if sign == "-" else 1)
    milli = int(f"{fraction or ''}000"[:3])
    return int(hour), int(minute), int(second or 0), milli, zone


def _other(text: str) -> tuple[Day, Clock]:
    """Dates of people: 3/4/2026, 03.04.2026 14:30, 20260403, 3-Apr-2026."""
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match)
    if match := _COMPACT.fullmatch(text):
        year, month, day = map(int, match.groups())
        return (Shape.YEAR_FIRST, year, month, day), _MIDNIGHT
    for form in _NAMED:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        time = (moment.hour, moment.minute, moment.second, 0, NO_ZONE)
        return (Shape.YEAR_FIRST, moment.year, moment.month, moment.day), time
    return _NO_DAY, _MIDNIGHT


def _numeric(match: re.Match[str]) -> tuple[Day, Clock]:
    one, sign, two, three, time = match.groups()
    numbers = int(one), int(two), int(three)
    clock = _clock(f"T{time}") if time else _MIDNIGHT
    if len(one) == 4:
        return (Shape.YEAR_FIRST, *numbers), clock
    if len(three) != 4:
        return _NO_DAY, clock  # two-digit years are not guessed
    return (Shape.DAY_FIRST if sign == "." else Shape.OPEN, *numbers), clock
