"""What becomes of the rows of an import that is undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.patient import PatientId


class Why(StrEnum):
    """Why a row that the import brought or changed is not as it was before the import."""

    EDITED = "edited"  # a person changed it since
    LATER = "later"  # a later import changed it too
    USED = "used"  # something that stays belongs to it
    TAKEN = "taken"  # another row stands where it stood before

    @property
    def words(self) -> str:
        """For whoever reads the list."""
        return _WORDS[self]


_WORDS: Mapping[Why, str] = {
    Why.EDITED: "a person changed it since",
    Why.LATER: "a later import brought it too",
    Why.USED: "other entries that stay belong to it",
    Why.TAKEN: "another entry stands in its old place",
}


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row that stays. patient: whose it is, for people; "" where the record is restricted."""

    kind: Recorded
    row_id: int
    patient_id: PatientId
    why: Why
    patient: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What undoing an import does, or did. Table -> rows in each count.

    removed: gone from the record.  restored: they say again what they said before.  kept: they
    stay; `rows` are the first of them.  brought_again: by later imports that said the same.
    """

    import_id: int
    removed: Mapping[str, int]
    restored: Mapping[str, int]
    kept: Mapping[str, int]
    rows: Sequence[KeptRow] = field(default=(), repr=False)
    brought_again: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Counts and row ids, no names: for scripts and for the history of imports."""
        return {
            "import": self.import_id,
            "removed": dict(self.removed),
            "restored": dict(self.restored),
            "kept": dict(self.kept),
            "brought_again": dict(self.brought_again),
            "rows": [
                {"kind": row.kind.value, "id": row.row_id, "why": row.why.value}
                for row in self.rows
            ],
        }
