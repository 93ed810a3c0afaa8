"""Dataframes of whatever engine: what is said here runs on pandas, on Polars, on a cluster.

What is missing is null, and NaN in pandas. So an expression never asks "not greater than": of
nothing that is true in one engine and nothing in the other. `surely` makes a rule of a question.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

import narwhals.stable.v2 as nw
import pandas as pd
from numpy.typing import NDArray

Table: TypeAlias = nw.DataFrame[Any]  # of the product's engine
FrameT = TypeVar("FrameT", nw.DataFrame[Any], nw.LazyFrame[Any])

DAY = 86_400_000  # ms


def frame_of(columns: Mapping[str, Any]) -> Table:
    """Columns as a dataframe of the product's engine."""
    return nw.from_native(pd.DataFrame(columns), eager_only=True)


def columns_of(frame: Table) -> dict[str, NDArray[Any]]:
    """The columns of a dataframe of the product's engine, by name."""
    return {name: frame.get_column(name).to_numpy() for name in frame.columns}


def with_columns(frame: Table, columns: Mapping[str, Any]) -> Table:
    """The dataframe and aligned columns beside its own."""
    beside = frame_of(columns)
    return frame.with_columns(*(beside.get_column(name) for name in beside.columns))


def surely(question: nw.Expr) -> nw.Expr:
    """Whether it is so; where it cannot be told, it is not."""
    return question.fill_null(False)


def said(words: nw.Expr) -> nw.Expr:
    """Where a column of words says anything."""
    return words.fill_null("") != ""


def day_number(instant: nw.Expr, zone: str) -> nw.Expr:
    """The day of an instant (ms UTC, never missing) on the clinic's calendar, as 20261120."""
    local = instant.cast(nw.Datetime("ms", "UTC")).dt.convert_time_zone(zone).dt
    year, month, day = (part.cast(nw.Int64) for part in (local.year(), local.month(), local.day()))
    return year * 10_000 + month * 100 + day


def completed_years(born: nw.Expr, day: nw.Expr) -> nw.Expr:
    """Completed years between two days written as 20261120; missing where one is."""
    return ((day - born) / 10_000).floor()
