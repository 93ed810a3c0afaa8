"""CURB-65: how severe is this pneumonia from the community."""

from clinicdesk.models.scores.answers import above, additive, at_least
from clinicdesk.models.scores.inputs import DIASTOLIC, RESPIRATORY_RATE, SYSTOLIC, age, yes_no
from clinicdesk.models.scores.protocol import Quantity
from clinicdesk.models.scores.tables import From, Part, Read, by_number, if_yes


def _low_pressure(read: Read) -> int | None:
    """Systolic below 90 or diastolic at 60 and below; both are needed to say neither."""
    if ("sbp" in read and float(read["sbp"]) < 90) or ("dbp" in read and float(read["dbp"]) <= 60):
        return 1
    return 0 if {"sbp", "dbp"} <= read.keys() else None


SCORE = additive(
    id="curb_65",
    title="CURB-65",
    version="2003.1",
    inputs=(
        yes_no("confusion", "New confusion"),
        Quantity("urea_mmol_l", "Urea", "mmol/L", 0.3, 107, code="22664-7"),
        RESPIRATORY_RATE,
        SYSTOLIC,
        DIASTOLIC,
        age(),
    ),
    parts=(
        if_yes("confusion"),
        by_number("urea_mmol_l", above(7), 1),
        by_number("rr", at_least(30), 1),
        Part("pressure", ("sbp", "dbp"), _low_pressure, 1),
        by_number("age", at_least(65), 1),
    ),
    bands={"band": From("low", {2: "moderate", 3: "severe"})},
    citation=(
        "Lim WS, et al. Defining community acquired pneumonia severity on presentation to "
        "hospital. Thorax 2003;58:377-82. doi:10.1136/thorax.58.5.377"
    ),
    scope="Adults with pneumonia from the community. Urea is in mmol/L; BUN is another number.",
)
