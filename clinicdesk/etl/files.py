"""Recognise the files a user brings: which table of which preset each is, and how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from clinicdesk.domain.catalog import catalog
from clinicdesk.errors import BadInput
from clinicdesk.etl.mapping import Mapped, map_columns, missing
from clinicdesk.etl.presets import ORDER, Preset, TablePreset, presets
from clinicdesk.etl.readers.csv import decoded_head, head_chunk, head_of
from clinicdesk.etl.sniff import Dialect, dialect_of, encoding_of
from clinicdesk.etl.sources import Source
from clinicdesk.etl.values import date_order


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said about the files. units: header -> unit.  date_order: dmy, mdy or ""."""

    preset: str = ""
    encoding: str = ""
    date_order: str = ""
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file and what it is. why: the reason when it is not imported."""

    source: Source
    dialect: Dialect
    head: str = field(repr=False)
    mapped: Mapped | None
    why: str = ""

    @property
    def preset(self) -> str:
        return self.mapped.table.preset if self.mapped else ""

    @property
    def target(self) -> str:
        return self.mapped.table.target if self.mapped else ""


def recognise(sources: Sequence[Source], options: Options) -> list[TableFile]:
    """Every file with its preset, in the order of loading; those without a table come last."""
    tables = [table for preset in _chosen(options.preset) for table in preset.tables]
    files = [_recognise(source, tables, options) for source in sources]
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


def _recognise(source: Source, tables: Sequence[TablePreset], options: Options) -> TableFile:
    raw = head_of(source)
    encoding = options.encoding or encoding_of(source.name, raw)
    head = decoded_head(source, raw, encoding)
    if len(raw) < source.size and "\n" not in head and "\r" not in head:
        raise BadInput(f"{source.name}: its first line is longer than a header can be.")
    dialect = dialect_of(
        source.name, head, encoding, lambda row: _best(row, tables, options) is not None
    )
    mapped = _best(dialect.header, tables, options)
    if mapped is None:
        return TableFile(source, dialect, head, None, _nearest(dialect.header, tables))
    _refuse_twins(source, mapped)
    table = mapped.table
    why = "" if table.target else f"not imported: the store has no table for {table.name}."
    return TableFile(source, dialect, head, mapped, why)


def _best(header: Sequence[str], tables: Sequence[TablePreset], options: Options) -> Mapped | None:
    """The table preset that accounts for most columns."""
    candidates = [map_columns(table, header, catalog(), options.units) for table in tables]
    found = [mapped for mapped in candidates if mapped]
    return max(found, key=lambda mapped: len(mapped.used), default=None)


def _nearest(header: Sequence[str], tables: Sequence[TablePreset]) -> str:
    """What is missing from the header to be the most similar known table."""
    targets = [table for table in tables if table.target]
    table = min(targets, key=lambda t: len(missing(t, header)) / max(len(t.required), 1))
    lacks = missing(table, header)
    if not lacks or len(lacks) == len(table.required):
        return "No preset knows this header."
    columns = ", ".join(lacks)
    return f"No preset knows this header. To be {table.name}, it lacks the column {columns}."


def _refuse_twins(source: Source, mapped: Mapped) -> None:
    """A column that is read must be there once: which of two would be the right one?"""
    names = [name.casefold() for name in mapped.header]
    twins = sorted({mapped.header[at] for at in mapped.used if names.count(names[at]) > 1})
    if twins:
        raise BadInput(
            f"{source.name}: the header has the column {twins[0]} twice. Rename or remove one."
        )


def date_order_of(file: TableFile) -> str:
    """dmy or mdy when the beginning of the file proves one of them, else ""."""
    if file.mapped is None:
        return ""
    chunk = head_chunk(file.source, file.head, file.dialect)
    columns = [chunk.column(at) for at in sorted(file.mapped.used)]
    return date_order(np.concatenate(columns)) if columns else ""
