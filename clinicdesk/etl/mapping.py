"""Which column of a file is what: by the preset's headers, the catalogue's names and units."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clinicdesk.domain.catalog import Catalog, Concept, plain
from clinicdesk.etl.formats import Kind
from clinicdesk.etl.presets import STORED, Measure, TablePreset, WordList

_BRACKETS = re.compile(r"(.+?)\s*[(\[]([^()\[\]]+(?:\[[^\]]*\])?)[)\]]")
_NUMBERS = {"value", "age", "quantity", "days_supply", "refills", "severity", "length_of_stay"}
_DATES = {
    "birth_date",
    "deceased_on",
    "registered_on",
    "started_at",
    "ended_at",
    "effective_at",
    "onset",
    "abatement",
    "recorded_on",
    "authored_on",
    "ended_on",
}
_BREAKS = re.compile(r"[_\s.]+")


@dataclass(frozen=True, slots=True)
class MappedMeasure:
    """A column with one measurement a row. unit "": nobody said it.  origin: who said the unit.

    unit_column: the column with the unit of each row, -1 for none.
    """

    column: int
    header: str
    measure: Measure
    unit: str
    origin: str  # header, user, preset, convention or ""
    unit_column: int = -1


@dataclass(frozen=True, slots=True)
class MappedList:
    """A column with several words a row."""

    column: int
    header: str
    words: WordList


@dataclass(frozen=True, slots=True)
class Mapped:
    """A file's columns and what they are. fields: our name -> column.

    parts: of a file that fills several tables, what each of them takes.
    """

    table: TablePreset
    header: Sequence[str]
    fields: Mapping[str, int]
    measures: Sequence[MappedMeasure] = ()
    lists: Sequence[MappedList] = ()
    notes: Sequence[str] = field(default=())
    parts: Sequence["Mapped"] = ()

    @property
    def used(self) -> set[int]:
        """The columns that are read at all."""
        columns = ((measure.column, measure.unit_column) for measure in self.measures)
        measures = {at for both in columns for at in both if at >= 0}
        own = {*self.fields.values(), *measures, *(entry.column for entry in self.lists)}
        return own.union(*(part.used for part in self.parts))

    @property
    def stored(self) -> str:
        """The table of the store that the rows are of; of several, the one that takes most."""
        if self.parts:
            return max(self.parts, key=lambda part: len(part.used)).stored
        return STORED.get(self.table.target, self.table.target)

    @property
    def every_measure(self) -> Sequence[MappedMeasure]:
        """The measuring columns of all parts."""
        return [*self.measures, *(m for part in self.parts for m in part.every_measure)]

    @property
    def formatted(self) -> Mapping[Kind, Sequence[int]]:
        """The columns whose dates or numbers may be written in more than one way."""
        numeric = {m.column for m in self.every_measure if not m.measure.words}
        named = [item for one in (self, *self.parts) for item in one.fields.items()]
        return {
            Kind.DECIMAL: sorted(numeric | {at for name, at in named if name in _NUMBERS}),
            Kind.DATE_ORDER: sorted({at for name, at in named if name in _DATES}),
        }

    @property
    def unused(self) -> list[str]:
        """Headers that nothing is done with."""
        return [name for at, name in enumerate(self.header) if at not in self.used]


def map_columns(
    table: TablePreset, header: Sequence[str], catalog: Catalog, units: Mapping[str, str]
) -> Mapped | None:
    """Map a header by one table preset; None when it is another kind of file.

    units: header -> unit, as the user said it.
    """
    places = _places(header)
    if any(plain(name) in places for name in table.foreign):
        return None
    if not all(plain(name) in places for name in table.signature):
        return None
    fields = _fields(table, places)
    if not all(name in fields for name in table.required):
        return None
    if table.one_of and not any(name in fields for name in table.one_of):
        return None
    said = {plain(name): unit for name, unit in units.items()}
    measures, notes = _measures(table, header, set(fields.values()), catalog, said)
    if table.target == "wide" and not measures:
        return None
    return Mapped(table, header, fields, measures, _lists(table, header, places), notes)


def missing(table: TablePreset, header: Sequence[str]) -> list[str]:
    """The headers a file would need to be this kind of file: one known name for each."""
    places = _places(header)
    fields = _fields(table, places)
    signs = [name for name in table.signature if plain(name) not in places]
    return [*signs, *(table.fields[name][0] for name in table.required if name not in fields)]


def shared(table: TablePreset, header: Sequence[str]) -> int:
    """How many columns of the header this kind of file knows."""
    places = _places(header)
    names = [name for headers in table.fields.values() for name in headers]
    names += [name for measure in table.measures for name in measure.headers]
    return len({places[plain(name)] for name in names if plain(name) in places})


def _places(header: Sequence[str]) -> dict[str, int]:
    return {plain(name): at for at, name in reversed(list(enumerate(header))) if plain(name)}


def _fields(table: TablePreset, places: Mapping[str, int]) -> dict[str, int]:
    found = {
        name: next((places[plain(h)] for h in headers if plain(h) in places), None)
        for name, headers in table.fields.items()
    }
    return {name: at for name, at in found.items() if at is not None}


def _lists(
    table: TablePreset, header: Sequence[str], places: Mapping[str, int]
) -> list[MappedList]:
    found = []
    for words in table.lists:
        at = next((places[plain(h)] for h in words.headers if plain(h) in places), None)
        if at is not None:
            found.append(MappedList(at, header[at], words))
    return found


def _measures(
    table: TablePreset,
    header: Sequence[str],
    taken: set[int],
    catalog: Catalog,
    said: Mapping[str, str],
) -> tuple[list[MappedMeasure], list[str]]:
    found: dict[str, MappedMeasure] = {}
    notes = []
    for at, name in enumerate(header):
        known = None if at in taken else _measure(table, name, catalog)
        if known is None:
            continue
        measure, unit = known
        if measure.code in found:
            other = found[measure.code].header
            notes.append(f"{name} is not imported: {other} is the same measurement.")
            continue
        found[measure.code] = _mapped(at, name, measure, _units(table, name, measure, unit, said))
    return list(found.values()), notes


def _units(
    table: TablePreset, header: str, measure: Measure, unit: str, said: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Who may say a column's unit, and what they say; the first that says something is heard."""
    return [
        ("user", said.get(plain(header), "")),
        ("header", unit),
        ("preset", measure.unit),
        ("convention", table.conventions.get(measure.code, "")),
    ]


