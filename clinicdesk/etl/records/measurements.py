"""Values with a code and a unit become observations: converted, checked, original kept."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from clinicdesk.etl.arrays import NO_INT, Ints, Mask, Texts, blank, cells, same, texts
from clinicdesk.etl.batches import NO_ID, Batch, Context, batch
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.frames import Table, columns_of, with_columns
from clinicdesk.etl.presets import TablePreset
from clinicdesk.etl.records.common import ids_or_none
from clinicdesk.etl.records.kinds import Kinds
from clinicdesk.etl.records.moments import Moments, side_by_side
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
    Together,
    rulebook,
)
from clinicdesk.etl.silver.limits import beyond, slipped, unread
from clinicdesk.etl.silver.together import misfits

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
    known = Kinds(readings, context.catalog, table.conventions, context.formats, context.memory)
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
    values = _asked(readings, known)
    why = columns_of(unread(values))
    findings.check(blank(readings.code), NO_CODE, readings.column)
    findings.check(blank(readings.value), NO_VALUE, readings.column)
    undated = (readings.instant == NO_INT) & ~findings.bad
    findings.check(undated, MISSING_DATE, readings.column)
    findings.check(readings.not_a_pressure, NOT_A_PRESSURE, readings.column)
    findings.check(why["two_readings"], AMBIGUOUS_NUMBER, readings.column)
    findings.check(why["not_a_number"], NOT_A_NUMBER, readings.column)
    findings.check(why["limit"], COMPARATOR, readings.column)
    findings.check(readings.refused, REFUSED_WORD, readings.column)
    wrong = columns_of(beyond(values, rulebook().sentinels))
    _check_units(readings, known, wrong, findings)
    _check_limits(readings, known, wrong, findings)
    _check_usual(readings, known, wrong["unusual"], findings)
    _check_together(readings, known, findings)
    _check_sex(readings, known, findings)


def _asked(readings: Readings, known: Kinds) -> Table:
    """The typed values beside what the rules ask of their texts."""
    number = known.typed.get_column("number").to_numpy()
    asked = {
        "empty": blank(readings.value),
        "ambiguous": known.ambiguous,
        "not_a_pressure": readings.not_a_pressure,
        "no_unit": blank(known.unit),
        "comparator": _matches(readings.value, np.isnan(number) & ~readings.is_text, _COMPARATOR),
    }
    return with_columns(known.typed, asked)


def _check_units(
    readings: Readings, known: Kinds, wrong: Mapping[str, Mask], findings: Findings
) -> None:
    column = readings.unit_column
    findings.check(wrong["missing_unit"], MISSING_UNIT, column, lambda i: f"({readings.code[i]})")
    findings.check(
        wrong["unknown_unit"],
        UNKNOWN_UNIT,
        column,
        lambda i: f"({known.unit[i]} of {readings.code[i]})",
    )
    findings.check(known.usual, USUAL_UNIT, column, lambda i: f"({known.unit[i]})")
    findings.check(known.inferred, INFERRED_UNIT, column, lambda i: f"({known.unit[i]})")


def _check_limits(
    readings: Readings, known: Kinds, wrong: Mapping[str, Mask], findings: Findings
) -> None:
    def limits(i: int) -> str:
        return (
            f"{readings.code[i]}: {known.canonical[i]:g} {known.canonical_unit[i]}"
            f" is not within {known.low[i]:g} to {known.high[i]:g}."
        )

    findings.check(wrong["sentinel"], SENTINEL, readings.column, limits)
    other = _check_slips(readings, known, wrong["impossible"], findings)
    findings.check(wrong["impossible"] & ~other, IMPLAUSIBLE, readings.column, limits)


def _check_slips(readings: Readings, known: Kinds, impossible: Mask, findings: Findings) -> Mask:
    """Impossible values that another unit would explain."""
    explained = np.zeros(len(impossible), dtype=bool)
    slips = [slip for slip in rulebook().slips if slip.code in known.codes]
    if not slips or not impossible.any():
        return explained
    spans = {slip.rule.id: (known.pairs_of(slip.code), slip.low, slip.high) for slip in slips}
    found = columns_of(slipped(with_columns(known.typed, {"impossible": impossible}), spans))
    for slip in slips:
        findings.check(found[slip.rule.id], slip.rule, readings.column)
        explained |= found[slip.rule.id]
    return explained


def _check_usual(readings: Readings, known: Kinds, unusual: Mask, findings: Findings) -> None:
    if not unusual.any():
        return
    for code in known.codes & rulebook().usual.keys():
        findings.check(unusual & known.of(code), rulebook().usual[code].rule, readings.column)


def _check_sex(readings: Readings, known: Kinds, findings: Findings) -> None:
    for other in rulebook().other_sex:
        for code in known.codes.intersection(other.results):
            given = ~blank(readings.value) & ~np.isin(readings.value, _NOUGHT)
            seldom = known.of(code) & (readings.gender == other.gender) & given
            findings.check(seldom, other.rule, readings.column)


def _check_together(readings: Readings, known: Kinds, findings: Findings) -> None:
    """Compare the values of one measurement by every rule whose codes are all there."""
    rules = [r for r in rulebook().together if known.codes.issuperset(r.values.values())]
    if not rules:
        return
    moments = _moments(readings, known, rules, ~findings.bad & ~known.textual)
    asked = {rule.rule.id: (rule.holds, list(rule.values.values())) for rule in rules}
    wrong = columns_of(misfits(moments.frame(), asked))
    for rule in rules:
        codes = asked.pop(rule.rule.id)[1]
        error = rule.rule.severity is Severity.ERROR
        broken = np.zeros(len(known.code), dtype=bool)
        broken[moments.broken_at(wrong[rule.rule.id], codes if error else codes[:1])] = True
        findings.check(broken, rule.rule, readings.column)
        if error and asked and broken.any():
            moments.forget(np.flatnonzero(broken))
            wrong = columns_of(misfits(moments.frame(), asked))


def _moments(readings: Readings, known: Kinds, rules: Sequence[Together], usable: Mask) -> Moments:
    """The values of every code that rules compare."""
    codes = sorted({code for rule in rules for code in rule.values.values()})
    place = np.full(len(known.code), -1, dtype=np.int64)
    for number, code in enumerate(codes):
        place[known.of(code)] = number
    at = np.flatnonzero(usable & (place >= 0))
    return side_by_side(readings.group[at], place[at], at, known.canonical[at], codes)


def _matches(column: Texts, where: Mask, pattern: re.Pattern[str]) -> Mask:
    found = np.zeros(len(column), dtype=bool)
    at = np.flatnonzero(where)
    found[at] = [pattern.fullmatch(column[i]) is not None for i in at]
    return found
