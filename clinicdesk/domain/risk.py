"""What a model says of a patient, with everything needed to disagree with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clinicdesk.domain.display import number_text
from clinicdesk.domain.units import printed_unit

TYPED = "typed"  # the source of an input that somebody gave


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
    """How far one input moved the probability from the base: 0.05 is five percentage points."""

    feature: str
    label: str
    value: float | None = field(repr=False)
    unit: str
    contribution: float


@dataclass(frozen=True, slots=True)
class RiskEstimate:
    """A probability and its reasons: base + sum(contributions) == probability to 1e-6."""

    model: str
    version: str
    probability: float  # 0..1
    interval: tuple[float, float] | None
    band: str
    base: float
    contributions: Sequence[Contribution]  # largest effect first
    inputs: Sequence[RiskInput]
    missing: Sequence[str]  # labels of inputs the record does not have
    warnings: Sequence[str] = ()
    in_scope: bool = True  # False: the model was not made for this patient; never colour it


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


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """A result as it was stored, with its inputs, at the time it was shown."""

    id: int
    patient_id: int
    assessed_at: datetime
    estimate: RiskEstimate


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
