"""Values with a code and a unit become observations: converted, checked, original kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from clinicdesk.domain.catalog import Catalog, Concept
from clinicdesk.domain.units import Conversion
from clinicdesk.etl.arrays import NO_INT, Floats, Ints, Mask, Texts, blank, cells, same, texts
from clinicdesk.etl.batches import NO_ID, Batch, Context, batch
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.presets import TablePreset
from clinicdesk.etl.records.common import ids_or_none
from clinicdesk.etl.repeats import hashes
from clinicdesk.etl.rules import (
    AMBIGUOUS_NUMBER,
    COMPARATOR,
    DIASTOLIC,
    IMPLAUSIBLE,
    INFERRED_UNIT,
    MISSING_DATE,
    MISSING_UNIT,
    NO_CODE,
    NO_VALUE,
    NOT_A_NUMBER,
    NOT_A_PRESSURE,
    SENTINEL,
    UNKNOWN_UNIT,
    USUAL_UNIT,
)
from clinicdesk.etl.values import numbers

TEMPERATURE, SYSTOLIC, DIASTOLIC_CODE = "8310-5", "8480-6", "8462-4"
# The catalogue's inference rule for a temperature without a unit: the ranges cannot meet.
_BY_VALUE = {TEMPERATURE: ((26.0, 45.0, "Cel"), (79.0, 113.0, "[degF]"))}
_SENTINELS = (-1, -9, -99, -100, -999, -9999, 0, 999, 9999, 99999, 8388607)
_COMPARATOR = re.compile(
    r"(?:[<>≤≥]\s*=?|(?:greater|less) than)\s*\d+(?:[.,]\d+)?|hi|lo|high|low", re.IGNORECASE
)
_PRESSURE = re.compile(
    r"(\d{1,5}(?:\.\d+)?)\s*/\s*(\d{1,5}(?:\.\d+)?)(?:\s*mm\s*hg)?", re.IGNORECASE
)
_NO_UNIT = ("", "unit", "units")  # what stands beside a score or a pH
_LOINC = re.compile(r"\d{1,7}-\d")


@dataclass(frozen=True, slots=True)
class Readings:
    """Values of a chunk on their way to be observations, aligned.

    at: position of the row in the chunk.  group: what was measured together shares it.
    ordinal: tells values of one code and time apart; NO_ID to number them in file order.
    column, unit_column: the headers to name when something is wrong.
    unit: as the file or the preset says it.  original_unit: as the file says it.
    """

    at: Ints
    group: Ints
    patient: Ints
    encounter: Ints
    instant: Ints
    ordinal: Ints
    code: Texts
    original_code: Texts
    display: Texts
    value: Texts
    unit: Texts
    original_unit: Texts
    is_text: Mask
    not_a_pressure: Mask
    column: Texts
    unit_column: Texts


def split_pressures(column: Texts) -> tuple[Texts, Texts, Mask]:
    """`128/84` in two columns; the mask says where it is no such thing."""
    codes, uniques = pd.factorize(column)
    found = [_PRESSURE.fullmatch(text) for text in uniques]
    upper = texts([match.group(1) if match else "" for match in found])
    lower = texts([match.group(2) if match else "" for match in found])
    return upper[codes], lower[codes], np.array([m is None for m in found], dtype=bool)[codes]


def together(parts: Sequence[Readings]) -> Readings:
    """Several columns' readings as one."""
    if len(parts) == 1:
        return parts[0]
    names = [field.name for field in fields(Readings)]
    return Readings(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in names})


def observations(
    readings: Readings,
    findings: Findings,
    context: Context,
    table: TablePreset,
) -> Batch:
    """The observations of these readings; findings holds what was found of their rows before."""
    known = _Kinds(readings, context.catalog, table.conventions, context.decimal_comma)
    _check(readings, known, findings)
    good = findings.good
    code = known.code
    columns = {
        "patient_id": readings.patient,
        "encounter_id": ids_or_none(readings.encounter),
        "code": code,
        "effective_at": readings.instant,
        "value": cells(known.canonical, ~known.textual),
        "unit": known.canonical_unit,
        "text": texts(np.where(known.textual, readings.value, "")),
        "original_code": readings.original_code,
        "display": texts(np.where(known.in_catalog, "", readings.display)),
        "original_value": readings.value,
        "original_unit": readings.original_unit,
        "source": same(table.source, len(code)),
        "ordinal": _ordinals(readings, code, good, context),
    }
    return batch("observation", readings.at, findings, columns)


def _ordinals(readings: Readings, code: Texts, good: Ints, context: Context) -> Ints:
    ordinal = readings.ordinal.copy()
    at = good[ordinal[good] == NO_ID]
    ordinal[at] = context.ordinals(hashes(readings.patient[at], code[at], readings.instant[at]))
    return ordinal


@dataclass(frozen=True, slots=True)
class _Kind:
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


def _kind(catalog: Catalog, code: str, unit: str) -> _Kind:
    concept = catalog.by_code(code)
    if concept is None and not _LOINC.fullmatch(code):
        concept = catalog.by_name(code)
    if concept is None:
        return _Kind(code, None, Conversion(), unit)
    if concept.unitless and unit.casefold() in _NO_UNIT:
        unit = concept.unit
    return _Kind(concept.code, concept, concept.conversion(unit), concept.unit)


