"""What a table shows of a row: columns are data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")

WHEN, DAY = "28-May-2028 00:00", "28-May-2028"  # the widest instant and the widest day
AGE = "in the future"  # the widest age of a value


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. sample: the widest text it shows whole.  stretch: it takes spare width."""

    title: str
    text: Callable[[Row], str]
    sample: str = ""
    stretch: bool = False
    number: bool = False  # right-aligned
    bold: bool = False
