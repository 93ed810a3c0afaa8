"""A prescription, as FHIR `MedicationRequest` names things."""

from dataclasses import dataclass, field
from datetime import date

from clinicdesk.domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class MedicationRequest:
    id: int
    number: str = field(repr=False)  # the source's own identifier, "" without one
    code_system: str
    code: str
    display: str = field(repr=False)
    category: str
    dosage: str = field(repr=False)  # as written
    quantity: float | None
    days_supply: int | None
    refills: int | None
    authored_on: date | None
    ended_on: date | None
    reason: str = field(repr=False)
    provenance: Provenance | None = None
    version: int = 1
