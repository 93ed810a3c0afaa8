"""What somebody typed and has not saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from clinicdesk.domain.patient import PatientId


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was left. place: which form, about which row: `correct:observation:812`.

    content: field -> what was typed; `focus` names the field that was being typed in.
    """

    place: str
    patient_id: PatientId | None
    content: Mapping[str, str] = field(repr=False)
    focus: str
    saved_at: datetime
