"""What an import says of itself: before (preview) and after (report)."""

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clinicdesk.domain.comparison import Comparison
from clinicdesk.domain.identity import NOBODY, People
from clinicdesk.domain.spreadsheet import harmless
from clinicdesk.errors import BadInput
from clinicdesk.etl.fixes import fix_key
from clinicdesk.etl.mended import COLUMNS, HEADER
from clinicdesk.etl.questions import Question
from clinicdesk.etl.suggest import Suggestion


@dataclass(frozen=True, slots=True)
class Counts:
    """read = inserted + updated + unchanged + rejected, always."""

    read: int
    inserted: int
    updated: int
    unchanged: int
    rejected: int

    def __post_init__(self) -> None:
        parts = (self.inserted, self.updated, self.unchanged, self.rejected)
        if sum(parts) != self.read or min(parts) < 0:
            raise AssertionError(f"rows do not add up: {self}")  # a bug: nothing is committed


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was not loaded. row: 1 is the first data row.  text: the line as it stands."""

    file: str
    row: int
    table: str
    column: str
    rule: str
    message: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Warned:
    """A rule that let records in but has something to say. row: the first of `count`."""

    file: str
    row: int
    column: str
    rule: str
    message: str
    count: int


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """preset: "" when the file was not imported; `why` says why.  header: its line of names."""

    name: str
    sha256: str
    preset: str
    table: str
    rows: int
    why: str = ""
    header: str = ""

    @property
    def fix_key(self) -> str:
        """What `Plan.fixes` calls the file."""
        return fix_key(self.sha256, self.name)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "header"}


_OF_THE_RUN = ("import", "comparison")  # what a dry run has otherwise


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every row. import_id: None after a dry run, which changed nothing.

    comparison: what would change, cell by cell.  people: who the people of the files are.
    """

    import_id: int | None
    timezone: str  # instants without a zone were taken to be in this one
    counts: Mapping[str, Counts]
    rejects: Sequence[Reject]
    warnings: Sequence[Warned]
    files: Sequence[ImportedFile]
    questions: Sequence[Question] = ()
    comparison: Comparison | None = None  # of a dry run
    people: People = NOBODY

    @property
    def digest(self) -> str:
        """SHA-256 of all that the report says of the rows: a dry run's is the import's."""
        said = {name: part for name, part in self.as_json().items() if name not in _OF_THE_RUN}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The document of the command line."""
        compared = {"comparison": self.comparison.as_json()} if self.comparison else {}
        return {
            **compared,
            "import": self.import_id,
            "timezone": self.timezone,
            "tables": {table: asdict(counts) for table, counts in self.counts.items()},
            "rejects": [asdict(reject) for reject in self.rejects],
            "warnings": [asdict(warning) for warning in self.warnings],
            "files": [file.as_json() for file in self.files],
            "questions": [question.as_json() for question in self.questions],
            "people": {bin.value: count for bin, count in self.people.counts.items()},
        }

    def write_rejects(self, out: Path) -> None:
        """The rejects for their owner's eyes, each original line in the last column.

        Every file's own header comes before its lines, so that the mended file can be imported.
        """
        try:
            with open(out, "w", encoding="utf-8", newline="", opener=_private) as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                writer.writerows(map(harmless, row) for row in self._reject_rows())
        except OSError:
            raise BadInput(f"{out.name} cannot be written. Choose another place.") from None

    def _reject_rows(self) -> Iterator[Sequence[str | int]]:
        for file in self.files:
            rejects = [reject for reject in self.rejects if reject.file == file.name]
            if rejects:
                yield (file.name, 0, file.table, "", HEADER, "", file.header)
            yield from (tuple(asdict(reject).values()) for reject in rejects)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """A column and what it will become. meaning: "" when nothing is done with it.

    unit: UCUM or as written.  origin: who says the unit: header, user, preset, convention.
    target: the same as a plan says it, `patient.birth_date`.
    """

    header: str
    meaning: str
    unit: str = ""
    origin: str = ""
    note: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class FilePreview:
    """A file as it was understood from its beginning. why: the reason when it is not imported.

    rows: an estimate from the file's size when not `whole`.  titles: the lines above the header.
    proofs: words that show the encoding at work.  questions: what a person must answer.
    suggestions: one a column, what it is or may be, and why.
    """

    name: str
    preset: str
    title: str
    table: str
    encoding: str
    delimiter: str
    rows: int
    whole: bool
    columns: Sequence[ColumnPreview]
    sample: Sequence[Sequence[str]] = field(repr=False)
    notes: Sequence[str] = ()
    why: str = ""
    titles: Sequence[str] = field(default=(), repr=False)
    proofs: Sequence[str] = field(default=(), repr=False)
    questions: Sequence[Question] = ()
    suggestions: Sequence[Suggestion] = ()

    def as_json(self) -> dict[str, Any]:
        """What was understood, for scripts."""
        told = {name: value for name, value in asdict(self).items() if name != "questions"}
        return {**told, "questions": [question.as_json() for question in self.questions]}


@dataclass(frozen=True, slots=True)
class ImportPreview:
    files: Sequence[FilePreview]
    timezone: str

    @property
    def questions(self) -> list[Question]:
        """All that a person must answer before every row can be read."""
        return [question for file in self.files for question in file.questions]

    @property
    def importable(self) -> bool:
        """Whether any of the files has a table in the store."""
        return any(file.table for file in self.files)