class _Kinds:
    """The readings beside what the catalogue makes of them."""

    def __init__(
        self,
        readings: Readings,
        catalog: Catalog,
        conventions: Mapping[str, str],
        decimal_comma: bool,
    ) -> None:
        found = numbers(readings.value, decimal_comma=decimal_comma)
        self.number, self.ambiguous = found.values, found.ambiguous
        kinds, pair = _kinds_of(readings.code, readings.unit, catalog)
        unit, self.usual = _completed(readings.unit, kinds, pair, conventions)
        unit, self.inferred = _inferred(unit, kinds, pair, found.values)
        if unit is not readings.unit:
            kinds, pair = _kinds_of(readings.code, unit, catalog)
        self.unit = unit
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


def _kinds_of(code: Texts, unit: Texts, catalog: Catalog) -> tuple[list[_Kind], Ints]:
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


def _steps(kinds: Sequence[_Kind]) -> tuple[Floats, Floats]:
    steps = [kind.conversion or Conversion() for kind in kinds]
    return np.array([step.factor for step in steps]), np.array([step.offset for step in steps])


def _completed(
    unit: Texts, kinds: Sequence[_Kind], pair: Ints, conventions: Mapping[str, str]
) -> tuple[Texts, Mask]:
    """Fill in the unit that the preset declares for a code whose unit nobody writes."""
    usual = _spread([conventions.get(kind.code, "") for kind in kinds], pair)
    fill = blank(unit) & ~blank(usual)
    return (texts(np.where(fill, usual, unit)) if fill.any() else unit), fill


def _inferred(
    unit: Texts, kinds: Sequence[_Kind], pair: Ints, values: Floats
) -> tuple[Texts, Mask]:
    """Let the values tell the unit where the catalogue says that they can."""
    told = np.zeros(len(unit), dtype=bool)
    without = blank(unit)
    if not without.any():
        return unit, told
    out = unit.copy()
    for code, ranges in _BY_VALUE.items():
        here = without & np.array([kind.code == code for kind in kinds], dtype=bool)[pair]
        for low, high, name in ranges:
            inside = here & (values >= low) & (values <= high)
            out[inside] = name
            told |= inside
    return (out, told) if told.any() else (unit, told)


def _check(readings: Readings, known: _Kinds, findings: Findings) -> None:
    empty = blank(readings.value)
    wants = known.wants_number & ~empty
    unread = wants & np.isnan(known.number)
    limit = unread & _matches(readings.value, unread, _COMPARATOR)
    findings.check(blank(readings.code), NO_CODE, readings.column)
    findings.check(empty, NO_VALUE, readings.column)
    undated = (readings.instant == NO_INT) & ~findings.bad
    findings.check(undated, MISSING_DATE, readings.column)
    if readings.not_a_pressure.any():
        findings.check(readings.not_a_pressure, NOT_A_PRESSURE, readings.column)
        unread &= ~readings.not_a_pressure
    findings.check(unread & known.ambiguous, AMBIGUOUS_NUMBER, readings.column)
    findings.check(unread & ~limit & ~known.ambiguous, NOT_A_NUMBER, readings.column)
    findings.check(limit, COMPARATOR, readings.column)
    _check_units(readings, known, wants & ~unread, findings)
    _check_limits(readings, known, wants & ~unread & known.unit_known, findings)
    _check_pressures(readings, known, findings)


def _check_units(readings: Readings, known: _Kinds, numeric: Mask, findings: Findings) -> None:
    strange = numeric & ~known.unit_known
    none = blank(known.unit)
    column = readings.unit_column
    findings.check(strange & none, MISSING_UNIT, column, lambda i: f"({readings.code[i]})")
    findings.check(
        strange & ~none, UNKNOWN_UNIT, column, lambda i: f"({known.unit[i]} of {readings.code[i]})"
    )
    findings.check(known.usual, USUAL_UNIT, column, lambda i: f"({known.unit[i]})")
    findings.check(known.inferred, INFERRED_UNIT, column, lambda i: f"({known.unit[i]})")


def _check_limits(readings: Readings, known: _Kinds, numeric: Mask, findings: Findings) -> None:
    outside = numeric & ((known.canonical < known.low) | (known.canonical > known.high))
    sentinel = outside & np.isin(known.number, _SENTINELS)

    def limits(i: int) -> str:
        return (
            f"{readings.code[i]}: {known.canonical[i]:g} {known.canonical_unit[i]}"
            f" is not within {known.low[i]:g} to {known.high[i]:g}."
        )

    findings.check(sentinel, SENTINEL, readings.column, limits)
    findings.check(outside & ~sentinel, IMPLAUSIBLE, readings.column, limits)


def _check_pressures(readings: Readings, known: _Kinds, findings: Findings) -> None:
    """Compare the systolic with the diastolic value of one measurement."""
    upper = np.flatnonzero((known.code == SYSTOLIC) & ~findings.bad & ~known.textual)
    lower = np.flatnonzero((known.code == DIASTOLIC_CODE) & ~findings.bad & ~known.textual)
    if not len(upper) or not len(lower):
        return
    pairs = _in_order(readings.group, upper).merge(_in_order(readings.group, lower), on=["g", "n"])
    one, two = pairs["i_x"].to_numpy(), pairs["i_y"].to_numpy()
    wrong = known.canonical[two] >= known.canonical[one]
    broken = np.zeros(len(known.code), dtype=bool)
    broken[one[wrong]] = True
    broken[two[wrong]] = True
    findings.check(broken, DIASTOLIC, readings.column)


def _in_order(group: Ints, at: Ints) -> pd.DataFrame:
    frame = pd.DataFrame({"g": group[at], "i": at})
    frame["n"] = frame.groupby("g").cumcount()
    return frame


def _matches(column: Texts, where: Mask, pattern: re.Pattern[str]) -> Mask:
    found = np.zeros(len(column), dtype=bool)
    at = np.flatnonzero(where)
    found[at] = [pattern.fullmatch(column[i]) is not None for i in at]
    return found
