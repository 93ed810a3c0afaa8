"""Values of one time that must fit together."""

from collections.abc import Mapping, Sequence

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT, surely


def misfits(moments: FrameT, rules: Mapping[str, tuple[nw.Expr, Sequence[str]]]) -> FrameT:
    """Where each rule does not hold, a rule a column.

    moments: what was measured together, a column a code, in the catalogue's unit; missing where it
    was not measured.  rules: id -> what must hold, and the codes that must all be there.
    """
    return moments.with_columns(
        **{id: _broken(holds, codes) for id, (holds, codes) in rules.items()}
    )


def _broken(holds: nw.Expr, codes: Sequence[str]) -> nw.Expr:
    first, *others = (~nw.col(code).is_null() for code in codes)
    for other in others:
        first = first & other
    return first & ~surely(holds)
