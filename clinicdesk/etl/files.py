"""Recognise the files a user brings: which table of which preset each is, and how it is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clinicdesk.domain.catalog import catalog, plain
from clinicdesk.errors import BadInput
from clinicdesk.etl.column_names import looks_like_header
from clinicdesk.etl.decoding import Written, told_by_all, written
from clinicdesk.etl.fixes import mended
from clinicdesk.etl.formats import Formats
from clinicdesk.etl.mapping import Mapped, map_columns, missing, shared
from clinicdesk.etl.plan import Plan, Said
from clinicdesk.etl.planned import mapped_by
from clinicdesk.etl.presets import ORDER, Preset, TablePreset, presets
from clinicdesk.etl.readers.csv import chunks, decoded_head, head_chunk, head_of
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.sniff import Dialect, dialect_of
from clinicdesk.etl.sources import Source
from clinicdesk.etl.wordings import with_words

_UTF8 = Written("utf-8")


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file and what it is. why: the reason when it is not imported.

    head: the beginning of the file as text, cut anywhere unless `whole`.  looked_at: its bytes.
    fixes: row -> header -> text, where a person mended it.
    """

    source: Source
    dialect: Dialect
    head: str = field(repr=False)
    looked_at: int
    mapped: Mapped | None
    why: str = ""
    written: Written = _UTF8
    fixes: Mapping[int, Said] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> bool:
        """Whether the head is all there is."""
        return self.looked_at >= self.source.size

    def first_rows(self) -> Chunk:
        """The rows of the head."""
        chunk = head_chunk(self.head, self.dialect, whole=self.whole)
        return next(mended([chunk], self.fixes, self.dialect))

    def chunks(self) -> Iterator[Chunk]:
        """All rows, some thousands at a time."""
        return mended(chunks(self.source, self.dialect), self.fixes, self.dialect)

    @property
    def preset(self) -> str:
        return self.mapped.table.preset if self.mapped else ""

    @property
    def target(self) -> str:
        """Which transform its rows take, "" when the store has no table for it."""
        return self.mapped.table.target if self.mapped else ""

    @property
    def table(self) -> str:
        """The table of the store its rows go to; of several, the one its rows are of."""
        return self.mapped.stored if self.mapped else ""


def recognise(sources: Sequence[Source], plan: Plan) -> list[TableFile]:
    """Every file with its preset, in the order of loading; those without a table come last."""
    _require_encoding(plan.encoding)
    tables = [table for preset in _chosen(plan.preset) for table in preset.tables]
    files = [_recognise(source, tables, plan) for source in sources]
    order = {target: at for at, target in enumerate(ORDER)}
    return sorted(files, key=lambda file: order.get(file.target, len(order)))


def _chosen(name: str) -> Sequence[Preset]:
    if not name:
        return presets()
    found = [preset for preset in presets() if preset.name == name]
    if not found:
        known = ", ".join(preset.name for preset in presets())
        raise BadInput(f"There is no preset {name}. Known are: {known}.")
    return found


def _recognise(source: Source, tables: Sequence[TablePreset], plan: Plan) -> TableFile:
    raw = head_of(source)
    found = written(source.name, raw, plan.encoding)
    encoding = found.encoding
    head = decoded_head(source, raw, encoding)
    if len(raw) < source.size and "\n" not in head and "\r" not in head:
        raise BadInput(f"{source.name}: its first line is longer than a header can be.")
    said = plan.columns.get(source.name, {})
    dialect = dialect_of(
        source.name, head, encoding, lambda row: _is_header(row, tables, plan, said)
    )
    mapped = _best(dialect.header, tables, plan)
    if said:
        mapped = mapped_by(dialect.header, said, mapped, plan.units)
    if mapped is None:
        why = _nearest(dialect.header, tables)
        return TableFile(source, dialect, head, len(raw), None, why, found)
    _refuse_twins(source, mapped)
    whole = len(raw) >= source.size
    mapped = with_words(mapped, plan.words, head_chunk(head, dialect, whole=whole))
    table = mapped.table
    why = "" if table.target else f"not imported: the store has no table for {table.name}."
    return TableFile(source, dialect, head, len(raw), mapped, why, found)


def _is_header(row: Sequence[str], tables: Sequence[TablePreset], plan: Plan, said: Said) -> bool:
    """Whether a row is the header that somebody described, or one that a preset knows."""
    if said:
        return {plain(name) for name in said} <= {plain(cell) for cell in row}
    return _best(row, tables, plan) is not None or looks_like_header(row)


def _best(header: Sequence[str], tables: Sequence[TablePreset], plan: Plan) -> Mapped | None:
    """The table preset that accounts for most columns."""
    candidates = [map_columns(table, header, catalog(), plan.units) for table in tables]
    found = [mapped for mapped in candidates if mapped]
    return max(found, key=lambda mapped: len(mapped.used), default=None)


def _nearest(header: Sequence[str], tables: Sequence[TablePreset]) -> str:
    """What is missing from the header to be the most similar known table."""
    targets = [table for table in tables if table.target]
    table = max(targets, key=lambda t: (shared(t, header), -len(missing(t, header))))
    lacks = ", ".join(missing(table, header))
    if not lacks or not shared(table, header):
        return "No preset knows this header."
    return f"No preset knows this header. To be {table.name}, it lacks the column {lacks}."


def _require_encoding(name: str) -> None:
    try:
        "".encode(name or "utf-8")
    except LookupError:
        raise BadInput(f"{name} is not an encoding. Examples: utf-8, cp1252, latin-1.") from None


def _refuse_twins(source: Source, mapped: Mapped) -> None:
    """A column that is read must be there once: which of two would be the right one?"""
    names = [name.casefold() for name in mapped.header]
    twins = sorted({mapped.header[at] for at in mapped.used if names.count(names[at]) > 1})
    if twins:
        raise BadInput(
            f"{source.name}: the header has the column {twins[0]} twice. Rename or remove one."
        )


def require_encoding(file: TableFile) -> None:
    """Refuse a file whose letters could be read in several ways."""
    if file.target and file.written.undecided:
        names = ", ".join(candidate.encoding for candidate in file.written.undecided)
        raise BadInput(
            f"{file.source.name}, line {file.written.numbers[0]}: this is not UTF-8 text, and which"
            f" of {names} it is cannot be told. Say it with --encoding, or save the file as UTF-8."
        )


def told_in_full(file: TableFile) -> TableFile | None:
    """The file in the encoding that all its lines tell; None when they tell no other."""
    found = told_by_all(file.source)
    if found.encoding == file.dialect.encoding:
        return None
    told = replace(file, dialect=replace(file.dialect, encoding=found.encoding), written=found)
    require_encoding(told)
    return told


def formats_of(file: TableFile, plan: Plan, *, thoroughly: bool) -> Formats:
    """How the file's columns write dates and numbers, told by its beginning.

    thoroughly: read on, where the beginning leaves something open, until something tells.
    """
    if file.mapped is None:
        return plan.formats()
    formats = plan.formats(file.mapped.table.decimal)
    _learn(formats, file.mapped, file.first_rows())
    if thoroughly and not formats.settled and not file.whole:
        for chunk in file.chunks():
            _learn(formats, file.mapped, chunk)
            if formats.settled:
                break
    return formats


def _learn(formats: Formats, mapped: Mapped, chunk: Chunk) -> None:
    for kind, columns in mapped.formatted.items():
        for at in columns:
            formats.learn(kind, mapped.header[at], chunk.column(at))
