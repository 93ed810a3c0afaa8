"""How likely a number is in one unit or another: log-normal around what adults have.

A result is read in every unit of its concept and compared in the canonical one. Two units of a
column share centre and spread there, since they are of the same people; only numbers between the
two readings stay open.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinicdesk.domain.catalog import Concept
from clinicdesk.domain.units import Conversion, normal_unit
from clinicdesk.etl.arrays import Floats
from clinicdesk.etl.rules import rulebook

_ROUNDS = 60
_NARROWEST = 0.02
_NEVER = -1e9  # a number that the unit cannot have


@dataclass(frozen=True, slots=True)
class Reading:
    """A column in one unit. scale: canonical values in logarithms; NaN where none is possible.

    jacobian: what a density of the scale is multiplied with to be one of the column, its logarithm.
    """

    unit: str
    scale: Floats
    jacobian: Floats


@dataclass(frozen=True, slots=True)
class Centre:
    """Where the logarithms of canonical values lie."""

    mean: float
    spread: float

    def density(self, reading: Reading) -> Floats:
        """Of each number, were it in the unit; logarithms."""
        away = (reading.scale - self.mean) / self.spread
        found = -0.5 * away**2 - math.log(self.spread) + reading.jacobian
        return np.where(np.isnan(found), _NEVER, found)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A column of two units. first: of each number, how likely it is in the first, 0 to 1."""

    centre: Centre
    first: Floats
    likelihood: float


def units_to_tell(concept: Concept) -> list[str]:
    """The units of a concept that are not the same by another name."""
    found: dict[tuple[float, float], str] = {}
    for unit in concept.units:
        step = concept.conversions[normal_unit(unit)]
        found.setdefault((step.factor, step.offset), unit)
    return list(found.values())


def reading(values: Floats, concept: Concept, unit: str) -> Reading:
    """The numbers as results in a unit."""
    step = concept.conversion(unit) or Conversion()
    canonical = step.factor * values + step.offset
    low, high = concept.plausible.low, concept.plausible.high
    possible = (canonical > 0) & (canonical >= (0 if low is None else low))
    possible &= canonical <= (math.inf if high is None else high)
    scale = np.log(np.where(possible, canonical, np.nan))
    return Reading(unit, scale, math.log(abs(step.factor)) - scale)


def usual(concept: Concept) -> Centre | None:
    """What adults have of it, generously; None where the catalogue does not say."""
    limits = rulebook().usual.get(concept.code)
    spans = [(concept.reference.low, concept.reference.high)]
    spans += [(span.low, span.high) for span in concept.reference_by_gender.values()]
    spans += [(limits.low, limits.high)] if limits else []
    spans += [(concept.plausible.low, concept.plausible.high)]
    for low, high in spans:
        if low and high and 0 < low < high:
            return Centre(math.log(low * high) / 2, max(math.log(high / low) / 2, 0.1))
    return None


def likelihood_of_one(found: Reading) -> float:
    """How likely the column is, all of it in one unit; its centre and spread fitted."""
    scale = found.scale[~np.isnan(found.scale)]
    if not len(scale):
        return _NEVER * len(found.scale)
    centre = Centre(float(scale.mean()), max(float(scale.std()), _NARROWEST))
    return float(centre.density(found).sum())


def fitted(one: Reading, other: Reading, start: Centre) -> Fitted:
    """The column as a mixture of two units, by expectation maximisation."""
    centre, share = Centre(start.mean, max(start.spread, 0.3)), 0.5
    first = _first(one, other, centre, share)
    for _ in range(_ROUNDS):
        before = centre
        centre, share = _centre(one, other, first), float(first.mean())
        share = min(max(share, 1e-6), 1 - 1e-6)
        first = _first(one, other, centre, share)
        if abs(before.mean - centre.mean) + abs(before.spread - centre.spread) < 1e-6:
            break
    return Fitted(centre, first, _likelihood(one, other, centre, share))


def _first(one: Reading, other: Reading, centre: Centre, share: float) -> Floats:
    odds = centre.density(other) + math.log(1 - share) - centre.density(one) - math.log(share)
    both = np.isnan(one.scale) & np.isnan(other.scale)
    return np.where(both, 0.5, 1 / (1 + np.exp(np.clip(odds, -700, 700))))


def _centre(one: Reading, other: Reading, first: Floats) -> Centre:
    weights = np.concatenate([first, 1 - first])
    scale = np.concatenate([one.scale, other.scale])
    weights = np.where(np.isnan(scale), 0, weights)
    scale = np.nan_to_num(scale)
    total = max(float(weights.sum()), 1e-9)
    mean = float((weights * scale).sum() / total)
    spread = math.sqrt(float((weights * (scale - mean) ** 2).sum() / total))
    return Centre(mean, max(spread, _NARROWEST))


def _likelihood(one: Reading, other: Reading, centre: Centre, share: float) -> float:
    left = centre.density(one) + math.log(share)
    right = centre.density(other) + math.log(1 - share)
    return float(np.logaddexp(left, right).sum())


def shares_usual(values: Floats, concept: Concept) -> Sequence[tuple[str, float, float]]:
    """Unit, the part of the numbers that it can have, and the part that would be usual."""
    centre = usual(concept)
    found = []
    for unit in units_to_tell(concept):
        scale = reading(values, concept, unit).scale
        near = np.abs(scale - centre.mean) <= 2 * centre.spread if centre else np.zeros(len(scale))
        found.append((unit, float((~np.isnan(scale)).mean()), float(np.mean(near))))
    return sorted(found, key=lambda item: (-item[2], -item[1]))
