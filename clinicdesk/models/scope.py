"""For whom a model was made: the guard that says loudly when a patient is not one of them."""

from collections.abc import Iterable, Mapping, Sequence

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.patient import AdministrativeGender
from clinicdesk.models.card import ModelCard

_LOUD = "OUT OF SCOPE: "
_NOT_YET = ("prediabet", "pre-diabet", "gestational", "family", "suspected", "screening", "risk")
_SEXES = {"female": "women", "male": "men"}


def outside_scope(card: ModelCard, gender: AdministrativeGender, age: float | None) -> list[str]:
    """Why the model was not made for this patient; empty when it was."""
    reasons = []
    if gender not in card.sexes:
        made_for = " and ".join(_SEXES[sex] for sex in card.sexes)
        whose = "is not recorded" if gender == AdministrativeGender.UNKNOWN else f"is {gender}"
        reasons.append(f"{_LOUD}this model was made for {made_for}; the patient's sex {whose}.")
    return reasons + too_young(card, age)


def too_young(card: ModelCard, age: float | None) -> list[str]:
    if age is None or age >= card.minimum_age:
        return []
    return [f"{_LOUD}this model was made for people of {card.minimum_age} years and over."]


def outcome_known(card: ModelCard, conditions: Iterable[Condition]) -> list[str]:
    """A model of becoming ill says nothing of somebody who is."""
    if any(_is_outcome(card, each) for each in conditions):
        return [f"{_LOUD}the record already has what this model forecasts."]
    return []


def below_minimum(card: ModelCard, values: Mapping[str, float | None]) -> list[str]:
    """The names of inputs without which a patient gets no estimate, and which are missing."""
    return [name for name in card.minimum if values.get(name) is None]


def labels(card: ModelCard, names: Sequence[str]) -> str:
    return "; ".join(card.input(name).label for name in names)  # labels have commas


def _is_outcome(card: ModelCard, condition: Condition) -> bool:
    """By its code, by a code written before its name, or by its name."""
    text = condition.display.casefold()
    first_word = condition.display.partition(" ")[0]
    if any(word in text for word in _NOT_YET):
        return False
    coded = (condition.code or first_word).startswith(card.outcome_codes)
    return coded or any(word in text for word in card.outcome_words)
