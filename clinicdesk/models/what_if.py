"""What would the model say if ...: only what somebody could change, and only as far as is likely.

A lever moves an input the card calls modifiable, between what was seen in training and what the
model was made for. Weight moves the body mass index through the patient's own height.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import NewType

from clinicdesk.domain.risk import RiskInput
from clinicdesk.errors import BadInput
from clinicdesk.models.card import CardInput, ModelCard
from clinicdesk.models.features import BMI, HEIGHT, WEIGHT, Newest, observed
from clinicdesk.models.scores.bmi_who import body_mass_index

WHAT_IF = "what if"  # the source of a value that nobody measured
STEPS = 100

LeverName = NewType("LeverName", str)


@dataclass(frozen=True, slots=True)
class Lever:
    """Something to move. value: as the record has it, None when it has none.

    low, high: how far it may be moved, in `unit`.  moves: the input it moves, itself or a linked
    one.  choices: the only values there are, by word.
    """

    name: LeverName
    label: str
    unit: str
    value: float | None
    low: float
    high: float
    moves: str
    height: float | None = None  # cm, for weight
    choices: Mapping[str, float] | None = None

    @property
    def step(self) -> float:
        """A hundredth of the way, as a round number: 1, 2 or 5 times a power of ten."""
        return round_step((self.high - self.low) / STEPS)

    def input_value(self, value: float) -> float:
        """What the input becomes when the lever stands at `value`."""
        return value if self.height is None else body_mass_index(value, self.height)


def round_step(width: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten that is no smaller."""
    if width <= 0:
        return 1.0
    power = 10.0 ** (len(f"{int(width)}") - 1) if width >= 1 else 10.0 ** _places(width)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width * 0.999)


def levers(card: ModelCard, inputs: Sequence[RiskInput], newest: Newest) -> list[Lever]:
    """What can be moved for this patient, in the order of the card."""
    found = zip(card.inputs, inputs, strict=True)
    return [_lever(wanted, each, newest) for wanted, each in found if wanted.modifiable]


def moved(
    card: ModelCard, inputs: Sequence[RiskInput], offered: Sequence[Lever], to: Mapping[str, float]
) -> list[RiskInput]:
    """The inputs with the levers moved. to: lever name -> value in its unit.

    Raise `BadInput` for a lever there is none of, and for a move beyond its ends.
    """
    by_name = {str(each.name): each for each in offered}
    values: dict[str, float] = {}
    for name, value in to.items():
        lever = by_name.get(name)
        if lever is None:
            known = ", ".join(by_name) or "nothing"
            raise BadInput(f"{name} cannot be changed in {card.title}. What can be: {known}.")
        _require_allowed(lever, value)
        values[lever.moves] = lever.input_value(value)
    return [_hypothetical(each, values) for each in inputs]


def _lever(wanted: CardInput, found: RiskInput, newest: Newest) -> Lever:
    low, high = _round_ends(*_ends(wanted))
    height = observed("height", "Height", "cm", newest.get(HEIGHT)).value
    if wanted.code == BMI and height:
        return _weight(wanted, found, newest, height)
    choices = {each.label: each.value for each in wanted.choices} or None
    name = LeverName(wanted.name)
    return Lever(
        name, found.label, wanted.unit, found.value, low, high, wanted.name, choices=choices
    )


def _weight(wanted: CardInput, found: RiskInput, newest: Newest, height: float) -> Lever:
    """Weight in place of the index; its ends are those of the index at this height."""
    per = (height / 100) ** 2
    low, high = _round_ends(*(end * per for end in _ends(wanted)))
    weight = observed("weight", "Weight", "kg", newest.get(WEIGHT)).value
    if found.value is not None:
        weight = round(found.value * per, 1)
    return Lever(LeverName("Weight"), "Weight", "kg", weight, low, high, wanted.name, height=height)


def _ends(wanted: CardInput) -> tuple[float, float]:
    lows = [wanted.low, wanted.trained_low, wanted.scope_low]
    highs = [wanted.high, wanted.trained_high, wanted.scope_high]
    return (
        max(each for each in lows if each is not None),
        min(each for each in highs if each is not None),
    )


def _round_ends(low: float, high: float) -> tuple[float, float]:
    """Whole steps within the ends, so that no lever stands at 138.94."""
    step = round_step((high - low) / STEPS)
    return round(ceil(low / step) * step, 6), round(floor(high / step) * step, 6)


def _require_allowed(lever: Lever, value: float) -> None:
    if lever.choices and value not in lever.choices.values():
        raise BadInput(f"{lever.label} can be {', '.join(lever.choices)}.")
    if not lever.low <= value <= lever.high:
        raise BadInput(
            f"{lever.label} can be moved between {lever.low:g} and {lever.high:g} {lever.unit}."
        )


def _hypothetical(found: RiskInput, values: Mapping[str, float]) -> RiskInput:
    if found.name not in values:
        return found
    return replace(
        found, value=values[found.name], text="", effective_at=None, source=WHAT_IF, stale=False
    )


def _places(width: float) -> int:
    """The power of ten below a width under 1: 0.03 -> -2."""
    return int(f"{width:e}".partition("e")[2])
