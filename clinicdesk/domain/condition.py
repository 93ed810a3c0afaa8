"""A problem or a diagnosis, as FHIR `Condition` names things."""

from dataclasses import dataclass, field
from datetime import date

from clinicdesk.domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Condition:
    id: int
    code_system: str  # URI of FHIR, "" for a word without a code
    code: str
    display: str = field(repr=False)
    onset: date | None
    abatement: date | None
    provenance: Provenance | None = None
    version: int = 1

    @property
    def active(self) -> bool:
        """Whether no end was recorded; nothing more is known."""
        return self.abatement is None
