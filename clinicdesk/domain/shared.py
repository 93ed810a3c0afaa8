"""A copy of a record for the patient: what it says, as of a day, and who shared it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import Patient, PatientSummary
from clinicdesk.domain.risk import RiskAssessment


@dataclass(frozen=True, slots=True)
class SharedCopy:
    """The record at `shared_at`, without the files it came from. timezone: the clinic's, IANA."""

    clinic_name: str = field(repr=False)
    timezone: str
    shared_at: datetime
    patient: Patient
    allergies: Sequence[AllergyIntolerance]
    conditions: Sequence[Condition]
    medications: Sequence[MedicationRequest]
    encounters: Sequence[Encounter]  # newest first
    observations: Sequence[Observation]  # oldest first
    risks: Sequence[RiskAssessment]  # the newest of each model, with its reasons


@dataclass(frozen=True, slots=True)
class PatientAccount:
    """A patient's account, and since when a copy of the record lies ready for it."""

    account_id: int
    login: str = field(repr=False)
    patient: PatientSummary
    linked_at: datetime
    shared_at: datetime | None  # None: nothing is shared now
    shared_by: str = field(default="", repr=False)  # login
