"""The newest value of each code and patient: what a model is told of somebody (F45)."""

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT

_OWNER = ("patient_id", "code")


def newest(observations: FrameT) -> FrameT:
    """Keep the last of each patient and code; of two at one instant the one stored last.

    observations: patient_id, code, at (ms UTC), id, and whatever was measured.  Of the newest
    of several parts, this makes the newest of all.
    """
    latest = observations.filter(nw.col("at") == nw.col("at").max().over(*_OWNER))
    return latest.filter(nw.col("id") == nw.col("id").max().over(*_OWNER))
