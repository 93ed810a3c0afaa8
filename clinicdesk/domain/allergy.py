"""An allergy or intolerance, as FHIR `AllergyIntolerance` names things."""

from dataclasses import dataclass, field
from datetime import date

from clinicdesk.domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class AllergyIntolerance:
    id: int
    code_system: str
    code: str
    display: str = field(repr=False)
    category: str  # food, medication, environment, biologic or ""
    reaction: str = field(repr=False)
    severity: str  # mild, moderate, severe or ""
    recorded_on: date | None
    ended_on: date | None
    provenance: Provenance | None = None
    version: int = 1
