"""Dataframes of whatever engine: what is said here runs on pandas, on Polars, on a cluster."""

from typing import Any, TypeAlias, TypeVar

import narwhals.stable.v2 as nw

Frame: TypeAlias = nw.DataFrame[Any] | nw.LazyFrame[Any]
FrameT = TypeVar("FrameT", nw.DataFrame[Any], nw.LazyFrame[Any])

DAY = 86_400_000  # ms


def day_number(instant: nw.Expr, zone: str) -> nw.Expr:
    """The day of an instant (ms UTC, never missing) on the clinic's calendar, as 20261120."""
    local = instant.cast(nw.Datetime("ms", "UTC")).dt.convert_time_zone(zone).dt
    year, month, day = (part.cast(nw.Int64) for part in (local.year(), local.month(), local.day()))
    return year * 10_000 + month * 100 + day


def completed_years(born: nw.Expr, day: nw.Expr) -> nw.Expr:
    """Completed years between two days written as 20261120; missing where one is."""
    return ((day - born) / 10_000).floor()


def said(words: nw.Expr) -> nw.Expr:
    """Where a column of words says anything."""
    return words.fill_null("") != ""
