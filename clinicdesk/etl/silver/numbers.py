"""Texts to numbers, and what a number may be."""

import sys

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT, surely

# A point before decimals and no signs between thousands: what else there was is told before.
_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"


def numbers(texts: FrameT) -> FrameT:
    """value and read beside each text; value is missing where the text is no finite number.

    texts: text, "" where the file has nothing.
    """
    shaped = nw.col("text").str.contains(_NUMBER)
    found = nw.when(shaped).then(nw.col("text")).otherwise(nw.lit(None, nw.String))
    typed = texts.with_columns(value=found.cast(nw.Float64))
    finite = surely(nw.col("value").abs() <= sys.float_info.max)
    return typed.with_columns(
        value=nw.when(finite).then(nw.col("value")).otherwise(nw.lit(None, nw.Float64)),
        read=finite,
    )


def outside(quantities: FrameT, low: float, high: float, *, whole: bool) -> FrameT:
    """Whether each number breaks its limits, or is none that counts things. value: as read."""
    value = nw.col("value")
    wrong = (value < low) | (value > high)
    if whole:
        wrong = wrong | (value % 1 != 0)
    return quantities.with_columns(broken=surely(wrong & ~value.is_null()))
