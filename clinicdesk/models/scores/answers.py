"""How scores answer: a sum with its bands, a risk in percent."""

from collections.abc import Callable, Mapping
from math import inf

from clinicdesk.models.scores.protocol import Input, Score, Value, Values
from clinicdesk.models.scores.tables import Part, total

PUBLISHED = "Published; cite."


def additive(
    *,
    id: str,
    title: str,
    version: str,
    inputs: tuple[Input, ...],
    parts: tuple[Part, ...],
    bands: Mapping[str, Callable[[float], str | float]],  # output -> of the total
    citation: str,
    scope: str,
    licence: str = PUBLISHED,
) -> Score:
    """A score that adds up points: its total, and what the total means."""

    def formula(values: dict[str, Value]) -> Values:
        points = total(parts, values)
        return {"total": points, **{name: band(points) for name, band in bands.items()}}

    return Score(
        id=id,
        title=title,
        version=version,
        inputs=inputs,
        outputs=("total", *bands),
        citation=citation,
        licence=licence,
        scope=scope,
        formula=formula,
        headline=total_headline(title, next(iter(bands), "")),
        parts=parts,
    )


def total_headline(title: str, band: str = "", of: str = "total") -> Callable[[Values], str]:
    """`CURB-65 3 - severe`; without a band the number alone."""

    def headline(values: Values) -> str:
        said = f"{title} {number_words(values[of])}"
        return f"{said} - {words(values[band])}" if band else said

    return headline


def risk_headline(outcome: str, band: str = "") -> Callable[[Values], str]:
    """`Cardiovascular disease within 10 years 12.3 % - intermediate`."""

    def headline(values: Values) -> str:
        said = f"{outcome} {float(values['risk'] or 0) * 100:.1f} %"
        return f"{said} - {words(values[band])}" if band else said

    return headline


def number_words(value: Value | None) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def words(value: Value | None) -> str:
    """A band as it is read: `very_high` is very high; 1 of a yes or no is positive."""
    if isinstance(value, int | float):
        return "positive" if value else "negative"
    return str(value).replace("_", " ")


def at_least(bound: float, points: int = 1) -> Callable[[float], int]:
    """Points from the bound on."""
    return lambda value: points if value >= bound else 0


def above(bound: float, points: int = 1) -> Callable[[float], int]:
    """Points above the bound, none at it."""
    return lambda value: points if value > bound else 0


def outside(low: float = -inf, high: float = inf) -> Callable[[float], int]:
    """One point below `low` or above `high`, none at either."""
    return lambda value: int(value < low or value > high)
