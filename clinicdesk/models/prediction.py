"""What crosses from the compute process to the window: numbers, no library's objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinicdesk.domain.risk import Contribution, RiskEstimate, RiskInput
from clinicdesk.models.card import CardInput, ModelCard


@dataclass(frozen=True, slots=True)
class Prediction:
    """A probability; base + sum(contributions) is equal to it.

    interval: 90 %, for the probability itself.  contributions: in the order of the card's inputs,
    in probability (0.05 is five percentage points).
    """

    probability: float
    interval: tuple[float, float]
    base: float
    contributions: tuple[float, ...]


def to_estimate(
    card: ModelCard,
    prediction: Prediction,
    inputs: Sequence[RiskInput],
    warnings: Sequence[str] = (),
    *,
    in_scope: bool = True,
) -> RiskEstimate:
    """Join the numbers with what they were made from."""
    return RiskEstimate(
        model=card.id,
        version=card.version,
        probability=prediction.probability,
        interval=prediction.interval,
        band=card.band(prediction.probability),
        base=prediction.base,
        contributions=_contributions(card.inputs, prediction, inputs),
        inputs=inputs,
        missing=[each.label for each in inputs if each.value is None],
        warnings=[*warnings, *extrapolations(card.inputs, {i.name: i.value for i in inputs})],
        in_scope=in_scope,
    )


def extrapolations(inputs: Sequence[CardInput], values: Mapping[str, float | None]) -> list[str]:
    """One warning for each value outside the range that was seen in training."""
    return [
        f"{each.label} is outside what the model has seen "
        f"({each.trained_low:g} to {each.trained_high:g}): less certain than it looks."
        for each in inputs
        if (value := values.get(each.name)) is not None
        and not each.trained_low <= value <= each.trained_high
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
