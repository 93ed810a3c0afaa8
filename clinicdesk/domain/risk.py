"""What a model says of a patient, with everything needed to disagree with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from clinicdesk.domain.display import number_text, percent_text
from clinicdesk.domain.explanation import Explanation
from clinicdesk.domain.units import printed_unit

TYPED = "typed"  # the source of an input that somebody gave


class Task(StrEnum):
    """What a model answers with."""

    PROBABILITY = "probability"  # of one outcome
    CLASSES = "classes"  # one probability for each of several outcomes
    VALUE = "value"  # an amount with a unit


@dataclass(frozen=True, slots=True)
class RiskInput:
    """One input of a model as the record had it: a missing one has no value and says so.

    value: in `unit`, the unit the model was fitted in.  effective_at: when it was true.
    source: where it was found ("Observation 1234", "age from birth date"), "" when missing.
    """

    name: str
    label: str
    value: float | None = field(repr=False)
    unit: str
    code: str = ""  # LOINC
    effective_at: datetime | None = None
    source: str = ""
    text: str = field(default="", repr=False)  # a value in words: ACVPU "A", sex "female", "no"
    reference: str = ""  # the range that applies to the patient, in `unit`: "60–100"
    stale: bool = False  # too old to rely on when it was used

    @property
    def missing(self) -> bool:
        return self.value is None and not self.text

    @property
    def shown(self) -> str:
        """The value as it is read, with its unit; "" when it is missing."""
        if self.text or self.value is None:
            return self.text
        return f"{number_text(self.value)} {printed_unit(self.unit)}".rstrip()


@dataclass(frozen=True, slots=True)
class Contribution:
    """How far one input moved the number from the base.

    contribution: in probability (0.05 is five percentage points) or in the unit of the amount.
    """

    feature: str
    label: str
    value: float | None = field(repr=False)
    unit: str
    contribution: float


@dataclass(frozen=True, slots=True)
class RiskEstimate:
    """What a model says and its reasons: base + sum(contributions) == number to 1e-6.

    number: 0..1, the probability of the outcome, or of the class `explained`; for a `Task.VALUE`
    an amount in `unit`.  interval: of the number.
    """

    model: str
    version: str
    number: float
    interval: tuple[float, float] | None
    band: str
    base: float
    contributions: Sequence[Contribution]  # largest effect first
    inputs: Sequence[RiskInput]
    missing: Sequence[str]  # labels of inputs the record does not have
    warnings: Sequence[str] = ()
    in_scope: bool = True  # False: the model was not made for this patient; never colour it
    task: Task = Task.PROBABILITY
    unit: str = ""  # UCUM, of an amount
    probabilities: Mapping[str, float] = field(default_factory=dict)  # by class, of several
    explained: str = ""  # the class that number, interval and contributions are about
    explanation: Explanation | None = None  # of one patient of a record
    hypothetical: bool = False  # of values that nobody measured: never kept

    @property
    def probability(self) -> float:
        """The number, where it is a probability; a TypeError where it is an amount."""
        if self.task == Task.VALUE:
            raise TypeError(f"{self.model} answers with an amount, not a probability")
        return self.number

    @property
    def shown(self) -> str:
        """The number as it is read: "12.3 %", "worsening 61.0 %", "4.2 d"."""
        return f"{self.explained} {self.as_text(self.number)}".lstrip()

    @property
    def band_shown(self) -> str:
        """The band in words; "" where the number may not be relied on that far."""
        if not self.in_scope:
            return ""
        if self.explanation is not None and self.explanation.unsure:
            return "model unsure"
        return self.band

    @property
    def stale(self) -> bool:
        """Whether a value is too old to rely on: strike the number through."""
        return any(each.stale for each in self.inputs)

    @property
    def interval_shown(self) -> str:
        """The interval as it is read: "9.1 % to 15.0 %", "" without one."""
        return " to ".join(map(self.as_text, self.interval)) if self.interval else ""

    def as_text(self, number: float) -> str:
        """A number on the scale of this estimate, with its unit."""
        if self.task == Task.VALUE:
            return f"{number:.1f} {printed_unit(self.unit)}".rstrip()
        return percent_text(number)

    def moved_text(self, contribution: float) -> str:
        """A change on the scale of this estimate, signed: percentage points, or the unit's."""
        if self.task == Task.VALUE:
            return f"{contribution:+.1f} {printed_unit(self.unit)}".rstrip()
        return f"{contribution * 100:+.1f}"


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """A published score, or why there is none: with `missing` inputs there is no number."""

    score: str
    version: str
    values: dict[str, float | int | str | None]  # the output names of the score
    headline: str  # "NEWS2 5 - medium", "eGFR 58 mL/min/1.73 m²", or ""
    inputs: Sequence[RiskInput]
    missing: Sequence[str]
    message: str = ""  # what to do, when there is no number; what to know, when there is one
    as_of: datetime | None = None  # the newest input
    stale: bool = False  # true of then, not of now: strike it through
    title: str = ""


class Verdict(StrEnum):
    """What a clinician makes of an estimate."""

    AGREE = "agree"
    OVERRIDE = "override"  # decides otherwise, and says why


@dataclass(frozen=True, slots=True)
class Answer:
    """What a clinician said of a kept estimate; an override has a reason."""

    verdict: Verdict
    reason: str = field(repr=False)
    by: str  # login
    at: datetime


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """A result as it was stored, with its inputs, at the time it was shown.

    expires_at: when the first of its inputs is too old to rely on, None for never.
    artefact: SHA-256 of the very model.  changed: labels of inputs that the record now has
    otherwise; only where somebody asked.
    """

    id: int
    patient_id: int
    assessed_at: datetime
    estimate: RiskEstimate
    expires_at: datetime | None = None
    artefact: str = ""
    answer: Answer | None = None
    changed: Sequence[str] = ()

    def over(self, now: datetime) -> bool:
        """Whether it no longer says anything of the patient: strike it through."""
        return bool(self.changed) or (self.expires_at is not None and self.expires_at <= now)


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice that somebody made for a patient with a kept score; it holds until the next one."""

    choice: str
    by: str  # login
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptScore:
    """A published score as it was stored, with its inputs, at the time it was shown."""

    id: int
    patient_id: int
    assessed_at: datetime
    result: ScoreResult
