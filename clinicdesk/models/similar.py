"""Who of many is most like one: by the inputs of a model, each in its training spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from clinicdesk.domain.similar import LEAST, Difference
from clinicdesk.models.card import ModelCard

Row = Sequence[float | None]  # in the order of the card's inputs

COHORT = 3 * LEAST  # of fewer, the nearest are simply everybody
_TAILS = 4.65  # standard deviations from the 1st to the 99th percentile of a normal distribution


@dataclass(frozen=True, slots=True)
class Other:
    """Another patient as a row, and whether the outcome came."""

    row: Row
    outcome: bool


def nearest(card: ModelCard, row: Row, others: Sequence[Other]) -> list[Other]:
    """The LEAST nearest that have every input the model needs; none of too few."""
    needed = [at for at, each in enumerate(card.inputs) if each.name in card.minimum]
    known = [each for each in others if all(each.row[at] is not None for at in needed)]
    if len(known) < COHORT:
        return []
    return sorted(known, key=lambda each: distance(card, row, each.row))[:LEAST]


def distance(card: ModelCard, one: Row, other: Row) -> float:
    """The root of the mean squared difference, in spreads, over what both have."""
    parts = [
        ((a - b) / _spread(card, at)) ** 2
        for at, (a, b) in enumerate(zip(one, other, strict=True))
        if a is not None and b is not None
    ]
    return sqrt(sum(parts) / len(parts)) if parts else float("inf")


def differences(card: ModelCard, row: Row, found: Sequence[Other]) -> list[Difference]:
    """This patient beside the median of the others, for what both have."""
    found_differences = []
    for at, (wanted, own) in enumerate(zip(card.inputs, row, strict=True)):
        values = [value for each in found if (value := each.row[at]) is not None]
        if own is not None and values:
            middle = float(median(values))
            found_differences.append(Difference(wanted.label, wanted.unit, own, middle))
    return found_differences


def _spread(card: ModelCard, at: int) -> float:
    wanted = card.inputs[at]
    return (wanted.trained_high - wanted.trained_low) / _TAILS or 1.0
