"""What an import would change, put side by side: old and new of every cell."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import tzinfo
from typing import TypeAlias

from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.change_words import differences, label_of, subject_text
from clinicdesk.domain.comparison import CellCounts, ChangedCell, Comparison
from clinicdesk.domain.display import NOT_RECORDED
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.comparing import Cell, Comparing

MOST_SHOWN = 20_000  # cells

Column: TypeAlias = tuple[Recorded, str]
Names: TypeAlias = Callable[[PatientId], str | None]
"""Who a patient is; None where the record is not open to who asks."""
Files: TypeAlias = Callable[[int], str]


class _Sums:
    def __init__(self) -> None:
        self.new: Counter[Column] = Counter()
        self.changed: Counter[Column] = Counter()
        self.erased: Counter[Column] = Counter()
        self.cells: list[ChangedCell] = []
        self.more = 0

    def add(self, column: Column, before: str, after: str) -> None:
        sums = self.new if before == NOT_RECORDED else self.changed
        (self.erased if after == NOT_RECORDED else sums)[column] += 1


def compared(
    comparing: Comparing,
    import_id: int,
    *,
    zone: tzinfo,
    names: Names,
    files: Files,
    erasing: Collection[Cell] = (),
) -> Comparison:
    """Add up what was met and list what changes. erasing: cells whose blanks erase."""
    sums = _Sums()
    for change in comparing.changes(import_id):
        _add(sums, change, zone, names, files)
    told, inserted = _by_label(comparing.told), _by_label(comparing.inserted())
    kept = _by_label(Counter({c: n for c, n in comparing.blank.items() if c not in erasing}))
    counts = {}
    for column in [*told, *(c for c in sums.erased if c not in told)]:
        new, changed = inserted[column] + sums.new[column], sums.changed[column]
        same = max(0, told[column] - new - changed)
        counts[column] = CellCounts(new, changed, same, kept[column], sums.erased[column])
    return Comparison(counts, sums.cells, sums.more)


def _add(sums: _Sums, change: Change, zone: tzinfo, names: Names, files: Files) -> None:
    found = differences(change, zone)
    for each in found:
        sums.add((change.kind, each.label), each.before, each.after)
    if len(sums.cells) + len(found) > MOST_SHOWN:
        sums.more += len(found)
        return
    name = names(change.patient_id)
    what = "" if name is None else subject_text(change, zone)
    for each in found:
        before = "" if name is None else each.before
        sums.cells.append(
            ChangedCell(
                change.kind,
                change.row_id,
                change.patient_id,
                name or "",
                what,
                each.label,
                before,
                each.after,
                files(change.after.get("file_id") or 0),
                change.after.get("row") or 0,
            )
        )


def _by_label(counts: Counter[Cell]) -> Counter[Column]:
    """The counts under the names that people have for columns; what has none is not shown."""
    found: Counter[Column] = Counter()
    for (table, column), count in counts.items():
        kind = Recorded(table)
        if label := label_of(kind, column):
            found[kind, label] += count
    return found
