"""Age groups from the age in days: the convention of this program."""

from clinicdesk.models.scores.protocol import Quantity, Score, Value, Values, number
from clinicdesk.models.scores.tables import From

YEAR = 365.25  # days

age_group = From(  # of days
    "neonate",
    {
        28: "infant",
        YEAR: "child",
        12 * YEAR: "adolescent",
        18 * YEAR: "adult",
        65 * YEAR: "older_adult",
    },
)
_ON_SCREEN = {"adult": "adult", "older_adult": "senior"}


def _groups(values: dict[str, Value]) -> Values:
    group = age_group(number(values, "age_days"))
    return {"group": group, "ui_group": _ON_SCREEN.get(group, "pediatric")}


SCORE = Score(
    id="age_groups",
    title="Age group",
    version="2026.1",
    inputs=(Quantity("age_days", "Age in days", "d", 0, 45_000),),
    outputs=("group", "ui_group"),
    citation="ICH E11(R1) for children; an infant is under one year, an older adult 65 and over.",
    licence="A convention of ClinicDesk; others differ.",
    scope="Everybody.",
    formula=_groups,
    headline=lambda values: str(values["group"]),
)
