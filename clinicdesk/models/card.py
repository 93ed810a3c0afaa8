"""The model card: what a learned model is, for whom, how good, and where it stops.

A card is data (`card.json`). One with a gap is refused: `gaps` names what is not filled in.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import inf, isinf
from typing import Any

from clinicdesk.domain.risk import Task

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
_LISTS = ("outcome_codes", "outcome_words", "minimum", "sexes", "references", "classes")
_CHOICE_LISTS = ("words", "icd9", "icd10")
_REQUIRED = ("inputs", "minimum", "sexes", "references")
_REQUIRED_OF: Mapping[Task, Sequence[str]] = {
    Task.PROBABILITY: ("bands",),
    Task.CLASSES: ("classes", "class_counts"),
    Task.VALUE: ("bands", "unit"),
}
AGE = "30525-0"  # LOINC
METRICS: Mapping[Task, Sequence[str]] = {
    Task.PROBABILITY: (
        "auroc",
        "average_precision",
        "brier",
        "calibration_slope",
        "calibration_intercept",
    ),
    Task.CLASSES: ("auroc_macro", "log_loss", "brier", "log_loss_of_shares"),
    Task.VALUE: ("mae", "mae_of_median", "rmse", "bias", "coverage_90"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to an input that asks in words.

    value: what the model is told.  words: how files write it, lower case; "*" is anything else.
    icd9: codes "250" or ranges "390-459" of their first three digits.  icd10: prefixes.
    """

    label: str
    value: float
    words: tuple[str, ...] = ()
    icd9: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()


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
    choices: what the input may be, in words; none where it is a number.
    column: the name in files, where it is not `name`.
    found: the finder of `record_finders` that looks for it in a record; "" for the LOINC code, the
    age or the problem.
    """

    name: str
    label: str
    unit: str  # UCUM
    code: str
    low: float
    high: float
    max_age_days: float | None = 365
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
    choices: tuple[Choice, ...] = ()
    column: str = ""
    found: str = ""

    def label_of(self, value: float) -> str:
        """The word for a value of an input that asks in words, "" where it does not."""
        return next((each.label for each in self.choices if each.value == value), "")

    @property
    def in_record(self) -> bool:
        """Whether a record has a place where this input could be."""
        return bool(self.code or self.conditions or self.found)


@dataclass(frozen=True, slots=True)
class Metric:
    """A cross-validated figure with its 95 % interval; `sd` over the folds where there is one."""

    value: float
    low: float
    high: float
    sd: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """Numbers below `below` that are not in a lower band."""

    name: str
    below: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything a reader needs to trust, doubt or refuse the model."""

    id: str
    version: str
    title: str
    outcome_label: str  # what the probability is of, in a few words
    outcome_codes: tuple[str, ...]  # ICD-10, SNOMED CT; none where no problem is the outcome
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
    task: Task = Task.PROBABILITY
    unit: str = ""  # UCUM, of an amount
    classes: tuple[str, ...] = ()  # names, in the order of the model's answer
    groups: int = 0  # distinct patients behind the `n` rows
    class_counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> str:
        """How many rows, patients and outcomes the figures rest on, in words."""
        rows = f"{self.n:,} rows of {self.groups:,} patients" if self.groups < self.n else ""
        people = rows or f"{self.n:,} people"
        if self.task == Task.VALUE:
            return people
        if self.task == Task.CLASSES:
            counts = (f"{count:,} {name}" for name, count in self.class_counts.items())
            return f"{people}: {', '.join(counts)}"
        return f"{people}, {self.events:,} with the outcome"

    @property
    def age(self) -> str | None:
        """The name of the input that is the age."""
        return next((each.name for each in self.inputs if each.code == AGE), None)

    def input(self, name: str) -> CardInput:
        return next(each for each in self.inputs if each.name == name)

    def band(self, number: float) -> str:
        """Where the number lies, "" for a model of classes: the class itself says it."""
        if self.task == Task.CLASSES:
            return ""
        return next((b.name for b in self.bands if number < b.below), self.bands[-1].name)

    def gaps(self) -> list[str]:
        """What is not filled in; a card with a gap may not be used."""
        empty = [name for name in SECTIONS if not self.sections.get(name, "").strip()]
        unmeasured = [name for name in METRICS[self.task] if name not in self.metrics]
        required = (*_REQUIRED, *_REQUIRED_OF[self.task])
        lists = [name for name in required if not getattr(self, name)]
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
        "inputs": [_input(each) for each in fields["inputs"]],
        "bands": [Band(**each) for each in fields["bands"]],
    }
    metrics = {name: Metric(**metric) for name, metric in fields["metrics"].items()}
    fields |= {name: tuple(items) for name, items in lists.items()} | {"metrics": metrics}
    fields |= {"task": Task(fields["task"])} if "task" in fields else {}
    return ModelCard(**_tuples(fields, *_LISTS))


def _input(fields: dict[str, Any]) -> CardInput:
    choices = [Choice(**_tuples(each, *_CHOICE_LISTS)) for each in fields.get("choices", ())]
    return CardInput(**_tuples(fields, *_INPUT_LISTS) | {"choices": tuple(choices)})


def _tuples(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return fields | {name: tuple(fields[name]) for name in names if name in fields}
