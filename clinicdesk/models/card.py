"""The model card: what a learned model is, for whom, how good, and where it stops.

A card is data (`card.json`). One with a gap is refused: `gaps` names what is not filled in.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import inf, isinf
from typing import Any

SECTIONS = (
    "question",
    "intended_use",
    "out_of_scope",
    "population",
    "outcome",
    "horizon",
    "data_source",
    "data_licence",
    "data_citation",
    "data_dates",
    "preprocessing",
    "missing_policy",
    "algorithm",
    "validation",
    "calibration",
    "thresholds",
    "explanation",
    "interval",
    "background",
    "fairness",
    "limits",
    "monitoring",
    "update_rule",
    "regulatory",
    "owner",
    "date",
    "command",
)
_INPUT_LISTS = ("also", "conditions", "condition_words")
_LISTS = ("outcome_codes", "outcome_words", "minimum", "sexes", "references")
AGE = "30525-0"  # LOINC
METRICS = ("auroc", "average_precision", "brier", "calibration_slope", "calibration_intercept")


@dataclass(frozen=True, slots=True)
class CardInput:
    """One input of a model.

    code: LOINC, "" where none is in use.  also: LOINC codes accepted in its place, which are then
    called `also_label` and come with a `caution`.
    conditions, condition_words: of a problem the input asks about, 1 when the record has it and
    missing when it has not: ICD-10 prefixes and SNOMED CT codes, and lower-case words.
    low, high: beyond them the value cannot be, and is refused.  scope_low, scope_high: beyond them
    the model was not made for the patient.  trained_low, trained_high: the
    range seen in training; beyond it the model extrapolates, and says so.
    max_age_days: an older value is called stale.
    """

    name: str
    label: str
    unit: str  # UCUM
    code: str
    low: float
    high: float
    max_age_days: int | None = 365
    zero_is_missing: bool = False
    modifiable: bool = False
    note: str = ""
    also: tuple[str, ...] = ()
    also_label: str = ""
    caution: str = ""
    conditions: tuple[str, ...] = ()
    condition_words: tuple[str, ...] = ()
    scope_low: float | None = None
    scope_high: float | None = None
    trained_low: float = -inf
    trained_high: float = inf


@dataclass(frozen=True, slots=True)
class Metric:
    """A cross-validated figure with its 95 % interval; `sd` over the folds where there is one."""

    value: float
    low: float
    high: float
    sd: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """Probabilities below `below` that are not in a lower band."""

    name: str
    below: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything a reader needs to trust, doubt or refuse the model."""

    id: str
    version: str
    title: str
    outcome_label: str  # what the probability is of, in a few words
    outcome_codes: tuple[str, ...]  # ICD-10 prefixes and SNOMED CT codes of the outcome itself
    outcome_words: tuple[str, ...]  # how records without codes write it, lower case
    inputs: tuple[CardInput, ...]
    minimum: tuple[str, ...]  # without these a patient of the record gets no estimate
    minimum_age: int  # years
    sexes: tuple[str, ...]  # administrative genders it was made for
    bands: tuple[Band, ...]
    n: int
    events: int
    metrics: Mapping[str, Metric]
    sections: Mapping[str, str]
    references: tuple[str, ...]

    @property
    def age(self) -> str | None:
        """The name of the input that is the age."""
        return next((each.name for each in self.inputs if each.code == AGE), None)

    def input(self, name: str) -> CardInput:
        return next(each for each in self.inputs if each.name == name)

    def band(self, probability: float) -> str:
        return next((b.name for b in self.bands if probability < b.below), self.bands[-1].name)

    def gaps(self) -> list[str]:
        """What is not filled in; a card with a gap may not be used."""
        empty = [name for name in SECTIONS if not self.sections.get(name, "").strip()]
        unmeasured = [name for name in METRICS if name not in self.metrics]
        lists = [name for name in ("inputs", "bands", *_LISTS) if not getattr(self, name)]
        unseen = [each.name for each in self.inputs if isinf(each.trained_high - each.trained_low)]
        return empty + unmeasured + lists + [f"training range of {name}" for name in unseen]


def card_to_fields(card: ModelCard) -> dict[str, Any]:
    return asdict(card)


def card_to_json(card: ModelCard) -> str:
    return json.dumps(card_to_fields(card), indent=2, ensure_ascii=False)


def card_from_json(text: str | bytes) -> ModelCard:
    """Read a card; a missing or unknown field is a TypeError, so no gap slips in."""
    fields: dict[str, Any] = json.loads(text)
    lists: dict[str, Sequence[Any]] = {
        "inputs": [CardInput(**_tuples(each, *_INPUT_LISTS)) for each in fields["inputs"]],
        "bands": [Band(**each) for each in fields["bands"]],
    }
    metrics = {name: Metric(**metric) for name, metric in fields["metrics"].items()}
    fields |= {name: tuple(items) for name, items in lists.items()} | {"metrics": metrics}
    return ModelCard(**_tuples(fields, *_LISTS))


def _tuples(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return fields | {name: tuple(fields[name]) for name in names if name in fields}
