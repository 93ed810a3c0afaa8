"""The visit risk index: a transparent sum of 0 to 100, to be read line by line."""

from clinicdesk.models.scores.inputs import age, count, yes_no
from clinicdesk.models.scores.protocol import Quantity, Score, Value, Values
from clinicdesk.models.scores.tables import From, by_number, earned, if_yes

_MOST = 100
_band = From("low", {30: "moderate", 60: "high"})


def _age_points(years: float) -> float:
    """30 points over the 50 years from 30 to 80."""
    return min(max((years - 30) / 50 * 30, 0.0), 30.0)


PARTS = (
    by_number("age_points", _age_points, 30, of="age"),
    by_number("severity_points", lambda severity: 5 * severity, 50, 5, of="severity"),
    if_yes("smoker_points", 10, of="smoker"),
    if_yes("alcohol_points", 5, of="alcohol"),
    by_number("visit_points", lambda visits: min(2 * visits, 15), 15, of="previous_visits"),
)

_SHOWN = {
    "age_points": "age",
    "severity_points": "severity",
    "smoker_points": "smoking",
    "alcohol_points": "alcohol",
    "visit_points": "visits before",
}


def _index(values: dict[str, Value]) -> Values:
    points = earned(PARTS, values)
    total = min(sum(points.values()), _MOST)
    return {**points, "total": total, "band": _band(total)}


def _headline(values: Values) -> str:
    lines = [f"{_SHOWN[part.name]} {values[part.name]:g}" for part in PARTS]
    cut = ", cut to 100" if sum(float(values[part.name] or 0) for part in PARTS) > _MOST else ""
    return f"Visit risk index {values['total']:g} - {values['band']} = {' + '.join(lines)}{cut}"


SCORE = Score(
    id="visit_risk_index",
    title="Visit risk index",
    version="2026.1",
    inputs=(
        age(0),
        Quantity("severity", "Severity of the visit", "{score}", 1, 10, whole=True),
        yes_no("smoker", "Smoker", code="72166-2"),
        yes_no("alcohol", "Drinks alcohol", code="11331-6"),
        count("previous_visits", "Visits before this one", 10_000),
    ),
    outputs=(*(part.name for part in PARTS), "total", "band"),
    citation="A sum of ClinicDesk: age, severity, smoking, alcohol, visits before.",
    licence="Part of ClinicDesk.",
    scope="To sort a list of visits. Not a probability, and not validated against an outcome.",
    formula=_index,
    headline=_headline,
    parts=PARTS,
    ceiling=_MOST,
)
