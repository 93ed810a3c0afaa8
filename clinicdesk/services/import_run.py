"""One import at work: chunk by chunk from the files into the store, counting every row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.comparison import Comparison
from clinicdesk.errors import BadInput
from clinicdesk.etl.arrays import Mask
from clinicdesk.etl.batches import Batch, Context, Rows
from clinicdesk.etl.blanks import Blanks, blanks_of
from clinicdesk.etl.files import TableFile, formats_of, require_encoding, told_in_full
from clinicdesk.etl.fixes import fix_key
from clinicdesk.etl.mended import header_line
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.questions import Question
from clinicdesk.etl.readers.csv import Survey, Undecodable, survey
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.records.tables import TRANSFORMS
from clinicdesk.etl.unanswered import questions_of
from clinicdesk.etl.values import Clock
from clinicdesk.services.identifying import Identification
from clinicdesk.services.import_compare import Names, compared
from clinicdesk.services.import_report import Counts, ImportedFile, ImportReport, Reject
from clinicdesk.services.import_tally import Tally, bad_rows_of, reject_of
from clinicdesk.services.progress import Progress
from clinicdesk.storage.comparing import Cell, Comparing
from clinicdesk.storage.imports import Loader, StoredReferences


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A file that was read to its end once and is known to be readable."""

    file: TableFile
    survey: Survey


def survey_all(files: Sequence[TableFile], progress: Progress) -> list[Surveyed]:
    """Read every file to its end: a damaged one stops the import before it starts."""
    surveyed = []
    for file in files:
        require_encoding(file)
        progress.report(0.0, f"Reading {file.source.name}")
        surveyed.append(_surveyed(file, progress.raise_if_cancelled))
    return surveyed


def _surveyed(file: TableFile, checkpoint: Callable[[], None]) -> Surveyed:
    try:
        return Surveyed(file, survey(file.source, file.dialect.encoding, checkpoint))
    except Undecodable:
        told = told_in_full(file)  # the beginning was plain ASCII: a later line may tell
        if told is None:
            raise
    return Surveyed(told, survey(told.source, told.dialect.encoding, checkpoint))


def context_of(
    file: TableFile, digest: str, references: StoredReferences, clock: Clock, plan: Plan
) -> Context:
    """What transforming the file needs beside it. digest: SHA-256 of the file."""
    # These bytes may have been imported before: the same file changes nothing on another day.
    first_seen = references.first_imported(digest) or clock.now
    return Context(
        clock,
        catalog(),
        references,
        formats_of(file, plan, thoroughly=True),
        file_key=digest[:8],
        undated_on=plan.date or first_seen.astimezone(clock.zone).date().isoformat(),
        system=plan.system,
    )


