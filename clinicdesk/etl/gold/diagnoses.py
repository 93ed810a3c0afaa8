"""One row a diagnosis: those of the problem list, and the reasons of visits."""

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT, said

_COLUMNS = ("patient_id", "encounter_id", "origin", "code", "text", "day", "severity")


def diagnoses(conditions: FrameT, visits: FrameT) -> FrameT:
    """What was diagnosed, with the day (20261120) and, of a visit's reason, the visit's severity.

    conditions: patient_id, encounter_id, code, text, day.  visits: encounters of gold.
    Day, visit and severity are missing where nobody wrote one.
    """
    nothing = nw.lit(None, nw.Float64)
    listed = conditions.with_columns(origin=nw.lit("list"), severity=nothing)
    coded = said(nw.col("reason_code")) | said(nw.col("reason_text"))
    reasons = visits.filter(coded).with_columns(
        nw.col("encounter_id").cast(nw.Float64),
        nw.col("day").cast(nw.Float64),
        origin=nw.lit("visit"),
        code=nw.col("reason_code"),
        text=nw.col("reason_text"),
    )
    return nw.concat([listed.select(*_COLUMNS), reasons.select(*_COLUMNS)])
