"""What crosses from the compute process to the window: numbers, no library's objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinicdesk.domain.risk import Contribution, RiskEstimate, RiskInput
from clinicdesk.models.card import CardInput, ModelCard

_EACH_FOR_ITSELF = 3  # a wall of warnings is not read


@dataclass(frozen=True, slots=True)
class Prediction:
    """A number; base + sum(contributions) is equal to it.

    number: a probability, or an amount in the card's unit.  interval: 90 %, for the probability
    itself, or for the amount that will be seen.  contributions: in the order of the card's inputs.
    classes: of a model with several, the same for each of the card's classes; then the number is
    that of the most probable.
    """

    number: float
    interval: tuple[float, float]
    base: float
    contributions: tuple[float, ...]
    classes: tuple["Prediction", ...] = ()


def to_estimate(
    card: ModelCard,
    prediction: Prediction,
    inputs: Sequence[RiskInput],
    warnings: Sequence[str] = (),
    *,
    in_scope: bool = True,
) -> RiskEstimate:
    """Join the numbers with what they were made from."""
    by_class = zip(card.classes, prediction.classes, strict=True)
    probabilities = {name: each.number for name, each in by_class}
    return RiskEstimate(
        model=card.id,
        version=card.version,
        number=prediction.number,
        interval=prediction.interval,
        band=card.band(prediction.number),
        base=prediction.base,
        contributions=_contributions(card.inputs, prediction, inputs),
        inputs=inputs,
        missing=[each.label for each in inputs if each.value is None],
        warnings=[*warnings, *extrapolations(card.inputs, {i.name: i.value for i in inputs})],
        in_scope=in_scope,
        task=card.task,
        unit=card.unit,
        probabilities=probabilities,
        explained=max(probabilities, key=probabilities.__getitem__, default=""),
    )


def extrapolations(inputs: Sequence[CardInput], values: Mapping[str, float | None]) -> list[str]:
    """What lies outside the range that was seen in training: each for itself, many in one line."""
    strange = [
        each
        for each in inputs
        if not each.choices  # the number of a word has no range
        and (value := values.get(each.name)) is not None
        and not each.trained_low <= value <= each.trained_high
    ]
    if len(strange) > _EACH_FOR_ITSELF:
        labels = "; ".join(each.label for each in strange)  # labels have commas
        return [
            f"{len(strange)} values are outside what the model has seen, so that its number is "
            f"less certain than it looks: {labels}."
        ]
    return [
        f"{each.label} is outside what the model has seen "
        f"({each.trained_low:g} to {each.trained_high:g}): less certain than it looks."
        for each in strange
    ]


def _contributions(
    inputs: Sequence[CardInput], prediction: Prediction, found: Sequence[RiskInput]
) -> list[Contribution]:
    by_name = {each.name: each for each in found}
    moves = zip(inputs, prediction.contributions, strict=True)
    contributions = [
        Contribution(
            each.name, by_name[each.name].label, by_name[each.name].value, each.unit, moved
        )
        for each, moved in moves
    ]
    return sorted(contributions, key=lambda each: abs(each.contribution), reverse=True)
