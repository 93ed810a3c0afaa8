"""What is wrong with single values: no number, no unit, beyond what can be or what is usual."""

from collections.abc import Mapping, Sequence

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT, surely


def unread(values: FrameT) -> FrameT:
    """Why a value that should be a number is none, a question a column.

    values: of `typed`, with empty, ambiguous, comparator (`< 5`) and not_a_pressure.
    """
    wanted = nw.col("wants_number") & ~nw.col("empty") & nw.col("number").is_null()
    asked = values.with_columns(wanted=wanted)
    none = asked.with_columns(none=nw.col("wanted") & ~nw.col("not_a_pressure"))
    return none.with_columns(
        two_readings=nw.col("none") & nw.col("ambiguous"),
        not_a_number=nw.col("none") & ~nw.col("ambiguous") & ~nw.col("comparator"),
        limit=nw.col("wanted") & nw.col("comparator"),
    )


def beyond(values: FrameT, sentinels: Sequence[float]) -> FrameT:
    """What is wrong with each number, a question a column. values: as for `unread`, and no_unit.

    Step by step: an engine that waits shares the steps by itself, pandas does not.
    """
    wants = nw.col("wants_number") & ~nw.col("empty")
    numeric = wants & (~nw.col("number").is_null() | nw.col("not_a_pressure"))
    asked = values.with_columns(numeric=numeric, value=nw.col("canonical").fill_null(0.0))
    known = asked.with_columns(
        known=nw.col("numeric") & nw.col("unit_known") & ~nw.col("canonical").is_null(),
        strange=nw.col("numeric") & ~nw.col("unit_known"),
    )
    value = nw.col("value")
    judged = known.with_columns(
        outside=nw.col("known") & ((value < nw.col("low")) | (value > nw.col("high"))),
        rare=nw.col("known") & ((value < nw.col("usual_low")) | (value > nw.col("usual_high"))),
        stands_for_none=nw.col("number").fill_null(0.0).is_in([float(each) for each in sentinels]),
    )
    outside = nw.col("outside")
    return judged.with_columns(
        missing_unit=nw.col("strange") & nw.col("no_unit"),
        unknown_unit=nw.col("strange") & ~nw.col("no_unit"),
        sentinel=outside & nw.col("stands_for_none"),
        impossible=outside & ~nw.col("stands_for_none"),
        unusual=nw.col("rare") & ~outside,
    )


def slipped(values: FrameT, spans: Mapping[str, tuple[Sequence[int], float, float]]) -> FrameT:
    """Which values beyond their limits another unit would explain, a rule a column.

    values: pair, canonical, impossible.  spans: rule -> its pairs, from and to.
    """
    return values.with_columns(
        **{
            rule: nw.col("impossible")
            & nw.col("pair").is_in(list(pairs))
            & surely(nw.col("canonical").is_between(low, high))
            for rule, (pairs, low, high) in spans.items()
        }
    )
