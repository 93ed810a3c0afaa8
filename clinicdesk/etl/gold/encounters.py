"""One row a visit or stay, with what came before and after it of the same patient."""

import narwhals.stable.v2 as nw

from clinicdesk.etl.frames import DAY, FrameT, completed_years, day_number

_ORDER = ("started_at", "encounter_id")
STAY = "IMP"  # v3-ActCode: inpatient


def encounters(visits: FrameT, people: FrameT, prescribed: FrameT, zone: str) -> FrameT:
    """The visits with their day, the patient's age on it, earlier visits, and a readmission.

    visits: encounter_id, patient_id, class, started_at and ended_at (ms UTC), severity,
    length_of_stay (days), readmitted, reason_code, reason_text.  people: patient_id, born, died.
    prescribed: encounter_id, one row a prescription.
    """
    frame = visits.join(_owners(people), on="patient_id", how="inner")
    frame = frame.with_columns(day=day_number(nw.col("started_at"), zone))
    frame = frame.with_columns(
        age=completed_years(nw.col("born"), nw.col("day")),
        previous_visits=nw.col("encounter_id").cum_count().over("patient_id", order_by=_ORDER) - 1,
        gap=_days(nw.col("started_at") - _before(nw.col("started_at"))),
        days=_stay(),
        month=(nw.col("day") / 100).floor().cast(nw.Int64),
    )
    frame = frame.join(_readmissions(frame), on="encounter_id", how="left")
    return frame.join(_counted(prescribed), on="encounter_id", how="left").select(*_COLUMNS)


_COLUMNS = (
    nw.col("encounter_id"),
    nw.col("patient_id"),
    nw.col("class"),
    nw.col("started_at"),
    nw.col("day"),
    nw.col("month"),
    nw.col("age"),
    nw.col("severity"),
    nw.col("days"),
    nw.col("readmitted"),
    nw.col("readmitted_after"),
    nw.col("previous_visits").cast(nw.Int64),
    nw.col("gap"),
    nw.col("prescriptions").fill_null(0).cast(nw.Int64),
    nw.col("reason_code"),
    nw.col("reason_text"),
)


def _owners(people: FrameT) -> FrameT:
    return people.select("patient_id", "born", "died_at")


def _days(span: nw.Expr) -> nw.Expr:
    return span / DAY


def _before(instant: nw.Expr) -> nw.Expr:
    return instant.shift(1).over("patient_id", order_by=_ORDER)


def _stay() -> nw.Expr:
    """Days of stay: as the file says, else from the first to the last instant."""
    return nw.coalesce(nw.col("length_of_stay"), _days(nw.col("ended_at") - nw.col("started_at")))


def _readmissions(frame: FrameT) -> FrameT:
    """Days from the discharge of a stay to the next stay of the same patient.

    Missing where there was none, where nobody knows the discharge, where the next stay began
    before it (a transfer), and where the patient died in hospital.
    """
    stays = frame.filter(nw.col("class") == STAY).with_columns(
        left=nw.coalesce(nw.col("ended_at"), nw.col("started_at") + nw.col("days") * DAY),
        again=nw.col("started_at").shift(-1).over("patient_id", order_by=_ORDER),
    )
    alive = nw.col("died_at").is_null() | (nw.col("died_at") > nw.col("left"))
    after = stays.filter(alive & (nw.col("again") > nw.col("left")))
    return after.select("encounter_id", readmitted_after=_days(nw.col("again") - nw.col("left")))


def _counted(prescribed: FrameT) -> FrameT:
    at_visits = prescribed.filter(~nw.col("encounter_id").is_null())
    whole = at_visits.select(nw.col("encounter_id").cast(nw.Int64))
    return whole.group_by("encounter_id").agg(prescriptions=nw.len())
