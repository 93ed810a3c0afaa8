"""What a patient report is made from: values of the clinic, and nothing that can change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import Patient
from clinicdesk.domain.reasons import Section
from clinicdesk.domain.risk import RiskEstimate, ScoreResult
from clinicdesk.reports.printing import Printing


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a reader must know of a model to judge one of its estimates (FDA CDS criterion 4)."""

    outcome: str  # what the probability is of
    intended_use: str
    not_for: str
    population: str
    method: str
    performance: str
    interval: str  # how it was made, and what it leaves out
    limits: str
    status: str  # regulatory
    citation: str


@dataclass(frozen=True, slots=True)
class RiskFinding:
    """An estimate with the facts of its model, or in plain words why there is none."""

    title: str
    facts: ModelFacts | None
    estimate: RiskEstimate | None
    message: str = ""
    beside: Sequence[Section] = ()  # similar patients, earlier estimates


@dataclass(frozen=True, slots=True)
class ScoreFinding:
    """A published score with its name, whom it is for, and where it is from."""

    title: str
    scope: str
    citation: str
    result: ScoreResult


@dataclass(frozen=True, slots=True)
class PatientReport:
    """One patient's record as it was at `printing.cut_off`."""

    printing: Printing
    patient: Patient
    allergies: Sequence[AllergyIntolerance] = ()
    conditions: Sequence[Condition] = ()
    medications: Sequence[MedicationRequest] = ()
    vitals: Sequence[Observation] = ()  # every vital sign, oldest first
    latest: Sequence[Observation] = ()  # the newest of each code
    risks: Sequence[RiskFinding] = ()
    scores: Sequence[ScoreFinding] = ()

    @property
    def cut_off(self) -> datetime:
        """The record as it was then; what came later is not on paper."""
        return self.printing.cut_off or self.printing.printed_at

    @property
    def today(self) -> date:
        """The day of the cut-off where the clinic is."""
        return self.cut_off.astimezone(self.printing.zone).date()
