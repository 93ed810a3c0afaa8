"""A life in its order: nothing before birth, little after death, no end before its beginning.

Days are counted from 1970. A day that nobody wrote has no meaning: `read` says which are.
"""

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT

LONGEST = 44_195  # days: 121 years


def implausible_days(dates: FrameT, today: int, oldest: int, zeros: Sequence[int]) -> FrameT:
    """future, old and sentinel: what days cannot be. dates: day, read.  zeros: of programs."""
    day, read = nw.col("day"), nw.col("read")
    return dates.with_columns(
        future=read & (day > today), old=read & (day < oldest), sentinel=read & day.is_in(zeros)
    )


def out_of_life(dates: FrameT, unborn: int) -> FrameT:
    """before_birth, too_old and after_death of each date.

    dates: day, read, born, died.  unborn: what stands in `born` where nobody knows it.
    The day after a death may be its night.
    """
    day, read, born = nw.col("day"), nw.col("read"), nw.col("born")
    return dates.with_columns(
        before_birth=read & (day < born),
        too_old=read & (born != unborn) & (day > born + LONGEST),
        after_death=read & (day > nw.col("died") + 1),
    )


def ends(spans: FrameT) -> FrameT:
    """before: what ends before it begins. spans: start, started, end, ended (days, read or not)."""
    both = nw.col("started") & nw.col("ended")
    return spans.with_columns(before=both & (nw.col("end") < nw.col("start")))


def stays(spans: FrameT, longest: int) -> FrameT:
    """long and differs: a stay beyond `longest` days, or not as long as it is said to be.

    spans: as for `ends`, and said (days; missing where nobody says).
    """
    both = nw.col("started") & nw.col("ended")
    days = nw.col("end") - nw.col("start")
    off = (nw.col("said") - days).abs() > 1
    return spans.with_columns(long=both & (days > longest), differs=both & off.fill_null(False))
