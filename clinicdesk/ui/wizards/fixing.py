"""Mend cells of rows that would stay out: kept in the plan, so that the import shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clinicdesk.etl.fixes import WHOLE_LINE
from clinicdesk.etl.plan import Plan
from clinicdesk.services.import_report import FilePreview, ImportReport, Reject
from clinicdesk.ui.wizards.trial import cells_of

BLANK = "(blank)"


@dataclass(frozen=True, slots=True)
class FixRow:
    """A row that would stay out. key: of its file.  cells: header -> text.

    A line that is no row has one cell, without a header.  fixes: header -> the text that is to
    count instead.
    """

    reject: Reject
    key: str
    cells: Mapping[str, str] = field(repr=False)
    fixes: Mapping[str, str] = field(repr=False)

    @property
    def column(self) -> str:
        """The column that is wrong; that of the whole line where it is no row."""
        return WHOLE_LINE if WHOLE_LINE in self.cells else self.reject.column

    @property
    def text(self) -> str:
        """What the file says in the column that is wrong."""
        return self.cells.get(self.column, "")

    @property
    def fix(self) -> str | None:
        """What is to count there instead; None while nothing was said."""
        return self.fixes.get(self.column)

    @property
    def is_mendable(self) -> bool:
        return self.column in self.cells


class Mending:
    """Reads rows that would stay out as cells, one at a time: there may be 200,000 of them."""

    def __init__(self, report: ImportReport, files: Sequence[FilePreview]) -> None:
        self._keys = {file.name: file.fix_key for file in report.files}
        self._previews = {file.name: file for file in files}
        self.plan = Plan()

    def row(self, reject: Reject) -> FixRow:
        """The row as it stands, and what was said of it."""
        key = self._keys.get(reject.file, "")
        fixes = self.plan.fixes.get(key, {}).get(reject.row, {})
        cells = cells_of(reject, self._previews.get(reject.file))
        return FixRow(reject, key, cells or {WHOLE_LINE: reject.text.rstrip("\r\n")}, fixes)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row that would stay out. fix: None while nothing was said."""

    header: str
    text: str = field(repr=False)
    fix: str | None = field(repr=False)
    wrong: bool


class Fixing:
    """What was mended so far, with the steps there: each can be undone and done again."""

    def __init__(self) -> None:
        self._done: list[Plan] = []
        self._undone: list[Plan] = []

    def begin(self) -> None:
        """Forget the steps: another import."""
        self._done, self._undone = [], []

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def step(self, before: Plan, rows: Iterable[FixRow], header: str, text: str | None) -> Plan:
        """Mend one column of some rows. text: None takes back what was said."""
        after = _with(before, rows, header, text)
        if after != before:
            self._done.append(before)
            self._undone.clear()
        return after

    def undo(self, now: Plan) -> Plan:
        """One step back."""
        return self._move(self._done, self._undone, now)

    def redo(self, now: Plan) -> Plan:
        """One step on again."""
        return self._move(self._undone, self._done, now)

    @staticmethod
    def _move(source: list[Plan], target: list[Plan], now: Plan) -> Plan:
        if not source:
            return now
        target.append(now)
        return replace(now, fixes=source.pop().fixes)


def row_cells(row: FixRow) -> list[Cell]:
    """The whole row, the wrong column first."""
    cells = [Cell(h, t, row.fixes.get(h), h == row.column) for h, t in row.cells.items()]
    return sorted(cells, key=lambda cell: not cell.wrong)


def _with(plan: Plan, rows: Iterable[FixRow], header: str, text: str | None) -> Plan:
    fixes = {sha: dict(of) for sha, of in plan.fixes.items()}
    for row in rows:
        own = dict(fixes.get(row.key, {}).get(row.reject.row, {}))
        own.pop(header, None)
        if text is not None and text != row.cells.get(header):
            own[header] = text
        fixes.setdefault(row.key, {})[row.reject.row] = own
    return replace(plan, fixes=_without_empty(fixes))


def _without_empty(
    fixes: Mapping[str, Mapping[int, Mapping[str, str]]],
) -> dict[str, dict[int, Mapping[str, str]]]:
    kept = {sha: {row: fix for row, fix in of.items() if fix} for sha, of in fixes.items()}
    return {sha: of for sha, of in kept.items() if of}
