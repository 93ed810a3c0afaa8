"""Find the unit of a column by its numbers, and the two units of a mixed one (F30).

Evidence is the distribution and the patient's own other results. Nothing is converted here: what is
found is proposed, with patients as proof, and a person says yes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from clinicdesk.domain.catalog import Concept
from clinicdesk.etl.arrays import Floats, Mask
from clinicdesk.etl.unit_model import (
    Centre,
    Fitted,
    Reading,
    fitted,
    likelihood_of_one,
    reading,
    shares_usual,
    units_to_tell,
    usual,
)
from clinicdesk.etl.unit_split import Split

FEWEST = 12  # numbers; fewer tell nothing
_SURE = 0.998
_APART = 2.0  # spreads between the two readings of one number
_SMALLEST = 0.01  # of the numbers, in the rarer unit
_OPEN = 0.25  # of the numbers, at most, between the two units
_MOST = 20_000  # numbers looked at; a threshold needs no more
_PROOF = 5  # patients


@dataclass(frozen=True, slots=True)
class Proof:
    """A patient with results on both sides of a split. results: number, its unit, converted.

    patient: the text by which the file names the person.
    """

    patient: str = field(repr=False)
    results: Sequence[tuple[float, str, float]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnitFound:
    """What the numbers tell of a column's unit.

    usual: unit, the part of the numbers it can have, the part that would be usual; best first.
    split: where the column holds two units.  open: numbers between the two.
    """

    usual: Sequence[tuple[str, float, float]]
    split: Split | None = None
    open: int = 0
    proof: Sequence[Proof] = ()

    @property
    def likely(self) -> str:
        """The one unit that fits nearly all, when every other one hardly fits; else ""."""
        if self.split or not self.usual or self.usual[0][2] < 0.5:
            return ""
        rest = max((share for _, _, share in self.usual[1:]), default=0.0)
        return self.usual[0][0] if rest <= 0.1 * self.usual[0][2] else ""


def detect(
    values: Floats, concept: Concept, patients: Sequence[str] = (), said: str = ""
) -> UnitFound:
    """Look at a column of numbers. patients: whose each is.  said: its unit, where one is said."""
    here = np.flatnonzero(_possible(values, concept))
    found = shares_usual(values[here], concept) if len(here) else ()
    if len(here) < FEWEST:
        return UnitFound(found)
    some = here if len(here) <= _MOST else here[:: math.ceil(len(here) / _MOST)]
    names = [patients[at] for at in some] if len(patients) else []
    mixed = _mixed(values[some], concept, names, said)
    if mixed is None:
        return UnitFound(found)
    split, units = mixed
    between = int(((values[here] > split.below) & (values[here] < split.above)).sum())
    return UnitFound(found, split, between, _proof(values[some], concept, units, split, names))


def _possible(values: Floats, concept: Concept) -> Mask:
    """Where a number can be a result in any unit; 999 and its kin tell nothing."""
    ways = [reading(values, concept, unit).scale for unit in units_to_tell(concept)]
    return np.asarray(~np.isnan(np.array(ways)).all(axis=0))


def _mixed(
    values: Floats, concept: Concept, patients: Sequence[str], said: str
) -> tuple[Split, tuple[Reading, Reading]] | None:
    """The pair of units that explains the column far better than any one unit does."""
    start = usual(concept)
    readings = [reading(values, concept, unit) for unit in units_to_tell(concept)]
    if start is None or len(readings) < 2:
        return None
    alone = max(likelihood_of_one(each) for each in readings)
    pairs = [(one, other) for one, other in combinations(readings, 2) if _told(one, other, said)]
    tried = [(pair, fitted(*pair, start)) for pair in pairs]
    good = [(pair, fit) for pair, fit in tried if _convinces(pair, fit, alone, start)]
    if not good:
        return None
    pair, fit = max(good, key=lambda each: each[1].likelihood)
    return _split(values, pair, fit, patients), pair


def _told(one: Reading, other: Reading, said: str) -> bool:
    return not said or said in (one.unit, other.unit)


def _convinces(pair: tuple[Reading, Reading], fit: Fitted, alone: float, start: Centre) -> bool:
    """Two heaps of numbers that become one, at a place where people are, and little between."""
    in_one, in_other = fit.first >= _SURE, fit.first <= 1 - _SURE
    rarer = min(int(in_one.sum()), int(in_other.sum()))
    if rarer < max(3, _SMALLEST * len(fit.first)):
        return False
    open_ = 1 - float((in_one | in_other).mean())
    better = 2 * (fit.likelihood - alone) - math.log(len(fit.first))
    near = abs(fit.centre.mean - start.mean) <= 2 * max(start.spread, 0.35)
    shift = float(np.median(pair[0].scale[in_one])) - float(np.median(pair[1].scale[in_other]))
    meet = abs(shift) <= fit.centre.spread * (0.75 + 1.5 / math.sqrt(rarer))
    return (
        better > 10
        and _apart(*pair) > _APART * fit.centre.spread
        and meet
        and near
        and open_ <= _OPEN
    )


def _apart(one: Reading, other: Reading) -> float:
    """How far the two readings of a number are apart; infinite where no number can be both."""
    both = np.abs(one.scale - other.scale)
    known = both[~np.isnan(both)]
    return float(np.median(known)) if len(known) else math.inf


def _split(
    values: Floats, pair: tuple[Reading, Reading], fit: Fitted, patients: Sequence[str]
) -> Split:
    """The threshold between the units; open numbers close to it are told by their patients."""
    one, other = pair
    first = _with_patients(pair, fit, patients) if patients else fit.first
    in_one, in_other = values[first >= _SURE], values[first <= 1 - _SURE]
    if np.median(in_one) < np.median(in_other):
        return _between(one.unit, in_one, in_other, other.unit)
    return _between(other.unit, in_other, in_one, one.unit)


def _between(lower: str, low: Floats, high: Floats, upper: str) -> Split:
    below, above = float(low.max()), float(high.min())
    if below >= above:  # the patients contradict each other: what is between stays open
        below, above = float(low[low < above].max()), float(high[high > below].min())
    return Split(lower, _rounded(below), _rounded(above), upper)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _with_patients(pair: tuple[Reading, Reading], fit: Fitted, patients: Sequence[str]) -> Floats:
    """How likely the first unit is, given also what else the same patient has."""
    people, who = np.unique(np.array(patients, dtype=str), return_inverse=True)
    sure = (fit.first >= _SURE) | (fit.first <= 1 - _SURE)
    scale = np.where(fit.first >= 0.5, pair[0].scale, pair[1].scale)
    known = pd.DataFrame({"who": who[sure], "scale": scale[sure]}).groupby("who")["scale"]
    own = known.agg(["mean", "count"]).reindex(range(len(people)))
    wide = _within(known.transform("std").to_numpy()) * np.sqrt(1 + 1 / own["count"])
    first = fit.first.copy()
    for at in np.flatnonzero(~sure & own["mean"].notna().to_numpy()[who]).tolist():
        centre = Centre(float(own["mean"][who[at]]), float(wide[who[at]]))
        one, other = (float(centre.density(_one(each, at))[0]) for each in pair)
        first[at] = 1 / (1 + math.exp(min(max(other - one, -700), 700)))
    return first


def _one(found: Reading, at: int) -> Reading:
    return Reading(found.unit, found.scale[at : at + 1], found.jacobian[at : at + 1])


def _within(spreads: Floats) -> float:
    """How far a patient's results usually lie from each other."""
    known = spreads[~np.isnan(spreads)]
    return max(float(np.median(known)) * 1.5, 0.05) if len(known) >= 10 else 0.3


def _proof(
    values: Floats,
    concept: Concept,
    pair: tuple[Reading, Reading],
    split: Split,
    patients: Sequence[str],
) -> list[Proof]:
    """Some patients with both units first, then some with one."""
    units = split.units(values).tolist()
    known = {unit: concept.conversion(unit) for unit in (split.lower, split.upper)}
    found: dict[str, list[tuple[float, str, float]]] = {}
    for at, unit in enumerate(units):
        step = known.get(unit)
        if step and len(patients):
            value = float(values[at])
            found.setdefault(patients[at], []).append((value, unit, step(value)))
    by_use = sorted(found.items(), key=lambda item: -len({unit for _, unit, _ in item[1]}))
    return [Proof(name, tuple(_telling(results))) for name, results in by_use[:_PROOF]]


def _telling(results: Sequence[tuple[float, str, float]]) -> list[tuple[float, str, float]]:
    """Two results of each unit at most."""
    units = dict.fromkeys(unit for _, unit, _ in results)
    return [r for unit in units for r in [r for r in results if r[1] == unit][:2]]
