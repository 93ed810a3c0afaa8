"""Values with a code and a unit become observations: converted, checked, original kept."""

import re
from collections.abc import Mapping

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
    IMPLAUSIBLE,
    INFERRED_UNIT,
    MISSING_DATE,
    MISSING_UNIT,
    NO_CODE,
    NO_VALUE,
    NOT_A_NUMBER,
    NOT_A_PRESSURE,
    REFUSED_WORD,
    SAME_TIME_TWICE,
    SENTINEL,
    UNKNOWN_UNIT,
    USUAL_UNIT,
    Severity,
    rulebook,
)

_NOUGHT = ("0", "0.0")
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
    ordinal = _ordinals(readings, code, good, context)
    numbered = (readings.ordinal == NO_ID) & (ordinal > 0)
    findings.check(numbered, SAME_TIME_TWICE, readings.column)
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
        "original_value": readings.original,
        "original_unit": readings.original_unit,
        "source": same(table.source, len(code)),
        "ordinal": ordinal,
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
    findings.check(readings.refused, REFUSED_WORD, readings.column)
    _check_units(readings, known, wants & ~unread, findings)
    _check_limits(readings, known, wants & ~unread & known.unit_known, findings)
    _check_together(readings, known, findings)
    _check_sex(readings, known, findings)


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
    sentinel = outside & np.isin(known.number, rulebook().sentinels)

    def limits(i: int) -> str:
        return (
            f"{readings.code[i]}: {known.canonical[i]:g} {known.canonical_unit[i]}"
            f" is not within {known.low[i]:g} to {known.high[i]:g}."
        )

    findings.check(sentinel, SENTINEL, readings.column, limits)
    other = _check_slips(readings, known, outside & ~sentinel, findings)
    findings.check(outside & ~sentinel & ~other, IMPLAUSIBLE, readings.column, limits)
    _check_usual(readings, known, numeric & ~outside, findings)


def _check_slips(readings: Readings, known: Kinds, outside: Mask, findings: Findings) -> Mask:
    """Impossible values that another unit would explain."""
    explained = np.zeros(len(outside), dtype=bool)
    if not outside.any():
        return explained
    for slip in rulebook().slips:
        if slip.code in known.codes:
            within = (known.canonical >= slip.low) & (known.canonical <= slip.high)
            here = outside & known.of(slip.code) & within
            findings.check(here, slip.rule, readings.column)
            explained |= here
    return explained


def _check_usual(readings: Readings, known: Kinds, numeric: Mask, findings: Findings) -> None:
    for code in known.codes & rulebook().usual.keys():
        usual = rulebook().usual[code]
        rare = (known.canonical < usual.low) | (known.canonical > usual.high)
        findings.check(numeric & rare & known.of(code), usual.rule, readings.column)


def _check_sex(readings: Readings, known: Kinds, findings: Findings) -> None:
    for other in rulebook().other_sex:
        for code in known.codes.intersection(other.results):
            given = ~blank(readings.value) & ~np.isin(readings.value, _NOUGHT)
            seldom = known.of(code) & (readings.gender == other.gender) & given
            findings.check(seldom, other.rule, readings.column)


def _check_together(readings: Readings, known: Kinds, findings: Findings) -> None:
    """Compare the values of one measurement by every rule whose codes are all there."""
    for rule in rulebook().together:
        if not known.codes.issuperset(rule.values.values()):
            continue
        places = _side_by_side(readings, known, rule.values, findings)
        values = {name: known.canonical[at] for name, at in places.items()}
        wrong = ~rule.holds(values)
        error = rule.rule.severity is Severity.ERROR
        broken = np.zeros(len(known.code), dtype=bool)
        for at in places.values() if error else [next(iter(places.values()))]:
            broken[at[wrong]] = True
        findings.check(broken, rule.rule, readings.column)


def _side_by_side(
    readings: Readings, known: Kinds, codes: Mapping[str, str], findings: Findings
) -> dict[str, Ints]:
    """Where the values stand that were measured together, the n-th of each code with the n-th."""
    good = ~findings.bad & ~known.textual
    frames = [
        _in_order(name, readings.group, np.flatnonzero(known.of(code) & good))
        for name, code in codes.items()
    ]
    joined = pd.concat(frames, axis=1, join="inner")
    return {name: joined[name].to_numpy(dtype=np.int64) for name in codes}


def _in_order(name: str, group: Ints, at: Ints) -> pd.DataFrame:
    frame = pd.DataFrame({"g": group[at], name: at})
    frame["n"] = frame.groupby("g").cumcount()
    return frame.set_index(["g", "n"])


def _matches(column: Texts, where: Mask, pattern: re.Pattern[str]) -> Mask:
    found = np.zeros(len(column), dtype=bool)
    at = np.flatnonzero(where)
    found[at] = [pattern.fullmatch(column[i]) is not None for i in at]
    return found