class Run:
    """The state of an import between its first and its last row.

    between: called at each chunk.  comparing: counts cells, where somebody wants to compare.
    """

    def __init__(
        self,
        loader: Loader,
        references: StoredReferences,
        identification: Identification,
        clock: Clock,
        *,
        plan: Plan,
        progress: Progress,
        between: Callable[[], None] = lambda: None,
        comparing: Comparing | None = None,
    ) -> None:
        self._loader, self._references = loader, references
        self._identification = identification
        self._plan = plan
        self._questions: list[Question] = []
        self._clock, self._progress, self._between = clock, progress, between
        self._comparing, self._blanks = comparing, Blanks()
        self._erasing: set[Cell] = set()
        self._tally = Tally()
        self._counts: dict[str, Counts] = {}
        self._files: list[ImportedFile] = []
        self._names: dict[int, str] = {}
        self._lines = self._lines_done = 0
        self.import_id = 0

    def load(self, user_id: int, files: Sequence[Surveyed]) -> None:
        """Load the files in their order."""
        self._lines = sum(each.survey.lines for each in files) or 1
        zone = str(self._clock.zone)
        self.import_id = self._loader.start(self._clock.now, user_id, zone, self._plan.as_json())
        for each in files:
            fixes = self._plan.fixes.get(fix_key(each.survey.sha256, each.file.source.name), {})
            self._file(replace(each.file, fixes=fixes), each.survey.sha256)

    def finish(self, at: datetime) -> None:
        """Add up, and close the import."""
        if not self._tally.tables:
            names = ", ".join(file.name for file in self._files if file.table)
            raise BadInput(f"There is no row below the header of {names}.")
        self._progress.report(1.0, "Saving")
        changes = {table: self._loader.changes(table) for table in self._tally.tables}
        self._counts = self._tally.counts(changes)
        self._loader.finish(self.import_id, at, self.counts_as_json())

    def compare(self, zone: tzinfo, names: Names) -> Comparison | None:
        """What changes, cell by cell. After `finish`, within the transaction."""
        if self._comparing is None:
            return None
        return compared(
            self._comparing,
            self.import_id,
            zone=zone,
            names=names,
            files=lambda file_id: self._names.get(file_id, ""),
            erasing=self._erasing,
        )

    def report(self, *, kept: bool, comparison: Comparison | None = None) -> ImportReport:
        """What became of every row; an import that was not kept has no number."""
        return ImportReport(
            self.import_id if kept else None,
            str(self._clock.zone),
            self._counts,
            self._tally.rejects,
            self._tally.warnings,
            self._files,
            self._questions,
            comparison,
            self._identification.people,
        )

    def counts_as_json(self) -> dict[str, dict[str, int]]:
        return {table: asdict(counts) for table, counts in self._counts.items()}

    def _file(self, file: TableFile, digest: str) -> None:
        name, preset = file.source.name, file.preset if file.table else ""
        rows = self._load_file(file, digest) if file.table else 0
        header = header_line(file.dialect.header, file.dialect.delimiter)
        self._files.append(ImportedFile(name, digest, preset, file.table, rows, file.why, header))

    def _load_file(self, file: TableFile, digest: str) -> int:
        """Load one file and return how many rows it has."""
        name = file.source.name
        file_id = self._loader.add_file(self.import_id, name, digest, file.preset)
        self._names[file_id] = name
        self._begin_blanks(file)
        context = context_of(file, digest, self._references, self._clock, self._plan)
        count = loaded = 0
        for chunk in file.chunks():
            self._progress.raise_if_cancelled()
            self._between()
            loaded += self._chunk(chunk, file, file_id, context)
            count += len(chunk) + len(chunk.bad)
            self._tally.refuse_hopeless(name, count, loaded)
            self._lines_done += chunk.records
            done = min(self._lines_done / self._lines, 1.0)  # old Macs' lines are not counted
            self._progress.report(done, f"{name}: {count:,} rows")
        self._loader.finish_file(file_id, count)
        self._questions += questions_of(file, context.formats)
        return count

    def _begin_blanks(self, file: TableFile) -> None:
        """Take in what blanks of the file do; on the tables of a file all agree."""
        if file.mapped is None:
            return
        self._blanks = blanks_of(file.mapped, self._plan.blanks)
        for table in self._blanks.spoken:
            self._erasing.update((table, column) for column in self._blanks.erasing(table))

    def _chunk(self, chunk: Chunk, file: TableFile, file_id: int, context: Context) -> int:
        """Load a chunk and return how many records of any table it made."""
        name, loaded = file.source.name, 0
        self._tally.read(file.table, len(chunk.bad))
        self._reject(bad_rows_of(name, file.table, chunk), file_id)
        if not len(chunk) or file.mapped is None:
            return loaded
        chunk, nulls = self._blanks.without_nulls(chunk)
        for made in TRANSFORMS[file.target](Rows(chunk, file.mapped, context)):
            self._progress.raise_if_cancelled()
            batch = self._identified(made, name, chunk, file_id)
            self._load_batch(batch, chunk, file_id, nulls)
            self._reject([reject_of(name, batch.table, chunk, f) for f in batch.rejects], file_id)
            for finding in batch.warnings:
                self._tally.warn(name, int(chunk.rows[finding.at]), finding)
            loaded += len(batch.at)
        return loaded

    def _identified(self, batch: Batch, file: str, chunk: Chunk, file_id: int) -> Batch:
        """The batch; of people those alone of whom it is known who they are."""
        if batch.table != "patient" or not len(batch.at):
            return batch
        return self._identification.identified(batch, file, chunk.rows, file_id)

    def _load_batch(
        self, batch: Batch, chunk: Chunk, file_id: int, nulls: Mapping[int, Mask]
    ) -> None:
        if len(batch.at) + len(batch.rejects) != batch.read:
            raise AssertionError(f"{batch.table}: rows got lost on the way to the store")
        self._tally.read(batch.table, batch.read)
        if not len(batch.at):
            return
        rows = chunk.rows[batch.at]
        for here, erasing in self._blanks.groups(batch.table, batch.at, nulls):
            all_of_them = {**batch.columns, "row": rows}
            columns = {name: values[here].tolist() for name, values in all_of_them.items()}
            columns["file_id"] = [file_id] * len(columns["row"])
            if self._comparing:
                spoken = self._blanks.spoken.get(batch.table, {})
                self._comparing.meet(batch.table, columns, spoken.keys() & columns.keys())
            self._loader.load(batch.table, columns, erasing)

    def _reject(self, rejects: Sequence[Reject], file_id: int) -> None:
        self._tally.reject(rejects)
        self._loader.reject([_stored(reject, file_id) for reject in rejects])


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
