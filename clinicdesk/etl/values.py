"""Texts to values, a column at a time. Nothing here knows what a column means.

Every parser returns the values and the mask of those it could read; blanks are not read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from clinicdesk.etl.arrays import NO_INT, Floats, Ints, Mask, Texts, blank, texts
from clinicdesk.etl.formats import COMMA, DMY, MDY, MIXED, POINT, decimal_proof

DAY = 86_400_000  # ms
OLDEST = -3_786_912_000_000  # 1850-01-01 in ms
_EPOCH = date(1970, 1, 1)

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(Z|z|[+-]\d\d:?\d\d)?)?"
)
_EPOCH_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
_NUMERIC_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ]+(\d\d:\d\d(?::\d\d)?))?")
_COMPACT = re.compile(r"\d{8}")
_NAMED = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%d-%b-%Y %H:%M", "%d-%b-%Y %H:%M:%S")
_GROUPS = re.compile("[ \u00a0\u202f'’]")


Order: TypeAlias = Callable[[Sequence[str]], str]
"""Tells from the distinct dates of a column whether day or month is first; "": nothing tells."""
Decimal: TypeAlias = Callable[[Sequence[str]], str]
"""Tells the decimal sign from the distinct numbers of a column; "": nothing tells."""


def nobody_says(_: Sequence[str]) -> str:
    """Each date that proves itself is read, no other."""
    return ""


def point(_: Sequence[str]) -> str:
    """Decimal points, as programs write them."""
    return POINT


@dataclass(frozen=True, slots=True)
class Clock:
    """How dates without a zone are to be read."""

    zone: ZoneInfo
    now: datetime

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    @property
    def today(self) -> int:
        """The day it is in the clinic, counted from 1970-01-01."""
        return (self.now.astimezone(self.zone).date() - _EPOCH).days


@dataclass(frozen=True, slots=True)
class Times:
    """instants: ms UTC.  days: as the clinic's calendar counts them from 1970-01-01."""

    instants: Ints
    days: Ints
    read: Mask
    ambiguous: Mask  # slashes, and no telling which comes first
    clock_change: Mask


def times(column: Texts, clock: Clock, order: Order = nobody_says) -> Times:
    """Read dates and instants; what has no zone is on the clinic's clock."""
    codes, uniques = pd.factorize(column)
    parsed = _unique_times(texts(uniques), clock, order)
    return Times(
        parsed.instants[codes],
        parsed.days[codes],
        parsed.read[codes],
        parsed.ambiguous[codes],
        parsed.clock_change[codes],
    )


def _unique_times(column: Texts, clock: Clock, order: Order) -> Times:
    naive = np.full(len(column), NO_INT, dtype=np.int64)
    instants = np.full(len(column), NO_INT, dtype=np.int64)
    ambiguous = np.zeros(len(column), dtype=bool)
    zoned: list[int] = []
    local: list[int] = []
    other: list[int] = []
    for i, text in enumerate(column.tolist()):
        if match := _ISO.fullmatch(text):
            (zoned if match.group(1) else local).append(i)
        elif _EPOCH_SECONDS.fullmatch(text):
            number = float(text)
            instants[i] = int(number if number >= 1e11 else number * 1000)
        elif text:
            other.append(i)
    said = order(column[other].tolist()) if other else ""
    for i in other:
        naive[i], ambiguous[i] = _other_date(column[i], said)
    _fill(instants, column, zoned, utc=True)
    _fill(naive, column, local, utc=False)
    changed = _place(instants, naive, clock.zone)
    read = instants != NO_INT
    return Times(instants, _local_days(instants, naive, clock.zone), read, ambiguous, changed)


def _fill(into: Ints, column: Texts, at: list[int], *, utc: bool) -> None:
    """Parse the ISO texts at these places to milliseconds; what is no date stays NO_INT."""
    if not at:
        return
    stamps = pd.to_datetime(pd.Series(column[at]), format="ISO8601", errors="coerce", utc=utc)
    into[at] = _millis(stamps)


def _millis(stamps: "pd.Series[pd.Timestamp]") -> Ints:
    naive = stamps.dt.tz_localize(None) if stamps.dt.tz is not None else stamps
    # NaT is the smallest integer, and so is NO_INT
    return naive.to_numpy().astype("datetime64[ms]").astype(np.int64)


def _place(instants: Ints, naive: Ints, zone: ZoneInfo) -> Mask:
    """Put clinic-clock times on the UTC line; say where the clock was being changed."""
    at = np.flatnonzero(naive != NO_INT)
    changed = np.zeros(len(naive), dtype=bool)
    if not len(at):
        return changed
    local = pd.Series(naive[at].astype("datetime64[ms]"))
    first = np.ones(len(at), dtype=bool)
    placed = local.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    certain = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").notna().to_numpy()
    changed[at] = ~certain & (naive[at] % DAY != 0)
    instants[at] = _millis(placed.dt.tz_convert("UTC"))
    return changed


