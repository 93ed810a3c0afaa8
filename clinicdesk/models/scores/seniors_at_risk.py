"""Seniors at risk: a rule of this program, with limits that are data and have versions."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from clinicdesk.models.scores.inputs import HEART_RATE, age
from clinicdesk.models.scores.protocol import (
    CannotScore,
    Choice,
    Given,
    Quantity,
    Score,
    Value,
    Values,
    absent,
    number,
)
from clinicdesk.resources import resource


@dataclass(frozen=True, slots=True)
class Thresholds:
    """One version of the limits. min_age: years.  heart rates: /min.  news2_from: points."""

    min_age: float
    heart_rate_below: float
    heart_rate_above: float
    news2_from: float

    def reasons(self, values: Mapping[str, Value]) -> list[str]:
        """Why the rule flags this senior; what is not known gives no reason."""
        if number(values, "age") < self.min_age:
            return []
        rate, news2 = values.get("hr"), values.get("news2")
        said = {
            f"heart rate below {self.heart_rate_below:g}": (
                rate is not None and float(rate) < self.heart_rate_below
            ),
            f"heart rate above {self.heart_rate_above:g}": (
                rate is not None and float(rate) > self.heart_rate_above
            ),
            f"NEWS2 {self.news2_from:g} or more": (
                news2 is not None and float(news2) >= self.news2_from
            ),
        }
        return [reason for reason, holds in said.items() if holds]


@cache
def versions() -> Mapping[str, Thresholds]:
    """Every version of the limits, the default first."""
    with resource("scores", "seniors_at_risk.toml").open("rb") as file:
        read = tomllib.load(file)
    named = {name: Thresholds(**limits) for name, limits in read["versions"].items()}
    default = read["default"]
    return {default: named[default], **named}


def counts(people: Iterable[Given]) -> dict[str, Counter[str]]:
    """How many each choice of limits would flag, would not, and cannot tell (`unknown`)."""
    everybody = list(people)
    return {
        name: Counter(_verdict({**person, "thresholds": name}) for person in everybody)
        for name in versions()
    }


def _verdict(person: Given) -> str:
    try:
        return "flagged" if SCORE.calculate(person)["flagged"] else "not flagged"
    except CannotScore:
        return "unknown"


def _tally(people: Sequence[Given]) -> list[str]:
    """One line for each choice of limits."""
    return [
        f"With the limits {name}: " + ", ".join(f"{n} {verdict}" for verdict, n in told.items())
        for name, told in counts(people).items()
    ]


def _chosen(values: Mapping[str, Value]) -> str:
    return str(values.get("thresholds", next(iter(versions()))))


def _needed(given: Given) -> set[str]:
    """Both measurements, unless the age or one of them already decides."""
    if absent(given, "age"):
        return {"age", "hr", "news2"}
    values = SCORE.read(given)
    limits = versions()[_chosen(values)]
    decided = number(values, "age") < limits.min_age or limits.reasons(values)
    return {"age"} if decided else {"age", "hr", "news2"}


def _seniors(values: dict[str, Value]) -> Values:
    chosen = _chosen(values)
    reasons = versions()[chosen].reasons(values)
    return {"flagged": int(bool(reasons)), "reasons": "; ".join(reasons), "thresholds": chosen}


def _headline(values: Values) -> str:
    said = f"flagged: {values['reasons']}" if values["flagged"] else "not flagged"
    return f"Seniors at risk: {said} (limits {values['thresholds']})"


SCORE = Score(
    id="seniors_at_risk",
    title="Seniors at risk",
    version="2026.1",
    inputs=(
        age(0),
        HEART_RATE,
        Quantity("news2", "NEWS2", "{score}", 0, 20, whole=True),
        Choice("thresholds", "Version of the limits", tuple(versions())),
    ),
    outputs=("flagged", "reasons", "thresholds"),
    citation="A rule of ClinicDesk; the NEWS2 bands are those of the RCP, 2017.",
    licence="Part of ClinicDesk.",
    scope="A list to look at, age 65 and over. Not validated against an outcome.",
    formula=_seniors,
    headline=_headline,
    needed=_needed,
    tally=_tally,
)
