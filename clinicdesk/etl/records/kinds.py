"""What the catalogue makes of codes and units: concept, conversion, limits; all pairs at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from clinicdesk.domain.catalog import Catalog, Concept
from clinicdesk.domain.units import Conversion
from clinicdesk.etl.arrays import Floats, Ints, Mask, Texts, blank, texts
from clinicdesk.etl.formats import Formats
from clinicdesk.etl.records.readings import Readings
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
    """The readings beside what the catalogue makes of them."""

    def __init__(
        self,
        readings: Readings,
        catalog: Catalog,
        conventions: Mapping[str, str],
        formats: Formats,
    ) -> None:
        found = _numbers(readings, formats)
        self.number, self.ambiguous = found.values, found.ambiguous
        kinds, pair = _kinds_of(readings.code, readings.unit, catalog)
        unit, self.usual = _completed(readings.unit, kinds, pair, conventions)
        unit, self.inferred = _inferred(unit, kinds, pair, found.values)
        if unit is not readings.unit:
            kinds, pair = _kinds_of(readings.code, unit, catalog)
        self.unit = unit
        self._kinds, self._pair = kinds, pair
        self.code = _spread([kind.code for kind in kinds], pair)
        self.in_catalog = np.array([k.concept is not None for k in kinds], dtype=bool)[pair]
        coded = np.array([k.concept is not None and k.concept.coded for k in kinds])[pair]
        self.wants_number = self.in_catalog & ~coded & ~readings.is_text
        self.textual: Mask = readings.is_text | coded | ~found.read
        self.unit_known = np.array([k.conversion is not None for k in kinds])[pair] | self.textual
        factor, offset = _steps(kinds)
        self.canonical: Floats = found.values * factor[pair] + offset[pair]
        self.low = np.array([kind.low for kind in kinds])[pair]
        self.high = np.array([kind.high for kind in kinds])[pair]
        self.canonical_unit = texts(
            np.where(self.textual, readings.unit, _spread([kind.unit for kind in kinds], pair))
        )

    @property
    def codes(self) -> set[str]:
        """The codes there are."""
        return {kind.code for kind in self._kinds}

    def of(self, code: str) -> Mask:
        """Which readings have the code."""
        return np.array([kind.code == code for kind in self._kinds], dtype=bool)[self._pair]


def _numbers(readings: Readings, formats: Formats) -> Numbers:
    """The values as numbers, every column by its own format."""
    codes, headers = pd.factorize(readings.column)
    parts = [np.flatnonzero(codes == at) for at in range(len(headers))]
    values = np.full(len(codes), np.nan)
    read, ambiguous = np.zeros(len(codes), dtype=bool), np.zeros(len(codes), dtype=bool)
    for header, at in zip(headers, parts, strict=True):
        found = numbers(readings.value[at], partial(formats.decimal, header))
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


def _steps(kinds: Sequence[Kind]) -> tuple[Floats, Floats]:
    steps = [kind.conversion or Conversion() for kind in kinds]
    return np.array([step.factor for step in steps]), np.array([step.offset for step in steps])


def _completed(
    unit: Texts, kinds: Sequence[Kind], pair: Ints, conventions: Mapping[str, str]
) -> tuple[Texts, Mask]:
    """Fill in the unit that the preset declares for a code whose unit nobody writes."""
    usual = _spread([conventions.get(kind.code, "") for kind in kinds], pair)
    fill = blank(unit) & ~blank(usual)
    return (texts(np.where(fill, usual, unit)) if fill.any() else unit), fill


def _inferred(unit: Texts, kinds: Sequence[Kind], pair: Ints, values: Floats) -> tuple[Texts, Mask]:
    """Let the values tell the unit where the catalogue says that they can."""
    told = np.zeros(len(unit), dtype=bool)
    without = blank(unit)
    if not without.any():
        return unit, told
    out = unit.copy()
    for code, ranges in BY_VALUE.items():
        here = without & np.array([kind.code == code for kind in kinds], dtype=bool)[pair]
        for low, high, name in ranges:
            inside = here & (values >= low) & (values <= high)
            out[inside] = name
            told |= inside
    return (out, told) if told.any() else (unit, told)
