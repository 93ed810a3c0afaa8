"""Columns that hold measurements or lists of words beside the row's own record."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial

import numpy as np

from clinicdesk.etl.arrays import Ints, Mask, Texts, blank, same, texts
from clinicdesk.etl.batches import Batch, Rows, batch
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.mapping import MappedList, MappedMeasure
from clinicdesk.etl.plan import REJECT
from clinicdesk.etl.records.common import ids_or_none
from clinicdesk.etl.records.measurements import observations
from clinicdesk.etl.records.readings import Readings, split_pressures, together
from clinicdesk.etl.rules import NOT_MEASURED, SPLIT_UNIT
from clinicdesk.etl.unit_split import Split, split_of
from clinicdesk.etl.values import numbers, words

ICD10 = "http://hl7.org/fhir/sid/icd-10"
_ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_WITH_CODE = re.compile(r"(\S.*?)\s*\(([A-Z]\d\d(?:\.\d{1,4})?)\)")
_BETWEEN = re.compile("[;|]")
_NONE_KNOWN = {"none known", "no known allergies", "nka"}  # somebody asked
_NONE = {"none", "no", "nil", "n/a", "nkda", "-", *_NONE_KNOWN}  # words that name nothing


@dataclass(frozen=True, slots=True)
class Owners:
    """Rows whose own record was loaded, and what their other columns belong to. Aligned.

    at: position in the chunk.  instant: when it was true, NO_INT where nobody wrote that.
    ordinal: tells values of one code and time apart, NO_ID to number them in file order.
    """

    at: Ints
    patient: Ints
    gender: Texts
    encounter: Ints
    instant: Ints
    ordinal: Ints

    def of(self, which: Ints) -> "Owners":
        """Some of them."""
        return Owners(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def measured(rows: Rows, owners: Owners) -> Iterator[Batch]:
    """One batch of observations from every measuring column."""
    findings = Findings(rows.at)
    for entry in rows.mapped.measures:
        findings.check(_not_measured(rows, entry), NOT_MEASURED, entry.header)
        if split := split_of(entry.unit):
            there = ~blank(rows.chunk.column(entry.column)) & ~_not_measured(rows, entry)
            findings.check(there, SPLIT_UNIT, entry.header, partial(_said, split))
    if findings.warnings:
        yield Batch("observation", rows.at[:0], {}, 0, (), findings.warnings)
    parts = [part for entry in rows.mapped.measures for part in _readings(rows, entry, owners)]
    readings = together(parts) if parts else None
    if readings is not None and len(readings.at):
        yield observations(readings, Findings(readings.at), rows.context, rows.mapped.table)


def listed(rows: Rows, owners: Owners) -> Iterator[Batch]:
    """Conditions or allergies from every column of words; a word twice is one condition."""
    for entry in rows.mapped.lists:
        place, found = _words(rows, entry, owners)
        if len(place):
            yield _list_batch(rows, entry.words.target, owners.of(place), found)


def none_known(rows: Rows, target: str) -> Mask:
    """Where somebody wrote that there is none of what the column lists."""
    found = np.zeros(len(rows), dtype=bool)
    for entry in rows.mapped.lists:
        if entry.words.target == target:
            column = rows.chunk.column(entry.column).tolist()
            found |= np.array([text.casefold() in _NONE_KNOWN for text in column], dtype=bool)
    return found


def _readings(rows: Rows, entry: MappedMeasure, owners: Owners) -> Iterator[Readings]:
    column = rows.chunk.column(entry.column)[owners.at]
    silent = blank(column) | _not_measured(rows, entry)[owners.at]
    if entry.measure.absent:
        silent |= np.isin(column, list(entry.measure.absent))
    here = np.flatnonzero(~silent)
    column, there = column[here], owners.of(here)
    measure = entry.measure
    if not measure.second_code:
        none = np.zeros(len(here), dtype=bool)
        yield _reading(rows, entry, measure.code, there, column, none)
        return
    upper, lower, neither = split_pressures(column)
    whole = texts(np.where(neither, column, upper))
    yield _reading(rows, entry, measure.code, there, whole, neither)
    pair = np.flatnonzero(~neither)
    none = np.zeros(len(pair), dtype=bool)
    yield _reading(rows, entry, measure.second_code, there.of(pair), lower[pair], none)


def _not_measured(rows: Rows, entry: MappedMeasure) -> Mask:
    """Where the file writes what stands for no measurement."""
    missing = [*rows.mapped.table.missing, *entry.measure.missing]
    if not missing:
        return np.zeros(len(rows), dtype=bool)
    return np.isin(rows.chunk.column(entry.column), missing)


def _reading(  # noqa: PLR0917 - what a column says, in the order of `Readings`
    rows: Rows,
    entry: MappedMeasure,
    code: str,
    owners: Owners,
    value: Texts,
    not_a_pressure: Mask,
) -> Readings:
    size = len(owners.at)
    header = same(entry.header, size)
    unit, original_unit = _units(rows, entry, owners, value)
    translated = _translated(value, entry)
    return Readings(
        at=owners.at,
        group=owners.at,
        patient=owners.patient,
        gender=owners.gender,
        encounter=owners.encounter,
        instant=owners.instant,
        ordinal=owners.ordinal,
        code=same(code, size),
        original_code=header,
        display=same(entry.measure.display, size),
        value=translated,
        original=value,
        unit=unit,
        original_unit=original_unit,
        is_text=np.full(size, entry.measure.words),
        not_a_pressure=not_a_pressure,
        refused=_refused(translated, entry),
        column=header,
        unit_column=header,
    )


def _units(rows: Rows, entry: MappedMeasure, owners: Owners, value: Texts) -> tuple[Texts, Texts]:
    """The unit of each value, and what of it stands in the file or was found in the values."""
    usual = same(entry.unit, len(value))
    if split := split_of(entry.unit):
        found = numbers(value, partial(rows.context.formats.decimal, entry.header))
        units = split.units(found.values)
        return units, units
    if entry.unit_column >= 0:
        written = rows.chunk.column(entry.unit_column)[owners.at]
        return texts(np.where(blank(written), usual, written)), written
    return usual, usual if entry.origin == "header" else same("", len(value))


def _said(split: Split, _: int) -> str:
    return f"({split})"


def _translated(column: Texts, entry: MappedMeasure) -> Texts:
    """Our words for those of the file, where a table has them."""
    if not entry.measure.meanings:
        return column
    found, known = words(column, entry.measure.meanings)
    return texts(np.where(known, found, column))


def _refused(column: Texts, entry: MappedMeasure) -> Mask:
    if REJECT not in entry.measure.meanings.values():
        return np.zeros(len(column), dtype=bool)
    return np.asarray(column == REJECT, dtype=bool)


def _words(rows: Rows, entry: MappedList, owners: Owners) -> tuple[Ints, Sequence[str]]:
    """The words of a column, and the owner each belongs to."""
    column = rows.chunk.column(entry.column)[owners.at].tolist()
    found = [
        (place, word.strip())
        for place, text in enumerate(column)
        for word in _BETWEEN.split(text)
        if word.strip() and word.strip().casefold() not in _NONE
    ]
    return np.array([place for place, _ in found], dtype=np.int64), [word for _, word in found]


def _named_and_coded(word: str) -> tuple[str, str]:
    """The name and the code of `Migraine (G43.9)`; a bare code is its own name."""
    if match := _WITH_CODE.fullmatch(word):
        return match.group(1), match.group(2)
    return word, word if _ICD10.fullmatch(word) else ""


def _list_batch(rows: Rows, target: str, owners: Owners, names: Sequence[str]) -> Batch:
    """Without a date of their own, as nobody wrote one; the code of ICD-10 where it looks so."""
    size = len(names)
    split = [_named_and_coded(name) for name in names]
    is_icd = [_ICD10.fullmatch(code) is not None for _, code in split]
    columns = {
        "patient_id": owners.patient,
        "encounter_id": ids_or_none(owners.encounter),
        "code_system": texts(np.where(is_icd, ICD10, "")),
        "code": texts([code for _, code in split]),
        "display": texts([name for name, _ in split]),
        "source": same(rows.source, size),
        "ordinal": np.zeros(size, dtype=np.int64),
    }
    empty = same("", size)
    columns |= {"onset": empty} if target == "condition" else {"recorded_on": empty}
    return batch(target, owners.at, Findings(owners.at), columns)
