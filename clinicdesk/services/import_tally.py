"""Keep count of what becomes of every row while an import runs."""

from collections import Counter
from collections.abc import Mapping, Sequence

from clinicdesk.errors import BadInput
from clinicdesk.etl.findings import Finding
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.rules import MESSAGES
from clinicdesk.services.import_report import Counts, Reject, Warned

HOPELESS = 10_000  # rows, none of which could be loaded
MOST_REJECTS = 200_000  # all of them are shown, so all of them are in memory


class Tally:
    """Rows read, rejects and warnings of one import."""

    def __init__(self) -> None:
        self._read: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._warned: dict[tuple[str, str, str], Warned] = {}
        self.rejects: list[Reject] = []

    @property
    def tables(self) -> Sequence[str]:
        """The tables that a row was read for."""
        return [table for table, count in self._read.items() if count]

    @property
    def warnings(self) -> Sequence[Warned]:
        return list(self._warned.values())

    def read(self, table: str, count: int) -> None:
        self._read[table] += count

    def reject(self, rejects: Sequence[Reject]) -> None:
        self.rejects.extend(rejects)
        self._rejected.update(reject.table for reject in rejects)
        if len(self.rejects) > MOST_REJECTS:
            raise BadInput(
                f"More than {MOST_REJECTS:,} rows would be rejected, so nothing was imported. "
                + self._most_often(self.rejects)
            )

    def refuse_hopeless(self, file: str, rows: int, loaded: int) -> None:
        """Stop at a file of which nothing fits: most often another one should come first."""
        if rows >= HOPELESS and not loaded:
            own = [reject for reject in self.rejects if reject.file == file]
            raise BadInput(
                f"{file}: none of its first {rows:,} rows can be imported, so nothing was. "
                + self._most_often(own)
            )

    def warn(self, file: str, row: int, finding: Finding) -> None:
        """Count a warning under its file, column and rule; the first row speaks for all."""
        rule, column = finding.rule, finding.column
        first = self._warned.get((file, column, rule.id))
        row, count = (first.row, first.count + 1) if first else (row, 1)
        warned = Warned(file, row, column, rule.id, rule.message, count)
        self._warned[file, column, rule.id] = warned

    def counts(self, changes: Mapping[str, tuple[int, int]]) -> dict[str, Counts]:
        """Add up. changes: table -> inserted, updated; what is left of the rows was unchanged."""
        return {table: self._count(table, *changes[table]) for table in self.tables}

    def _most_often(self, rejects: Sequence[Reject]) -> str:
        [(reason, _)] = Counter((r.column, r.rule) for r in rejects).most_common(1)
        example = next(r for r in rejects if (r.column, r.rule) == reason)
        return f"Most often: {example.column}: {MESSAGES[example.rule]}"

    def _count(self, table: str, inserted: int, updated: int) -> Counts:
        read, rejected = self._read[table], self._rejected[table]
        return Counts(read, inserted, updated, read - inserted - updated - rejected, rejected)


def reject_of(file: str, table: str, chunk: Chunk, finding: Finding) -> Reject:
    """The finding with its row as it stands in the file."""
    row, text = int(chunk.rows[finding.at]), chunk.line(finding.at)
    return Reject(file, row, table, finding.column, finding.rule.id, finding.message, text)


def bad_rows_of(file: str, table: str, chunk: Chunk) -> list[Reject]:
    """The rows that are none: ragged or damaged, before any rule looks at them."""
    return [
        Reject(file, bad.row, table, "", bad.rule.id, bad.rule.message, bad.text)
        for bad in chunk.bad
    ]
