"""One row a prescription."""

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import FrameT

_COLUMNS = ("patient_id", "encounter_id", "name", "category", "day", "month")


def prescriptions(medications: FrameT) -> FrameT:
    """What was prescribed, with day (20261120) and month (202611), missing where not written.

    medications: patient_id, encounter_id, name, category, day.
    """
    return medications.with_columns(month=(nw.col("day") / 100).floor()).select(*_COLUMNS)
