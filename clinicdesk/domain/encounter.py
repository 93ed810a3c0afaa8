"""A visit or a stay, as FHIR `Encounter` names things."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from clinicdesk.domain.provenance import Provenance

EncounterId = NewType("EncounterId", int)


class EncounterClass(StrEnum):
    """v3-ActCode, the few a clinic meets."""

    AMBULATORY = "AMB"
    INPATIENT = "IMP"
    EMERGENCY = "EMER"
    VIRTUAL = "VR"
    HOME = "HH"
    UNKNOWN = "UNK"


@dataclass(frozen=True, slots=True)
class Encounter:
    id: EncounterId
    number: str = field(repr=False)  # the source's own identifier
    class_: EncounterClass
    started_at: datetime
    ended_at: datetime | None
    type_text: str
    reason_code: str
    reason_text: str = field(repr=False)
    severity: int | None  # 1-10 as the clinic scores it
    length_of_stay: float | None  # days
    readmitted: bool | None  # within 30 days, as the source says
    provenance: Provenance | None = None
    version: int = 1
