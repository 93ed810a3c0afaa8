"""Shock index: heart rate over systolic pressure."""

from clinicdesk.models.scores.answers import PUBLISHED, words
from clinicdesk.models.scores.inputs import HEART_RATE, SYSTOLIC
from clinicdesk.models.scores.protocol import Score, Value, Values, number


def _band(index: float) -> str:
    """0.5-0.7 is usual, above 0.9 of concern, 1.0 and above high."""
    if index >= 1.0:
        return "high"
    if index > 0.9:
        return "concerning"
    if index > 0.7:
        return "above_usual"
    return "usual" if index >= 0.5 else "below_usual"


def _shock_index(values: dict[str, Value]) -> Values:
    index = number(values, "hr") / number(values, "sbp")
    return {"shock_index": index, "band": _band(index)}


def _headline(values: Values) -> str:
    return f"Shock index {values['shock_index']:.2f} - {words(values['band'])}"


SCORE = Score(
    id="shock_index",
    title="Shock index",
    version="1967.1",
    inputs=(HEART_RATE, SYSTOLIC),
    outputs=("shock_index", "band"),
    citation="Allgöwer M, Burri C. Schockindex. Dtsch Med Wochenschr 1967;92:1947-50.",
    licence=PUBLISHED,
    scope="Adults. Misleading with beta blockers, a pacemaker or chronic hypertension.",
    formula=_shock_index,
    headline=_headline,
)
