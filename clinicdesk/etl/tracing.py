"""Which cells of a line a record was made of, and what was done with them, in plain sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clinicdesk.domain.catalog import catalog, plain
from clinicdesk.domain.display import number_text
from clinicdesk.domain.lineage import SourceCell
from clinicdesk.domain.units import printed_unit
from clinicdesk.etl.files import TableFile
from clinicdesk.etl.mapping import Mapped, MappedMeasure
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.planned import columns_of
from clinicdesk.etl.presets import presets
from clinicdesk.etl.silver_columns import spoken_of

_ORIGINS = {
    "user": "as the person who imported it said",
    "header": "as the header says",
    "preset": "as this kind of file has it",
    "convention": "as is usual: nobody writes another",
}


@dataclass(frozen=True, slots=True)
class Traced:
    """A line of a file. fix: header -> what a person put in the place of the cell."""

    file: TableFile
    line: str = field(repr=False)
    cells: list[str] = field(repr=False)
    fix: Mapping[str, str] = field(default_factory=dict, repr=False)


def source_cells(
    traced: Traced, table: str, record: Mapping[str, Any], column: str
) -> list[SourceCell]:
    """The cells of the line, with those marked that the record, or one column of it, is made of."""
    mapped = traced.file.mapped
    used = _used(mapped, table) if mapped else set()
    sources = _sources(mapped, table, record, column) if mapped else set()
    fix = {plain(header): text for header, text in traced.fix.items() if header}
    header = list(traced.file.dialect.header)
    cells = traced.cells if len(traced.cells) == len(header) else [""] * len(header)
    return [
        SourceCell(name, text, fix.get(plain(name), ""), at in sources, at in used or at in sources)
        for at, (name, text) in enumerate(zip(header, cells, strict=True))
    ]


def steps(traced: Traced, table: str, record: Mapping[str, Any], plan: Plan) -> list[str]:
    """What was done with the line, in order."""
    return [*_read(traced), *_mended(traced), *_understood(traced, table, record, plan)]


def _read(traced: Traced) -> Iterator[str]:
    file = traced.file
    titles = {preset.name: preset.title for preset in presets()}
    kind = titles.get(file.preset, "a table whose columns were named by hand")
    yield f"Read as {kind}, in {file.dialect.encoding}."


def _mended(traced: Traced) -> Iterator[str]:
    for header in traced.fix:
        if header:
            yield f"The cell {header} was mended before the import."
        else:
            yield "The whole line was mended before the import."


def _understood(traced: Traced, table: str, record: Mapping[str, Any], plan: Plan) -> Iterator[str]:
    mapped = traced.file.mapped
    if mapped is None:
        return
    measure = _measure(mapped, record) if table == "observation" else None
    if measure:
        yield from _of_measure(measure, record)
    if table == "observation":
        yield from _converted(record)
    for header, order in plan.date_order.items():
        words = "the day" if order == "dmy" else "the month"
        yield f"Dates {f'in {header} ' if header else ''}were read with {words} first, as was said."


def _of_measure(measure: MappedMeasure, record: Mapping[str, Any]) -> Iterator[str]:
    concept = catalog().by_code(record["code"])
    name = concept.display if concept else record["code"]
    yield f"The column {measure.header} is {name} (LOINC {record['code']})."
    if measure.unit:
        yield f"Its unit is {printed_unit(measure.unit)}, {_ORIGINS[measure.origin]}."


def _converted(record: Mapping[str, Any]) -> Iterator[str]:
    if record["value"] is None:
        yield "The result is kept as it is written: it is no number."
        return
    written = f"{record['original_value']} {printed_unit(record['original_unit'])}".strip()
    stored = f"{number_text(record['value'])} {printed_unit(record['unit'])}".strip()
    if record["original_unit"] not in ("", record["unit"]):
        yield f"{written} was converted to {stored}; what was written is kept beside it."
    else:
        yield f"{written} is stored as {stored}."


def _parts(mapped: Mapped, table: str) -> list[Mapped]:
    parts = [mapped, *mapped.parts]
    return [part for part in parts if part.stored == table] or parts


def _used(mapped: Mapped, table: str) -> set[int]:
    """The columns of the file that say anything of records of this table."""
    named = {at for at, target in columns_of(mapped).items() if target.startswith(f"{table}.")}
    of_people = {at for at, target in columns_of(mapped).items() if target == "patient.mrn"}
    keys = {"patient", "mrn", "effective_at", "started_at"}
    own = {at for part in _parts(mapped, table) for name, at in part.fields.items() if name in keys}
    return named | of_people | own


def _sources(mapped: Mapped, table: str, record: Mapping[str, Any], column: str) -> set[int]:
    """The columns of the file in which the value stands."""
    if column:
        return set(spoken_of(mapped).get(table, {}).get(column, ()))
    if table == "observation":
        measure = _measure(mapped, record)
        if measure:
            return {measure.column}
        fields = [part.fields for part in _parts(mapped, table)]
        return {each[name] for each in fields for name in ("value", "unit") if name in each}
    listed = {e.column for p in [mapped, *mapped.parts] for e in p.lists if e.words.target == table}
    names = {"display", "code"}
    own = {at for p in _parts(mapped, table) for name, at in p.fields.items() if name in names}
    return listed or own


def _measure(mapped: Mapped, record: Mapping[str, Any]) -> MappedMeasure | None:
    """The column of which a result was made, where each column holds one measurement."""
    for measure in mapped.every_measure:
        if record["code"] in (measure.measure.code, measure.measure.second_code):
            return measure
    return None
