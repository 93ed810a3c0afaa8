"""The engines that a transform must give equal results on: pandas, Polars, and Polars' lazy one."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl

Rows = list[tuple[Any, ...]]


def polars(frame: pd.DataFrame) -> pl.DataFrame:
    """The same table in Polars, where what is missing is null; no Arrow stands between them."""
    words = {name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])}
    return pl.DataFrame(
        {name: frame[name].tolist() if name in words else frame[name].to_numpy() for name in frame},
        schema_overrides=dict.fromkeys(words, pl.String),
        nan_to_null=True,
    )


ENGINES: Mapping[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": polars,
    "polars lazy": lambda frame: polars(frame).lazy(),
}


def on_every_engine(
    transform: Callable[..., Any], *frames: pd.DataFrame, order: Sequence[str]
) -> list[dict[str, Any]]:
    """Run the transform on each engine, find the results equal, and return the rows in order."""
    found = {
        name: rows_of(transform(*(nw.from_native(move(frame)) for frame in frames)), order)
        for name, move in ENGINES.items()
    }
    for name, rows in found.items():
        assert rows == found["pandas"], name
    return found["pandas"]


def rows_of(frame: Any, order: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as plain values: no engine's own NaN, null or integer is left."""
    native = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    rows = [
        {name: _plain(value) for name, value in row.items()} for row in native.iter_rows(named=True)
    ]
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in order))


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value
