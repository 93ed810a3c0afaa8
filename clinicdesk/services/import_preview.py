"""What the beginning of a file shows, before anything is imported."""

from dataclasses import replace

from clinicdesk.domain.catalog import catalog
from clinicdesk.etl.files import TableFile, formats_of
from clinicdesk.etl.mapping import Mapped, MappedList, MappedMeasure
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.planned import columns_of
from clinicdesk.etl.presets import presets
from clinicdesk.etl.questions import Question
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.suggested import suggestions_of
from clinicdesk.etl.unanswered import questions_of
from clinicdesk.services.import_report import ColumnPreview, FilePreview

SAMPLE = 20  # rows


def preview_of(file: TableFile, plan: Plan) -> FilePreview:
    """The file as it would be imported."""
    chunk = file.first_rows()
    mapped = file.mapped if file.target else None
    return FilePreview(
        name=file.source.name,
        preset=file.preset if mapped else "",
        title=_title(file),
        table=file.table,
        encoding=file.dialect.encoding,
        delimiter=file.dialect.delimiter,
        rows=len(chunk) if file.whole else _estimate(file, chunk),
        whole=file.whole,
        columns=_columns(file, mapped),
        sample=_sample(chunk, len(file.dialect.header)),
        notes=mapped.notes if mapped else (),
        why=file.why,
        titles=file.dialect.titles,
        proofs=file.written.proofs,
        questions=_questions(file, plan),
        suggestions=suggestions_of(file),
    )


def _questions(file: TableFile, plan: Plan) -> list[Question]:
    if not file.target:
        return []
    encoding = file.written.question(file.source.name)
    formats = formats_of(file, plan, thoroughly=False)
    return [*([encoding] if encoding else []), *questions_of(file, formats)]


def _title(file: TableFile) -> str:
    if not file.mapped:
        return ""
    title = next((preset.title for preset in presets() if preset.name == file.preset), "By hand")
    return f"{title}: {file.mapped.table.name}"


def _estimate(file: TableFile, chunk: Chunk) -> int:
    return round(len(chunk) * file.source.size / file.looked_at)


def _sample(chunk: Chunk, width: int) -> list[list[str]]:
    columns = [chunk.column(at)[:SAMPLE].tolist() for at in range(width)]
    return [list(row) for row in zip(*columns, strict=True)]


def _columns(file: TableFile, mapped: Mapped | None) -> list[ColumnPreview]:
    if mapped is None:
        return [ColumnPreview(header, "") for header in file.dialect.header]
    named = columns_of(mapped)
    known: dict[int, ColumnPreview] = {}
    for part in (*mapped.parts, mapped):
        known |= {at: ColumnPreview(mapped.header[at], name) for name, at in part.fields.items()}
        known |= {entry.column: _list(entry) for entry in part.lists if entry.column not in known}
    known |= {m.column: _measure(m) for m in mapped.every_measure}
    every = [known.get(at, ColumnPreview(name, "")) for at, name in enumerate(mapped.header)]
    return [replace(column, target=named.get(at, "")) for at, column in enumerate(every)]


def _list(mapped: MappedList) -> ColumnPreview:
    return ColumnPreview(mapped.header, mapped.words.target)


def _measure(mapped: MappedMeasure) -> ColumnPreview:
    measure = mapped.measure
    concept = catalog().by_code(measure.code)
    name = concept.name if concept else measure.display
    if measure.second_code:
        name = f"{name} and {catalog()[measure.second_code].name}"
    unitless = measure.words or (concept is not None and concept.unitless)
    told = mapped.unit or mapped.unit_column >= 0 or unitless
    note = "" if told else "The unit is missing: name it in the header."
    return ColumnPreview(mapped.header, name, mapped.unit, mapped.origin, note)
