"""For whom a model was made: the guard that says loudly when a patient is not one of them."""

from collections.abc import Iterable, Mapping, Sequence

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.patient import AdministrativeGender
from clinicdesk.domain.units import printed_unit
from clinicdesk.models.card import CardInput, ModelCard
from clinicdesk.models.problems import find_problem

LOUD = "OUT OF SCOPE: "
_SEXES = {"female": "women", "male": "men"}


Values = Mapping[str, float | None]  # by name of the input


def outside_scope(card: ModelCard, gender: AdministrativeGender, values: Values) -> list[str]:
    """Why the model was not made for this patient; empty when it was."""
    reasons = []
    if gender not in card.sexes:
        made_for = " and ".join(_SEXES[sex] for sex in card.sexes)
        whose = "is not recorded" if gender == AdministrativeGender.UNKNOWN else f"is {gender}"
        reasons.append(f"{LOUD}this model was made for {made_for}; the patient's sex {whose}.")
    return reasons + outside_values(card, values)


def outside_values(card: ModelCard, values: Values) -> list[str]:
    """The same from the values alone: of a plain row nothing else is known."""
    return [*_too_young(card, values), *_beyond(card, values)]


def _too_young(card: ModelCard, values: Values) -> list[str]:
    age = values.get(card.age) if card.age else None
    if age is None or age >= card.minimum_age:
        return []
    return [f"{LOUD}this model was made for people of {card.minimum_age} years and over."]


def _beyond(card: ModelCard, values: Values) -> list[str]:
    return [
        f"{LOUD}this model was made for {each.label} {_limits(each)}."
        for each in card.inputs
        if (value := values.get(each.name)) is not None and _is_beyond(each, value)
    ]


def _is_beyond(wanted: CardInput, value: float) -> bool:
    low, high = wanted.scope_low, wanted.scope_high
    return (low is not None and value < low) or (high is not None and value > high)


def _limits(wanted: CardInput) -> str:
    unit = printed_unit(wanted.unit)
    if wanted.scope_high is None:
        return f"of {wanted.scope_low:g} {unit}".rstrip() + " and over"
    if wanted.scope_low is None:
        return f"up to {wanted.scope_high:g} {unit}".rstrip()
    return f"of {wanted.scope_low:g} to {wanted.scope_high:g} {unit}".rstrip()


def outcome_known(card: ModelCard, conditions: Iterable[Condition]) -> list[str]:
    """A model of becoming ill says nothing of somebody who is."""
    if find_problem(conditions, card.outcome_codes, card.outcome_words):
        return [f"{LOUD}the record already has what this model forecasts."]
    return []


def below_minimum(card: ModelCard, values: Mapping[str, float | None]) -> list[str]:
    """The names of inputs without which a patient gets no estimate, and which are missing."""
    return [name for name in card.minimum if values.get(name) is None]


def labels(card: ModelCard, names: Sequence[str]) -> str:
    return "; ".join(card.input(name).label for name in names)  # labels have commas
