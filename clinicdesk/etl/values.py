"""Texts to values, a column at a time, each distinct text once. None knows what a column means.

Cutting texts and asking the zone is done here; what a value is, the transforms of silver say.

Every parser returns the values and the mask of those it could read; blanks are not read.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from clinicdesk.etl.arrays import NO_INT, Floats, Ints, Mask, Texts, same, texts
from clinicdesk.etl.formats import COMMA, MIXED, POINT, decimal_proof
from clinicdesk.etl.frames import DAY, Table, columns_of, frame_of
from clinicdesk.etl.memory import Memory
from clinicdesk.etl.silver.numbers import numbers as typed_numbers
from clinicdesk.etl.silver.times import Shape, local_days, moments, ordered
from clinicdesk.etl.silver.times import clocks as time_of_day
from clinicdesk.etl.silver.times import days as calendar
from clinicdesk.etl.silver.words import translated
from clinicdesk.etl.written import CLOCK as CLOCK_PARTS
from clinicdesk.etl.written import DAY as DAY_PARTS
from clinicdesk.etl.written import Day, whole_days, whole_years, written

OLDEST = -3_786_912_000_000  # 1850-01-01 in ms
_EPOCH = date(1970, 1, 1)

_GROUPS = re.compile("[ \u00a0\u202f'’]")


_SOME = 20  # distinct numbers: a column of a file, not a question of somebody
_USUAL = (*map(str, range(1000)), *(f"{tenths / 10}" for tenths in range(3000)))

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


def times(
    column: Texts, clock: Clock, order: Order = nobody_says, memory: Memory | None = None
) -> Times:
    """Read dates and instants; what has no zone is on the clinic's clock."""
    codes, uniques = pd.factorize(column)
    if len(uniques) == 1 and uniques[0] == "":
        return _no_times(len(column))
    parsed = _unique_times(texts(uniques), clock, order, memory or Memory())
    return Times(
        parsed.instants[codes],
        parsed.days[codes],
        parsed.read[codes],
        parsed.ambiguous[codes],
        parsed.clock_change[codes],
    )


def _no_times(size: int) -> Times:
    none, no = np.full(size, NO_INT, dtype=np.int64), np.zeros(size, dtype=bool)
    return Times(none, none, no, no, no)


def _unique_times(column: Texts, clock: Clock, order: Order, memory: Memory) -> Times:
    parts = written(column.tolist())
    said = order(parts.open) if parts.open else ""
    days = memory.recall(
        ("day", said), parts.days, partial(_calendar_days, said), ahead=whole_years
    )
    clocks = memory.recall("clock", parts.clocks, _times_of_day, ahead=whole_days)
    midnight, ambiguous = (np.array(held)[parts.day] for held in zip(*days, strict=True))
    since, offset, real = (np.array(held)[parts.clock] for held in zip(*clocks, strict=True))
    together = {"midnight": midnight, "since": since, "offset": offset, "real": real}
    found = columns_of(moments(frame_of({**together, "epoch": parts.epoch})))
    naive, instants = found["naive"], found["instant"].copy()
    changed = _place(instants, naive, clock.zone)
    read = instants != NO_INT
    return Times(instants, _local_days(instants, naive, clock.zone), read, ambiguous, changed)


def _calendar_days(order: str, days: Sequence[Day]) -> Iterator[tuple[int, bool]]:
    frame = _frame(DAY_PARTS, days)
    some_open = any(shape == Shape.OPEN for shape, *_ in days)
    found = columns_of(calendar(ordered(frame, order) if some_open else frame))
    return zip(found["midnight"].tolist(), found["ambiguous"].tolist(), strict=True)


def _times_of_day(clocks: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, int, bool]]:
    found = columns_of(time_of_day(_frame(CLOCK_PARTS, clocks)))
    return zip(*(found[name].tolist() for name in ("since", "offset", "real")), strict=True)


def _frame(names: Sequence[str], parts: Sequence[tuple[int, ...]]) -> Table:
    columns = np.array(parts, dtype=np.int64)
    return frame_of({name: columns[:, at] for at, name in enumerate(names)})


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
        placed = local_days(frame_of({"instant": instants[there]}), str(zone))
        days[there] = columns_of(placed)["day"]
    return days


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


def numbers(column: Texts, decimal: Decimal = point, memory: Memory | None = None) -> Numbers:
    """Read decimal numbers. decimal: tells the sign from the distinct texts: `.`, `,` or "".

    "" leaves open what can be read two ways; `mixed` reads the cells that prove themselves.
    """
    codes, uniques = pd.factorize(column)
    found = _unique_numbers(list(uniques), decimal, memory or Memory())
    return Numbers(found.values[codes], found.read[codes], found.ambiguous[codes])


def _unique_numbers(items: list[str], decimal: Decimal, memory: Memory) -> Numbers:
    marked = [item for item in items if "." in item or "," in item]
    sign = decimal(marked) if marked else POINT
    ambiguous = np.zeros(len(items), dtype=bool)
    if sign != POINT or any("," in item for item in marked):
        plain = [_plain_number(item, sign) for item in items]
        ambiguous = np.array([item is None for item in plain], dtype=bool)
        items = [item or "" for item in plain]
    found = memory.recall("number", items, _typed, at_first=_USUAL if len(items) > _SOME else ())
    values = np.array(found, dtype=np.float64)
    return Numbers(values, ~np.isnan(values), ambiguous)


def _typed(items: Sequence[str]) -> Iterator[float]:
    """NaN for what is no number."""
    return iter(columns_of(typed_numbers(frame_of({"text": texts(items)})))["value"].tolist())


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


def words(
    column: Texts, known: Mapping[str, str], memory: Memory | None = None
) -> tuple[Texts, Mask]:
    """Translate words by a table (keys in lower case); the mask says which were known."""
    codes, uniques = pd.factorize(column)
    if not len(uniques) or not known:
        return same("", len(column)), np.zeros(len(column), dtype=bool)
    kind = frozenset(known.items())
    found = (memory or Memory()).recall(kind, list(uniques), partial(_meanings, known))
    values = texts([meaning for meaning, _ in found])
    return values[codes], np.array([there for _, there in found], dtype=bool)[codes]


def _meanings(known: Mapping[str, str], words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    table = frame_of({"folded": [*known], "meaning": [*known.values()]})
    folded = frame_of({"folded": [word.casefold() for word in words]})
    found = columns_of(translated(folded, table))
    return zip(found["meaning"].tolist(), found["known"].tolist(), strict=True)
