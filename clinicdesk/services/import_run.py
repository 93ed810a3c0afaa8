"""One import at work: chunk by chunk from the files into the store, counting every row."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clinicdesk.domain.catalog import catalog
from clinicdesk.errors import BadInput
from clinicdesk.etl.batches import Batch, Context, Rows
from clinicdesk.etl.files import TableFile, date_order_of
from clinicdesk.etl.findings import Finding
from clinicdesk.etl.readers.csv import Survey, chunks, survey
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.records.tables import TRANSFORMS
from clinicdesk.etl.values import Clock
from clinicdesk.services.import_report import (
    Counts,
    ImportedFile,
    ImportReport,
    Reject,
    Warned,
)
from clinicdesk.services.progress import Progress
from clinicdesk.storage.imports import Loader, StoredReferences


class Run:
    """The state of an import between its first and its last row."""

    def __init__(
        self, loader: Loader, references: StoredReferences, clock: Clock, progress: Progress
    ) -> None:
        self._loader, self._references = loader, references
        self._clock, self._progress = clock, progress
        self._read: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._rejects: list[Reject] = []
        self._warnings: dict[tuple[str, str, str], Warned] = {}
        self._files: list[ImportedFile] = []
        self._surveys: dict[int, Survey] = {}
        self._lines = self._lines_done = 0
        self._counts: dict[str, Counts] = {}
        self.import_id = 0

    def start(self, user_id: int, files: Sequence[TableFile]) -> None:
        """Read every file to its end once: a damaged one stops the import before it starts."""
        for file in files:
            self._progress.raise_if_cancelled()
            self._progress.report(0.0, f"Reading {file.source.name}")
            self._surveys[id(file)] = survey(file.source, file.dialect.encoding)
        self._lines = sum(s.lines for s in self._surveys.values()) or 1
        self.import_id = self._loader.start(self._clock.now, user_id, str(self._clock.zone))

    def file(self, file: TableFile) -> None:
        """Load one file, or note why not."""
        digest = self._surveys[id(file)].sha256
        rows = self._load_file(file, digest) if file.table else 0
        preset = file.preset if file.table else ""
        self._files.append(
            ImportedFile(file.source.name, digest, preset, file.table, rows, file.why)
        )

    def finish(self, at: datetime) -> ImportReport:
        """Add up, and close the import."""
        if not any(self._read.values()):
            names = ", ".join(file.name for file in self._files if file.table)
            raise BadInput(f"There is no row below the header of {names}.")
        self._counts = {table: self._count(table) for table in self._read}
        self._loader.finish(self.import_id, at, {t: _plain(c) for t, c in self._counts.items()})
        return self.report(self.import_id)

    def report(self, import_id: int | None) -> ImportReport:
        """What became of every row; without a number after a dry run."""
        return ImportReport(
            import_id,
            str(self._clock.zone),
            self._counts,
            self._rejects,
            list(self._warnings.values()),
            self._files,
        )

    def _load_file(self, file: TableFile, digest: str) -> int:
        assert file.mapped is not None  # a file with a target has a mapping
        name = file.source.name
        file_id = self._loader.add_file(self.import_id, name, digest, file.preset)
        clock = Clock(
            self._clock.zone, self._clock.now, self._clock.date_order or date_order_of(file)
        )
        context = Context(clock, catalog(), self._references, file.dialect.decimal_comma)
        count = 0
        for chunk in chunks(file.source, file.dialect):
            self._progress.raise_if_cancelled()
            self._bad_rows(chunk, file, file_id)
            if len(chunk):
                for batch in TRANSFORMS[file.target](Rows(chunk, file.mapped, context)):
                    self._load(batch, chunk, name, file_id)
            count += len(chunk) + len(chunk.bad)
            self._lines_done += chunk.records
            self._progress.report(self._lines_done / self._lines, f"{name}: {count:,} rows")
        self._loader.finish_file(file_id, count)
        return count

    def _load(self, batch: Batch, chunk: Chunk, name: str, file_id: int) -> None:
        if len(batch.at) + len(batch.rejects) != batch.read:
            raise AssertionError(f"{batch.table}: rows got lost on the way to the store")
        self._read[batch.table] += batch.read
        if len(batch.at):
            columns = {name: values.tolist() for name, values in batch.columns.items()}
            columns["file_id"] = [file_id] * len(batch.at)
            columns["row"] = chunk.rows[batch.at].tolist()
            self._loader.load(batch.table, columns)
        self._reject([_reject(name, batch.table, chunk, f) for f in batch.rejects], file_id)
        for finding in batch.warnings:
            self._warn(name, int(chunk.rows[finding.at]), finding)

    def _bad_rows(self, chunk: Chunk, file: TableFile, file_id: int) -> None:
        name, table = file.source.name, file.table
        self._read[table] += len(chunk.bad)
        self._reject(
            [
                Reject(name, bad.row, table, "", bad.rule.id, bad.rule.message, bad.text)
                for bad in chunk.bad
            ],
            file_id,
        )

    def _reject(self, rejects: Sequence[Reject], file_id: int) -> None:
        self._rejects.extend(rejects)
        self._rejected.update(reject.table for reject in rejects)
        self._loader.reject([_stored(reject, file_id) for reject in rejects])

    def _warn(self, name: str, row: int, finding: Finding) -> None:
        key = (name, finding.column, finding.rule.id)
        first = self._warnings.get(key)
        self._warnings[key] = Warned(
            name,
            first.row if first else row,
            finding.column,
            finding.rule.id,
            finding.rule.message,
            first.count + 1 if first else 1,
        )

    def _count(self, table: str) -> Counts:
        read, rejected = self._read[table], self._rejected[table]
        inserted, updated = self._loader.changes(table)
        return Counts(read, inserted, updated, read - inserted - updated - rejected, rejected)


def _reject(name: str, table: str, chunk: Chunk, finding: Finding) -> Reject:
    row, text = int(chunk.rows[finding.at]), chunk.line(finding.at)
    return Reject(name, row, table, finding.column, finding.rule.id, finding.message, text)


def _stored(reject: Reject, file_id: int) -> dict[str, Any]:
    return {
        "file_id": file_id,
        "row": reject.row,
        "table_name": reject.table,
        "column_name": reject.column,
        "rule": reject.rule,
        "message": reject.message,
        "text": reject.text,
    }


def _plain(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in counts.__dataclass_fields__}
