"""What files hold and how they would be understood, before anything is imported."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from clinicdesk.domain.catalog import Concept, catalog
from clinicdesk.domain.roles import Action
from clinicdesk.etl.files import TableFile, formats_of, recognise
from clinicdesk.etl.mapping import MappedMeasure
from clinicdesk.etl.mended import sources_of
from clinicdesk.etl.picked import File
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.planned import columns_of
from clinicdesk.etl.profile import ColumnProfile, profile_of
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.readers.structured import tables_in
from clinicdesk.etl.unit_columns import Collected, canonical_spelling
from clinicdesk.etl.unit_detective import UnitFound, detect
from clinicdesk.etl.unit_model import units_to_tell
from clinicdesk.etl.unit_split import split_of
from clinicdesk.etl.wordings import (
    WordColumn,
    columns_of_words,
    counted,
    meanings_of,
    word_column,
)
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress


@dataclass(frozen=True, slots=True)
class FileProfile:
    """A file's columns as they are, whatever they mean."""

    name: str
    columns: Sequence[ColumnProfile]


@dataclass(frozen=True, slots=True)
class FileWords:
    """The columns of a file whose words must be understood (F29)."""

    name: str
    columns: Sequence[WordColumn]


@dataclass(frozen=True, slots=True)
class ColumnUnit:
    """A measuring column and its unit. unit: as it would be read.  origin: who says it.

    choices: what it may be.  found: what its numbers tell.  asks: whether a person must answer.
    rows: number and text of some real cells.
    """

    header: str
    concept: str
    unit: str
    origin: str
    choices: Sequence[str]
    found: UnitFound
    rows: Sequence[tuple[int, str]] = field(repr=False)

    @property
    def asks(self) -> bool:
        """Nobody says the unit, or the numbers are of two and nobody has agreed to that."""
        return not self.unit or (self.found.split is not None and split_of(self.unit) is None)


@dataclass(frozen=True, slots=True)
class FileUnits:
    """The measuring columns of a file (F30)."""

    name: str
    columns: Sequence[ColumnUnit]


class Understanding:
    """Looks at whole files; the preview of `Imports` looks at their beginning."""

    def __init__(self, access: Access) -> None:
        self._access = access

    @requires(Action.IMPORT)
    def profile(
        self, files: Sequence[File], plan: Plan, progress: Progress = SILENT
    ) -> list[FileProfile]:
        """Count what every column holds: missing, distinct, least, greatest, spoiled (F27)."""
        return [
            FileProfile(
                file.source.name,
                profile_of(
                    file.dialect.header,
                    _read(file, progress),
                    formats_of(file, plan, thoroughly=False),
                ),
            )
            for file in _found(files, plan)
        ]

    @requires(Action.IMPORT)
    def words(
        self, files: Sequence[File], plan: Plan, progress: Progress = SILENT
    ) -> list[FileWords]:
        """Every distinct word of the columns that must be understood, with its count (F29)."""
        return [
            FileWords(file.source.name, _words(file, progress))
            for file in _found(files, plan)
            if file.target
        ]

    @requires(Action.IMPORT)
    def units(
        self, files: Sequence[File], plan: Plan, progress: Progress = SILENT
    ) -> list[FileUnits]:
        """The unit of every measuring column, what its numbers tell, and a split with proof."""
        return [
            FileUnits(file.source.name, _units(file, plan, progress))
            for file in _found(files, plan)
            if file.target
        ]


def _found(files: Sequence[File], plan: Plan) -> list[TableFile]:
    return recognise(tables_in(sources_of(files)), plan)


def _read(file: TableFile, progress: Progress) -> Iterator[Chunk]:
    read = 0
    for chunk in file.chunks():
        progress.raise_if_cancelled()
        yield chunk
        read += chunk.records
        progress.report(0.0, f"{file.source.name}: {read:,} rows")


def _words(file: TableFile, progress: Progress) -> list[WordColumn]:
    if file.mapped is None:
        return []
    places = columns_of_words(file.mapped)
    counts = counted(_read(file, progress), places.values()) if places else {}
    return [
        word_column(target, file.dialect.header[at], counts[at], meanings_of(file.mapped, target))
        for target, at in places.items()
    ]


def _units(file: TableFile, plan: Plan, progress: Progress) -> list[ColumnUnit]:
    asked = [m for m in file.mapped.every_measure if _concept(m)] if file.mapped else []
    collected = [Collected(measure) for measure in asked]
    if not collected:
        return []
    formats, whose = formats_of(file, plan, thoroughly=True), _whose(file)
    for chunk in _read(file, progress):
        for each in collected:
            each.add(chunk, formats, whose)
    return [_unit(each) for each in collected]


def _unit(collected: Collected) -> ColumnUnit:
    measure, concept = collected.measure, catalog()[collected.measure.measure.code]
    split = split_of(measure.unit)
    said = "" if split else measure.unit
    values, patients = collected.together()
    return ColumnUnit(
        measure.header,
        concept.name,
        measure.unit,
        measure.origin,
        units_to_tell(concept),
        detect(values, concept, patients, canonical_spelling(concept, said)),
        collected.rows,
    )


def _concept(measure: MappedMeasure) -> Concept | None:
    """The concept of a column whose unit can be told: of numbers, one, and not of its own row."""
    concept = catalog().by_code(measure.measure.code)
    own = measure.measure.words or measure.measure.second_code or measure.unit_column >= 0
    return None if concept is None or own or concept.unitless else concept


def _whose(file: TableFile) -> int:
    """The column that names the patients, -1 for none."""
    named = columns_of(file.mapped) if file.mapped else {}
    return next((at for at, target in named.items() if target == "patient.mrn"), -1)
