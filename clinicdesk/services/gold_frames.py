"""Between columns of the store and dataframes of the transforms."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from clinicdesk.etl.frames import Table as Frame
from clinicdesk.etl.frames import frame_of
from clinicdesk.storage.gold import Column, Table, Words


def table_of(frame: Frame) -> Table:
    """A computed dataframe as columns to keep."""
    return {name: _column(frame.get_column(name)) for name in frame.columns}


def frame_of_table(table: Table) -> Frame:
    """Kept columns as a dataframe again."""
    plain = {n: held.texts() if isinstance(held, Words) else held for n, held in table.items()}
    return frame_of(plain)


def _column(series: nw.Series[Any]) -> Column:
    if series.dtype in (nw.Int64, nw.Float64):
        return series.to_numpy()
    codes, known = pd.factorize(series.to_numpy().astype(object))
    return Words(codes.astype(np.int32), [str(word) for word in known])
