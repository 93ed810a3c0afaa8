"""What the catalogue makes of codes and units: concept, conversion, limits; all pairs at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clinicdesk.domain.catalog import Catalog, Concept
from clinicdesk.domain.units import Conversion
from clinicdesk.etl.arrays import Floats, Ints, Mask, Texts, blank, texts
from clinicdesk.etl.formats import Formats
from clinicdesk.etl.frames import Table, columns_of, frame_of
from clinicdesk.etl.memory import Memory
from clinicdesk.etl.records.readings import Readings
from clinicdesk.etl.rules import rulebook
from clinicdesk.etl.silver.units import completed, typed
from clinicdesk.etl.values import Numbers, numbers

_TEMPERATURE = "8310-5"
# The catalogue's inference rule for a temperature without a unit: the ranges cannot meet.
BY_VALUE = {_TEMPERATURE: ((26.0, 45.0, "Cel"), (79.0, 113.0, "[degF]"))}
_NO_UNIT = ("", "unit", "units")  # what stands beside a score or a pH
_LOINC = re.compile(r"\d{1,7}-\d")


@dataclass(frozen=True, slots=True)
class Kind:
    """What one pair of code and unit means."""

    code: str
    concept: Concept | None
    conversion: Conversion | None  # None: the unit is not known for the concept
    unit: str

    @property
    def low(self) -> float:
        low = self.concept.plausible.low if self.concept else None
        return -np.inf if low is None else low

    @property
    def high(self) -> float:
        high = self.concept.plausible.high if self.concept else None
        return np.inf if high is None else high


def _kind(catalog: Catalog, code: str, unit: str) -> Kind:
    concept = catalog.by_code(code)
    if concept is None and not _LOINC.fullmatch(code):
        concept = catalog.by_name(code)
    if concept is None:
        return Kind(code, None, Conversion(), unit)
    if concept.unitless and unit.casefold() in _NO_UNIT:
        unit = concept.unit
    return Kind(concept.code, concept, concept.conversion(unit), concept.unit)


class Kinds:
    """The readings beside what the catalogue makes of them. typed: as `silver.units` leaves it."""

    def __init__(
        self,
        readings: Readings,
        catalog: Catalog,
        conventions: Mapping[str, str],
        formats: Formats,
        memory: Memory,
    ) -> None:
        found = _numbers(readings, formats, memory)
        self.ambiguous = found.ambiguous
        kinds, pair = _kinds_of(readings.code, readings.unit, catalog)
        unit, self.inferred = _completed(readings.unit, kinds, pair, conventions, found.values)
        self.usual: Mask = blank(readings.unit) & ~blank(unit) & ~self.inferred
        if unit is not readings.unit:
            kinds, pair = _kinds_of(readings.code, unit, catalog)
        self.unit = unit
        self._kinds = kinds
        given = {"pair": pair, "number": found.values, "is_text": readings.is_text}
        self.typed: Table = typed(frame_of(given), _pairs(kinds))
        self.code = _spread([kind.code for kind in kinds], pair)
        self.textual: Mask = self._column("textual")
        self.in_catalog: Mask = self._column("in_catalog")
        self.canonical: Floats = self._column("canonical")
        self.low: Floats = self._column("low")
        self.high: Floats = self._column("high")
        self.canonical_unit = texts(
            np.where(self.textual, readings.unit, _spread([kind.unit for kind in kinds], pair))
        )

    @property
    def codes(self) -> set[str]:
        """The codes there are."""
        return {kind.code for kind in self._kinds}

    def pairs_of(self, code: str) -> list[int]:
        """The pairs of code and unit that have the code."""
        return [at for at, kind in enumerate(self._kinds) if kind.code == code]

    def of(self, code: str) -> Mask:
        """Which readings have the code."""
        return np.isin(self._column("pair"), self.pairs_of(code))

    def _column(self, name: str) -> NDArray[Any]:
        return self.typed.get_column(name).to_numpy()


def _pairs(kinds: Sequence[Kind]) -> Table:
    """What each pair of code and unit means, a row a pair."""
    steps = [kind.conversion or Conversion() for kind in kinds]
    usual = [rulebook().usual.get(kind.code) for kind in kinds]
    return frame_of(
        {
            "pair": np.arange(len(kinds)),
            "in_catalog": [kind.concept is not None for kind in kinds],
            "coded": [kind.concept is not None and kind.concept.coded for kind in kinds],
            "convertible": [kind.conversion is not None for kind in kinds],
            "factor": [step.factor for step in steps],
            "offset": [step.offset for step in steps],
            "low": [kind.low for kind in kinds],
            "high": [kind.high for kind in kinds],
            "usual_low": [span.low if span else -np.inf for span in usual],
            "usual_high": [span.high if span else np.inf for span in usual],
        }
    )


def _numbers(readings: Readings, formats: Formats, memory: Memory) -> Numbers:
    """The values as numbers, every column by its own format."""
    codes, headers = pd.factorize(readings.column)
    parts = [np.flatnonzero(codes == at) for at in range(len(headers))]
    values = np.full(len(codes), np.nan)
    read, ambiguous = np.zeros(len(codes), dtype=bool), np.zeros(len(codes), dtype=bool)
    for header, at in zip(headers, parts, strict=True):
        found = numbers(readings.value[at], partial(formats.decimal, header), memory)
        values[at], read[at], ambiguous[at] = found.values, found.read, found.ambiguous
    return Numbers(values, read, ambiguous)


def _kinds_of(code: Texts, unit: Texts, catalog: Catalog) -> tuple[list[Kind], Ints]:
    """The distinct pairs of code and unit, and which of them each reading has."""
    codes, names = pd.factorize(code)
    units, spelled = pd.factorize(unit)
    pair, pairs = pd.factorize(codes * max(len(spelled), 1) + units)
    kinds = [_kind(catalog, *_pair(int(p), names, spelled)) for p in pairs]
    return kinds, pair


def _pair(pair: int, names: Texts, units: Texts) -> tuple[str, str]:
    name, unit = divmod(pair, max(len(units), 1))
    return names[name], units[unit]


def _spread(values: Sequence[str], pair: Ints) -> Texts:
    return texts(values)[pair]


def _completed(
    unit: Texts,
    kinds: Sequence[Kind],
    pair: Ints,
    conventions: Mapping[str, str],
    values: Floats,
) -> tuple[Texts, Mask]:
    """Fill in the unit that the preset declares, or else the value tells; say where it did."""
    by_value = np.zeros(len(unit), dtype=bool)
    usual = {at: conventions[k.code] for at, k in enumerate(kinds) if conventions.get(k.code)}
    spans = {(pairs, low, high): name for pairs, low, high, name in _spans(kinds)}
    open_ = [*usual, *(pair for pairs, *_ in spans for pair in pairs)]
    at = np.flatnonzero(np.isin(pair, open_) & blank(unit)) if open_ else pair[:0]
    if not len(at):
        return unit, by_value
    missing = frame_of({"pair": pair[at], "number": values[at]})
    told = columns_of(completed(missing, [*usual], [*spans]))["told"]
    declared = texts([usual.get(int(p), "") for p in pair[at]])
    names = texts(["", "", *spans.values()])[told + 1]  # nobody, the preset, each span
    out = unit.copy()
    out[at], by_value[at] = np.where(told == 0, declared, names), told > 0
    return out, by_value


def _spans(kinds: Sequence[Kind]) -> Iterator[tuple[tuple[int, ...], float, float, str]]:
    """Where the value tells the unit: the pairs of the code, from, to, and the unit."""
    for code, ranges in BY_VALUE.items():
        pairs = tuple(at for at, kind in enumerate(kinds) if kind.code == code)
        if pairs:
            yield from ((pairs, low, high, name) for low, high, name in ranges)
