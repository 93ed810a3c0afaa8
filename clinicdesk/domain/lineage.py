"""Where a value came from: the file, the line, the cells, and what was done with them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.patient import PatientId


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell of the original line. mended: what counts instead, "" where the cell counts.

    is_source: the value stands in it.  is_used: the record takes something of it.
    """

    header: str
    text: str = field(repr=False)
    mended: str = field(default="", repr=False)
    is_source: bool = False
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """A row of a file that the value came from. row: 1 is the first data row.

    file: the table, as the import names it.  picked: the file as somebody chose it.  line: as it
    stands there.  steps: what was done with it, for people.  missing: why there is no line, "" when
    there is one.
    """

    import_id: int
    imported_at: datetime
    by: str = field(repr=False)
    file: str
    picked: str
    sha256: str
    row: int
    line: str = field(default="", repr=False)
    cells: Sequence[SourceCell] = field(default=(), repr=False)
    steps: Sequence[str] = field(default=(), repr=False)
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """origins: the newest first; none for what people entered.  changes: what people did since,
    newest first, each with who and when."""

    kind: Recorded
    row_id: int
    patient_id: PatientId
    origins: Sequence[Origin]
    changes: Sequence[str] = field(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        """The document of the command line."""
        origins = [
            {**asdict(origin), "imported_at": origin.imported_at.isoformat()}
            for origin in self.origins
        ]
        return {"kind": self.kind.value, "origins": origins, "changes": list(self.changes)}
