"""A measurement: what, when, how much, and exactly as it came."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from clinicdesk.domain.provenance import Provenance

ObservationId = NewType("ObservationId", int)


@dataclass(frozen=True, slots=True)
class Observation:
    """One result in the canonical unit of its concept, beside its original text and unit.

    code: LOINC where the catalogue has one, else the source's own code.
    value: canonical number, None for a text result.  unit: UCUM of `value`, "" for text.
    effective_at: aware UTC.
    """

    id: ObservationId
    code: str
    display: str
    effective_at: datetime
    value: float | None = field(repr=False)
    text: str = field(repr=False)  # the text of a result that is not a number, else ""
    unit: str
    original_value: str = field(repr=False)
    original_unit: str
    encounter_id: int | None = None
    provenance: Provenance | None = None
    version: int = 1
