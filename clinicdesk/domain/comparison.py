"""What an import would change, cell by cell, beside what the record says now."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.patient import PatientId


@dataclass(frozen=True, slots=True)
class CellCounts:
    """Cells of one column of the record.

    new: nothing was known.  changed: something else was.  unchanged: the file says the same.
    kept: the file is blank and would erase what is known, which stays.  erased: it does not stay,
    because somebody said so.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell that says something else after the import. row: 1 is the first of the file's.

    what: the record it is in.  patient: whose it is.  Both and `before` are "" where the record is
    restricted and not open to who asks.
    """

    kind: Recorded
    row_id: int
    patient_id: PatientId
    patient: str = field(repr=False)
    what: str = field(repr=False)
    column: str
    before: str = field(repr=False)
    after: str = field(repr=False)
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """counts: by table and column, as people call it.  cells: the first that change; more: the
    number of those that are not among them."""

    counts: Mapping[tuple[Recorded, str], CellCounts]
    cells: Sequence[ChangedCell] = field(default=(), repr=False)
    more: int = 0

    @property
    def total(self) -> CellCounts:
        """All columns together."""
        names = ("new", "changed", "unchanged", "kept", "erased")
        every = self.counts.values()
        return CellCounts(*(sum(getattr(each, name) for each in every) for name in names))

    def as_json(self) -> dict[str, Any]:
        """Counts alone, for scripts: the cells hold what is known of people."""
        return {
            "total": asdict(self.total),
            "columns": [
                {"table": kind.value, "column": column, **asdict(counts)}
                for (kind, column), counts in self.counts.items()
            ],
        }
