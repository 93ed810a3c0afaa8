"""Of the inputs that changed, which matter most, and what the plain cause may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.monitoring.drift import Drift, Verdict

Floats = NDArray[np.float64]

_NEAR = 0.10  # a ratio of medians within 10 % of a conversion factor
_GONE = 0.20  # a change of the share without the input


@dataclass(frozen=True, slots=True)
class Watched:
    """An input now and in training. factors: unit name -> what a value in it is multiplied by to
    be in the model's unit.  effect: mean change of the probability that its new values cause.
    median: in training.  demographic: age, sex: a change is another case mix.
    """

    name: str
    label: str
    median: float
    factors: Mapping[str, float]
    effect: float
    demographic: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    name: str
    label: str
    effect: float
    cause: str


def alerts(
    watched: Sequence[Watched],
    now: Mapping[str, Floats],
    drifts: Mapping[str, Drift],
    most: int = 3,
) -> list[Alert]:
    """The changed inputs by their effect on the risk, largest first."""
    changed = [each for each in watched if drifts[each.name].verdict is Verdict.CHANGED]
    ranked = sorted(changed, key=lambda each: -abs(each.effect))[:most]
    return [
        Alert(each.name, each.label, each.effect, _cause(each, now[each.name], drifts[each.name]))
        for each in ranked
    ]


def _cause(each: Watched, values: Floats, drift: Drift) -> str:
    known = values[~np.isnan(values)]
    before, now = drift.missing
    if abs(now - before) >= _GONE:
        way = "less" if now > before else "more"
        return f"{each.label} is recorded {way} often: {1 - before:.0%} then, {1 - now:.0%} now."
    if len(known) and (unit := _other_unit(each, float(np.median(known)))):
        return f"The values look as if they were in {unit}: has a unit changed?"
    if each.demographic:
        return f"Other patients come: {each.label} is distributed differently."
    return f"{each.label} has other values than in training: is there a new test or code for it?"


def _other_unit(each: Watched, median: float) -> str:
    """The unit in which today's median would be training's; "" when none explains it."""
    for unit, factor in each.factors.items():
        if factor != 1 and each.median and abs(median * factor / each.median - 1) <= _NEAR:
            return unit
    return ""
