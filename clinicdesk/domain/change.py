"""A change of what a record says: the old, the new, who, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import UserFacingError


class Recorded(StrEnum):
    """What a record is made of, as its tables are called."""

    PATIENT = "patient"
    ENCOUNTER = "encounter"
    CONDITION = "condition"
    OBSERVATION = "observation"
    MEDICATION = "medication"
    ALLERGY = "allergy"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row. before, after: all the row said, by column.

    version: the row's, that it had before.  by: the login.  import_id: of the import that made it.
    """

    id: int
    kind: Recorded
    row_id: int
    patient_id: PatientId
    version: int
    at: datetime
    by: str = field(repr=False)
    reason: str = field(repr=False)
    import_id: int | None
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)
    is_newest: bool  # of its row

    @property
    def changed(self) -> frozenset[str]:
        """The columns that say something else now."""
        return frozenset(name for name, value in self.after.items() if value != self.before[name])

    @property
    def marks_in_error(self) -> bool:
        """Whether it took the row out of the record."""
        return bool(self.after["entered_in_error"]) and not self.before["entered_in_error"]


class ChangedMeanwhile(UserFacingError):
    """Somebody changed it since it was shown. changes: theirs, newest first; nothing was saved."""

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__(
            "Somebody else changed this while it was open here. Nothing of yours was saved. Look"
            " at what it says now, then decide again."
        )
        self.changes = changes