def _local_days(instants: Ints, naive: Ints, zone: ZoneInfo) -> Ints:
    days = np.full(len(instants), NO_INT, dtype=np.int64)
    here = naive != NO_INT
    days[here] = naive[here] // DAY
    there = (instants != NO_INT) & ~here
    if there.any():
        stamps = pd.Series(instants[there].astype("datetime64[ms]")).dt.tz_localize("UTC")
        days[there] = _millis(stamps.dt.tz_convert(zone)) // DAY
    return days


def _other_date(text: str, order: str) -> tuple[int, bool]:
    """Milliseconds on the clinic's clock (NO_INT: not a date), and whether it is ambiguous."""
    if match := _NUMERIC_DATE.fullmatch(text):
        return _numeric_date(match, order)
    if _COMPACT.fullmatch(text):
        return _naive_millis(text[:4], text[4:6], text[6:]), False
    for form in _NAMED:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return int(moment.timestamp() * 1000), False
    return NO_INT, False


def _numeric_date(match: re.Match[str], order: str) -> tuple[int, bool]:
    one, sign, two, three, clock = match.groups()
    if len(one) == 4:
        return _naive_millis(one, two, three, clock), False
    if len(three) != 4:
        return NO_INT, False  # two-digit years are not guessed
    open_ = order not in (DMY, MDY)
    if sign == "." or order == DMY or (open_ and int(one) > 12):
        return _naive_millis(three, two, one, clock), False
    if order == MDY or (open_ and int(two) > 12) or one == two:
        return _naive_millis(three, one, two, clock), False
    return NO_INT, True


def _naive_millis(year: str, month: str, day: str, clock: str | None = None) -> int:
    try:
        moment = datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{clock or '00:00'}")
    except ValueError:
        return NO_INT
    return (moment - datetime(1970, 1, 1)) // timedelta(milliseconds=1)  # noqa: DTZ001 - both naive


def iso_days(days: Ints) -> Texts:
    """2026-11-20 for each day, "" for none."""
    out = np.datetime_as_string(days.clip(min=-200_000).astype("datetime64[D]")).astype(object)
    out[days == NO_INT] = ""
    return out


@dataclass(frozen=True, slots=True)
class Numbers:
    """values: NaN where not read."""

    values: Floats
    read: Mask
    ambiguous: Mask


def numbers(column: Texts, decimal: Decimal = point) -> Numbers:
    """Read decimal numbers. decimal: tells the sign from the distinct texts: `.`, `,` or "".

    "" leaves open what can be read two ways; `mixed` reads the cells that prove themselves.
    """
    codes, uniques = pd.factorize(column)
    found = _unique_numbers(texts(uniques), decimal)
    return Numbers(found.values[codes], found.read[codes], found.ambiguous[codes])


def _unique_numbers(column: Texts, decimal: Decimal) -> Numbers:
    items = column.tolist()
    marked = [item for item in items if "." in item or "," in item]
    sign = decimal(marked) if marked else POINT
    ambiguous = np.zeros(len(column), dtype=bool)
    if sign != POINT or any("," in item for item in marked):
        read = [_plain_number(item, sign) for item in items]
        ambiguous = np.array([item is None for item in read], dtype=bool)
        column = texts([item or "" for item in read])
    values = pd.to_numeric(pd.Series(column, dtype=object), errors="coerce")
    found = values.to_numpy(dtype=np.float64, na_value=np.nan)
    good = np.isfinite(found) & ~blank(column) & ~ambiguous
    return Numbers(np.where(good, found, np.nan), good, ambiguous)


def _plain_number(text: str, sign: str) -> str | None:
    """The number with a point and no thousands signs; None when it can be read two ways.

    What is no number comes back as it is.
    """
    if "." not in text and "," not in text:
        return text
    own = decimal_proof(text)
    if own is None:
        return text
    sign = own if sign in ("", MIXED) else sign
    if not sign:
        return None
    if own and own != sign:
        return "?"  # 12,5 in a column of points: neither 12.5 nor 125
    thousands = COMMA if sign == POINT else POINT
    return _GROUPS.sub("", text).replace(thousands, "").replace(sign, POINT)


def words(column: Texts, known: Mapping[str, str]) -> tuple[Texts, Mask]:
    """Translate words by a table (keys in lower case); the mask says which were known."""
    codes, uniques = pd.factorize(column)
    if not len(uniques):
        return column, np.zeros(0, dtype=bool)
    found = [known.get(text.casefold()) for text in uniques]
    values = texts([text or "" for text in found])
    return values[codes], np.array([text is not None for text in found])[codes]
