"""Words of a file to our words, by a table."""

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT


def translated(texts: FrameT, table: FrameT) -> FrameT:
    """meaning ("" where there is none) and known beside each text.

    texts: folded, in small letters.  table: folded, meaning; a word stands there once.
    """
    joined = texts.join(table, on="folded", how="left")
    return joined.with_columns(
        known=~nw.col("meaning").is_null(), meaning=nw.col("meaning").fill_null("")
    )
