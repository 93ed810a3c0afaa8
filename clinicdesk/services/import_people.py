"""Who the people in some files are, before anything is imported: each of them looked up once."""

from collections.abc import Sequence
from dataclasses import replace

from clinicdesk.domain.identity import Number, People
from clinicdesk.etl.batches import UNSURE, Batch, Rows
from clinicdesk.etl.fixes import fix_key
from clinicdesk.etl.mapping import Mapped
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.records.tables import TRANSFORMS
from clinicdesk.etl.values import Clock
from clinicdesk.services.identifying import Identification
from clinicdesk.services.import_run import Surveyed, context_of
from clinicdesk.services.progress import Progress
from clinicdesk.storage.imports import Loader, StoredReferences


class Census:
    """Recognises the people of files as an import does, and loads nothing else.

    It writes patients down, since later files may name them: its transaction is not to be kept.
    """

    def __init__(
        self,
        loader: Loader,
        references: StoredReferences,
        identification: Identification,
        *,
        clock: Clock,
        plan: Plan,
        progress: Progress,
    ) -> None:
        self._loader, self._references = loader, references
        self._identification = identification
        self._clock, self._plan, self._progress = clock, plan, progress
        self._seen: set[Number] = set()

    def take(self, user_id: int, files: Sequence[Surveyed]) -> People:
        """Everybody whom the files are about, and numbers that may be of more than one patient."""
        import_id = self._loader.start(self._clock.now, user_id, str(self._clock.zone))
        for done, each in enumerate(files):
            self._progress.report(done / len(files), f"Looking who is in {each.file.source.name}")
            if each.file.table and each.file.mapped:
                self._file(each, each.file.mapped, import_id)
        self._progress.report(1.0, "Everybody was looked up")
        return self._identification.people

    def _file(self, each: Surveyed, mapped: Mapped, import_id: int) -> None:
        digest, name = each.survey.sha256, each.file.source.name
        file = replace(each.file, fixes=self._plan.fixes.get(fix_key(digest, name), {}))
        file_id = self._loader.add_file(import_id, name, digest, file.preset)
        context = context_of(file, digest, self._references, self._clock, self._plan)
        for chunk in file.chunks():
            self._progress.raise_if_cancelled()
            if len(chunk):
                self._people(Rows(chunk, mapped, context), name, file_id)
                for part in mapped.parts or (mapped,):
                    self._named(Rows(chunk, part, context), name)

    def _people(self, rows: Rows, file: str, file_id: int) -> None:
        """Those whose details the rows say."""
        for made in TRANSFORMS[rows.mapped.table.target](rows):
            if made.table != "patient":
                return  # patients come first
            if len(made.at):
                self._load(made, rows.chunk, file, file_id)

    def _load(self, made: Batch, chunk: Chunk, file: str, file_id: int) -> None:
        batch = self._identification.identified(made, file, chunk.rows, file_id)
        if not len(batch.at):
            return
        columns = {name: values.tolist() for name, values in batch.columns.items()}
        columns["file_id"] = [file_id] * len(batch.at)
        columns["row"] = chunk.rows[batch.at].tolist()
        self._loader.load("patient", columns)

    def _named(self, rows: Rows, file: str) -> None:
        """Those whom the rows name by a number alone, where it may be of several patients."""
        if not rows.has("patient"):
            return
        places, numbers = rows.numbers("patient")
        new = [number for number in numbers if number.value and number not in self._seen]
        self._seen.update(new)
        for number, (row_id, *_) in self._references.patients(new).items():
            if row_id == UNSURE:
                first = int((places == numbers.index(number)).argmax())
                self._identification.ask(number, file, int(rows.chunk.rows[first]))
