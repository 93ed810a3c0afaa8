"""Numbers with a code and a unit to the catalogue's unit, by a table of what each pair means.

Pairs: pair, in_catalog, coded (a result is a word), convertible, factor, offset, low and high
(beyond them a value cannot be), usual_low and usual_high. Infinite where there is no limit.
"""

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT, surely

Span = tuple[Sequence[int], float, float]
"""Pairs of a code, and from where to where a number of it has one unit: spans cannot meet."""


def completed(missing: FrameT, usual: Sequence[int], spans: Sequence[Span]) -> FrameT:
    """told: who tells the unit of a number that came without one.

    0: its preset declares it; 1, 2 ...: the number, by this span; -1: nobody.
    missing: pair, number.  usual: the pairs for which a preset declares a unit.
    """
    pair, number = nw.col("pair"), nw.col("number")
    told = nw.lit(-1)
    for place, (pairs, low, high) in enumerate(spans, start=1):
        inside = pair.is_in(list(pairs)) & surely(number.is_between(low, high))
        told = nw.when(inside).then(nw.lit(place)).otherwise(told)
    declared = pair.is_in(list(usual))
    return missing.with_columns(told=nw.when(declared).then(nw.lit(0)).otherwise(told))


def typed(readings: FrameT, pairs: FrameT) -> FrameT:
    """canonical beside each reading, whether it is a text, and whether a number was wanted.

    readings: pair, number (missing where the text is none), is_text.
    """
    joined = readings.join(pairs, on="pair", how="left")
    told = joined.with_columns(
        textual=nw.col("is_text") | nw.col("coded") | nw.col("number").is_null(),
        wants_number=nw.col("in_catalog") & ~nw.col("coded") & ~nw.col("is_text"),
        canonical=nw.col("number") * nw.col("factor") + nw.col("offset"),
    )
    return told.with_columns(unit_known=nw.col("convertible") | nw.col("textual"))
