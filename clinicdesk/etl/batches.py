"""What passes between a file and the store: a chunk with its names on, and records to load."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clinicdesk.domain.catalog import Catalog
from clinicdesk.domain.identity import Number
from clinicdesk.etl.arrays import Ints, Texts, same, texts
from clinicdesk.etl.findings import Finding, Findings
from clinicdesk.etl.formats import Formats
from clinicdesk.etl.mapping import Mapped
from clinicdesk.etl.memory import Memory
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.repeats import FirstContents, Ordinals
from clinicdesk.etl.values import Clock, iso_days, times

_CLOCK = re.compile(r"\d{1,2}:\d\d")
NO_ID = -1
UNSURE = -2  # a number that may be of more than one patient
NO_DAY = -1_000_000  # days from 1970: no birth date is known
NEVER = 10_000_000  # days from 1970: no death is known
Known: TypeAlias = tuple[int, int, int, str]
"""A patient of the store: row id, birth day (`NO_DAY`), day of death (`NEVER`), gender."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one table. at: the position of each in its chunk.

    read: good and rejected together.  columns: names of the store, a value a record.
    """

    table: str
    at: Ints
    columns: Mapping[str, NDArray[Any]]
    read: int
    rejects: Sequence[Finding] = ()
    warnings: Sequence[Finding] = ()


def batch(
    table: str,
    at: Ints,
    findings: Findings,
    columns: Mapping[str, NDArray[Any]],
) -> Batch:
    """The records that broke no rule, with what was found in the others. at: as in `Batch`."""
    good = findings.good
    kept = {name: values[good] for name, values in columns.items()}
    return Batch(table, at[good], kept, len(at), findings.rejects(), findings.warnings)


class References(Protocol):
    """What the store knows of identifiers."""

    def patients(self, numbers: Sequence[Number]) -> Mapping[Number, Known]:
        """Those that exist; the row id is `UNSURE` where it cannot be told who is meant."""

    def encounters(self, numbers: Sequence[str], source: str) -> Mapping[str, tuple[int, int]]:
        """Row ids of those that exist, and of whom they are."""

    def prescriptions(self, numbers: Sequence[str], source: str) -> Mapping[str, int]:
        """Of whom those are that exist."""


@dataclass(frozen=True, slots=True)
class Context:
    """What transforming a file needs beside the file. One for each file: it counts repeats.

    file_key: tells the file from others.  undated_on: the day (ISO) on which everything was true
    that the file gives no date.  people: the patients that rows of visits name.  parts: what came
    first in each of several tables.  memory: the texts that were read before.
    system: who gave the numbers of patients, where somebody said so.
    """

    clock: Clock
    catalog: Catalog
    references: References
    formats: Formats = field(default_factory=Formats)
    ordinals: Ordinals = field(default_factory=Ordinals)
    contents: FirstContents = field(default_factory=FirstContents)
    people: FirstContents = field(default_factory=FirstContents)
    parts: dict[str, FirstContents] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    file_key: str = ""
    undated_on: str = ""
    system: str = ""

    def part(self, target: str) -> "Context":
        """The context for one table of a file that fills several: identifiers are its own."""
        return replace(self, contents=self.parts.setdefault(target, FirstContents()))


@dataclass(frozen=True, slots=True)
class Rows:
    """A chunk seen through the mapping of its columns."""

    chunk: Chunk
    mapped: Mapped
    context: Context

    def __len__(self) -> int:
        return len(self.chunk)

    @property
    def at(self) -> Ints:
        """The position of every row."""
        return np.arange(len(self))

    def has(self, name: str) -> bool:
        return name in self.mapped.fields

    def header(self, name: str) -> str:
        """What the file calls the field."""
        at = self.mapped.fields.get(name)
        return name if at is None else self.mapped.header[at]

    def text(self, name: str) -> Texts:
        """The field's texts; a constant of the preset; else blanks."""
        table, at = self.mapped.table, self.mapped.fields.get(name)
        if at is not None:
            return _known(self.chunk.column(at), table.missing)
        if name == "mrn" and table.anonymous:
            prefix = f"{table.anonymous}-{self.context.file_key}"
            return texts([f"{prefix}-{row}" for row in self.chunk.rows.tolist()])
        if name == "number" and table.visit_a_day:
            return self._visit_days()
        return same(table.constants.get(name, ""), len(self))

    def _visit_days(self) -> Texts:
        """Patient and day, however the file writes days; with the time of day where it has one."""
        written, patients = self.text("started_at"), self.text("patient")
        order = partial(self.context.formats.date_order, self.header("started_at"))
        found = times(written, self.context.clock, order)
        days = np.where(found.read, iso_days(found.days), written)
        clocks = [match.group() if (match := _CLOCK.search(text)) else "" for text in written]
        rows = zip(patients, days, clocks, strict=True)
        return texts([" ".join(filter(None, row)) for row in rows])

    @property
    def source(self) -> str:
        """The feed: rows of two feeds never meet, nor do those of two systems' files."""
        source, system = self.mapped.table.source, self.context.system
        return f"{source}, {system}" if system else source

    def systems(self, name: str) -> Texts:
        """Who gave the patients' numbers in the field: as the row, a person or the preset says."""
        usual = self.context.system or self.mapped.table.issuer
        said = self.text(f"{name}_system")
        return texts(np.where(said == "", usual, said))

    def numbers(self, name: str, at: Ints | None = None) -> tuple[Ints, list[Number]]:
        """The patients' numbers in the field: where each row's is in the list, and the list."""
        where = self.at if at is None else at
        values, systems = self.text(name)[where], self.systems(name)[where]
        codes, uniques = pd.factorize(values)
        if not self.has(f"{name}_system"):
            system = systems[0] if len(systems) else ""
            return codes, [Number(system, value) for value in uniques]
        pairs = texts(list(zip(systems.tolist(), values.tolist(), strict=True)))
        codes, uniques = pd.factorize(pairs)
        return codes, [Number(*pair) for pair in uniques]

    def everything(self) -> list[Texts]:
        """All that is read of the rows, to tell a repetition from a contradiction."""
        return [self.chunk.column(at) for at in sorted(self.mapped.used)]


def _known(column: Texts, missing: Sequence[str]) -> Texts:
    """The column with blanks where it says that nothing is known."""
    if not missing:
        return column
    return texts(np.where(np.isin(column, list(missing)), "", column))
