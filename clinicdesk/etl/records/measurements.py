"""Values with a code and a unit become observations: converted, checked, original kept."""

import re

import numpy as np
import pandas as pd

from clinicdesk.etl.arrays import NO_INT, Ints, Mask, Texts, blank, cells, same, texts
from clinicdesk.etl.batches import NO_ID, Batch, Context, batch
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.presets import TablePreset
from clinicdesk.etl.records.common import ids_or_none
from clinicdesk.etl.records.kinds import Kinds
from clinicdesk.etl.records.readings import Readings
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

_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"
_SENTINELS = (-1, -9, -99, -100, -999, -9999, 0, 999, 9999, 99999, 8388607)
_COMPARATOR = re.compile(
    r"(?:[<>≤≥]\s*=?|(?:greater|less) than)\s*\d+(?:[.,]\d+)?|hi|lo|high|low", re.IGNORECASE
)


def observations(
    readings: Readings,
    findings: Findings,
    context: Context,
    table: TablePreset,
) -> Batch:
    """The observations of these readings; findings holds what was found of their rows before."""
    known = Kinds(readings, context.catalog, table.conventions, context.formats)
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


def _check(readings: Readings, known: Kinds, findings: Findings) -> None:
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


def _check_units(readings: Readings, known: Kinds, numeric: Mask, findings: Findings) -> None:
    strange = numeric & ~known.unit_known
    none = blank(known.unit)
    column = readings.unit_column
    findings.check(strange & none, MISSING_UNIT, column, lambda i: f"({readings.code[i]})")
    findings.check(
        strange & ~none, UNKNOWN_UNIT, column, lambda i: f"({known.unit[i]} of {readings.code[i]})"
    )
    findings.check(known.usual, USUAL_UNIT, column, lambda i: f"({known.unit[i]})")
    findings.check(known.inferred, INFERRED_UNIT, column, lambda i: f"({known.unit[i]})")


def _check_limits(readings: Readings, known: Kinds, numeric: Mask, findings: Findings) -> None:
    outside = numeric & ((known.canonical < known.low) | (known.canonical > known.high))
    sentinel = outside & np.isin(known.number, _SENTINELS)

    def limits(i: int) -> str:
        return (
            f"{readings.code[i]}: {known.canonical[i]:g} {known.canonical_unit[i]}"
            f" is not within {known.low[i]:g} to {known.high[i]:g}."
        )

    findings.check(sentinel, SENTINEL, readings.column, limits)
    findings.check(outside & ~sentinel, IMPLAUSIBLE, readings.column, limits)


def _check_pressures(readings: Readings, known: Kinds, findings: Findings) -> None:
    """Compare the systolic with the diastolic value of one measurement."""
    upper = np.flatnonzero((known.code == _SYSTOLIC) & ~findings.bad & ~known.textual)
    lower = np.flatnonzero((known.code == _DIASTOLIC) & ~findings.bad & ~known.textual)
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