def _mapped(
    at: int, header: str, measure: Measure, units: Sequence[tuple[str, str]]
) -> MappedMeasure:
    origin, unit = next(((origin, unit) for origin, unit in units if unit), ("", ""))
    return MappedMeasure(at, header, measure, unit, origin)


def _measure(table: TablePreset, header: str, catalog: Catalog) -> tuple[Measure, str] | None:
    """The measurement a header names, with the unit it carries ("" without)."""
    for measure in table.measures:
        names = {plain(name) for name in measure.headers}
        if plain(header) in names:
            return measure, ""
        concept = catalog.by_code(measure.code)
        for name, suffix in splits(header):
            if concept and plain(name) in names and (unit := unit_of(concept, suffix)):
                return measure, unit
    return _by_catalog(header, catalog) if table.target == "wide" else None


def unit_in(header: str, concept: Concept) -> str:
    """The unit of this concept that a header carries, "" when it carries none."""
    found = (unit_of(concept, suffix) for _, suffix in splits(header))
    return next(filter(None, found), "")


def _by_catalog(header: str, catalog: Catalog) -> tuple[Measure, str] | None:
    for name, suffix in splits(header):
        concept = catalog.by_name(name)
        if concept and (unit := unit_of(concept, suffix)):
            return Measure((header,), concept.code, words=concept.coded), unit
    concept = catalog.by_name(header) or catalog.by_code(header)
    return (Measure((header,), concept.code, words=concept.coded), "") if concept else None


def splits(header: str) -> Iterator[tuple[str, str]]:
    """`Glucose (mg/dL)`, `temp_f`, `creatinine_umol_l`: a name, and what may be its unit."""
    if match := _BRACKETS.fullmatch(header.strip()):
        yield match.group(1), match.group(2)
    parts = [part for part in _BREAKS.split(header.strip()) if part]
    for at in range(1, len(parts)):
        yield "_".join(parts[:at]), "/".join(parts[at:])


def unit_of(concept: Concept, text: str) -> str:
    """The unit of this concept that a header's end spells, "" when it spells none."""
    if concept.conversion(text) is not None:
        return text
    spelled = plain(text)
    known = (concept.unit, *concept.conversions)
    return next((unit for unit in known if plain(unit) and plain(unit) == spelled), "")
