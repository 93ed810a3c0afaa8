"""A report or an image kept with a patient, as FHIR `DocumentReference` names things."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Document:
    id: int
    title: str = field(repr=False)
    content_type: str
    size: int  # bytes
    sha256: str
    created_at: datetime
