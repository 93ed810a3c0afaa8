"""Checks that records of several tables share."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from clinicdesk.etl.arrays import Ints, Mask, Texts, blank, cells, same, texts
from clinicdesk.etl.batches import NO_DAY, NO_ID, Rows
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.repeats import quick_hashes
from clinicdesk.etl.rules import (
    AMBIGUOUS_DATE,
    AMBIGUOUS_NUMBER,
    BAD_DATE,
    BEFORE_BIRTH,
    CLOCK_CHANGE,
    DAMAGED_ID,
    DUPLICATE_ID,
    END_BEFORE_START,
    FUTURE_DATE,
    IMPLAUSIBLE,
    MISSING_DATE,
    MISSING_ID,
    NOT_A_NUMBER,
    OLD_DATE,
    UNDATED,
    UNKNOWN_ENCOUNTER,
    UNKNOWN_PATIENT,
    UNKNOWN_WORD,
)
from clinicdesk.etl.values import DAY, OLDEST, Times, iso_days, numbers, times, words

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")


@dataclass(frozen=True, slots=True)
class Person:
    """Whose the rows are. ids: NO_ID where unknown.  born: days from 1970 or NO_DAY."""

    ids: Ints
    born: Ints

    def of(self, at: Ints) -> "Person":
        """The persons of some of the rows."""
        return Person(self.ids[at], self.born[at])


def identify(rows: Rows, name: str, findings: Findings) -> Mask:
    """Check the rows' own identifiers; say which rows repeat an earlier one, word for word."""
    column, header = rows.text(name), rows.header(name)
    empty = blank(column)
    findings.check(empty, MISSING_ID, header)
    rounded = ["+" in text and bool(_ROUNDED.fullmatch(text)) for text in column.tolist()]
    findings.check(np.array(rounded, dtype=bool), DAMAGED_ID, header)
    good = findings.good
    contents = quick_hashes(*rows.everything())
    again, differs = rows.context.contents.compare(quick_hashes(column[good]), contents[good])
    repeated = np.zeros(len(rows), dtype=bool)
    contradicts = repeated.copy()
    repeated[good], contradicts[good] = again & ~differs, differs
    findings.check(contradicts, DUPLICATE_ID, header)
    return repeated


def persons(rows: Rows, findings: Findings, name: str = "patient") -> Person:
    """Look the patients up; an unknown one is an error."""
    column, header = rows.text(name), rows.header(name)
    person = find_persons(rows, column)
    empty = blank(column)
    findings.check(empty, MISSING_ID, header)
    findings.check((person.ids == NO_ID) & ~empty, UNKNOWN_PATIENT, header)
    return person


def find_persons(rows: Rows, mrns: Texts) -> Person:
    """The patients with these identifiers, as far as the store has them."""
    found, codes, uniques = _lookup(mrns, rows.context.references.patients)
    pairs = [found.get(text, (NO_ID, NO_DAY)) for text in uniques]
    ids = np.array([pair[0] for pair in pairs], dtype=np.int64)
    born = np.array([pair[1] for pair in pairs], dtype=np.int64)
    return Person(ids[codes], born[codes])


def find_encounters(rows: Rows, numbers_: Texts) -> Ints:
    """Row ids of the visits with these numbers, NO_ID where there is none."""
    references = rows.context.references
    found, codes, uniques = _lookup(
        numbers_, lambda names: references.encounters(names, rows.source)
    )
    return np.array([found.get(text, NO_ID) for text in uniques], dtype=np.int64)[codes]


def encounters(rows: Rows, findings: Findings) -> Ints:
    """Row ids of the visits that rows name; an unknown one is a warning."""
    if not rows.has("encounter"):
        return np.full(len(rows), NO_ID, dtype=np.int64)
    column = rows.text("encounter")
    ids = find_encounters(rows, column)
    findings.check((ids == NO_ID) & ~blank(column), UNKNOWN_ENCOUNTER, rows.header("encounter"))
    return ids


def ids_or_none(ids: Ints) -> Texts:
    return cells(ids, ids != NO_ID)


def dated(rows: Rows, name: str, findings: Findings, *, required: bool = False) -> Times:
    """Read a field of dates or instants and check that they can be read."""
    if required and not rows.has(name) and rows.mapped.table.undated:
        return undated(rows, findings)
    column, header = rows.text(name), rows.header(name)
    formats = rows.context.formats
    found = times(column, rows.context.clock, partial(formats.date_order, header))
    empty = blank(column)
    if required:
        findings.check(empty, MISSING_DATE, header)
    findings.check(~found.read & ~empty & ~found.ambiguous, BAD_DATE, header)
    findings.check(found.ambiguous, AMBIGUOUS_DATE, header)
    findings.check(found.clock_change, CLOCK_CHANGE, header)
    if not rows.mapped.table.shifted:
        findings.check(found.read & (found.days > rows.context.clock.today), FUTURE_DATE, header)
    findings.check(found.read & (found.days < OLDEST // DAY), OLD_DATE, header)
    return found


def undated(rows: Rows, findings: Findings) -> Times:
    """The day that was said for, or taken for, a file that has no dates."""
    day, size = rows.context.undated_on, len(rows)
    findings.check(np.arange(size) == 0, UNDATED, "", lambda _: f"({day})")
    return times(same(day, size), rows.context.clock)


def check_birth(rows: Rows, name: str, found: Times, person: Person, findings: Findings) -> None:
    """Nothing happens to a patient before birth."""
    findings.check(found.read & (found.days < person.born), BEFORE_BIRTH, rows.header(name))


def check_order(rows: Rows, start: Times, end: Times, name: str, findings: Findings) -> None:
    """What ends has begun: by instants where both are, else by days."""
    both = start.read & end.read
    findings.check(both & (end.days < start.days), END_BEFORE_START, rows.header(name))


def day_or_none(found: Times) -> Texts:
    """ISO dates for a nullable column."""
    return cells(iso_days(found.days), found.read)


def quantity(
    rows: Rows, name: str, findings: Findings, low: float, high: float, *, whole: bool = False
) -> Texts:
    """A plain number of the row within limits, None where the field is blank."""
    column, header = rows.text(name), rows.header(name)
    found = numbers(column, partial(rows.context.formats.decimal, header))
    findings.check(found.ambiguous, AMBIGUOUS_NUMBER, header)
    findings.check(~found.read & ~blank(column) & ~found.ambiguous, NOT_A_NUMBER, header)
    fraction = found.read & (found.values % 1 != 0) if whole else np.zeros(len(column), dtype=bool)
    outside = found.read & ((found.values < low) | (found.values > high))
    kind = "a whole number " if whole else ""
    findings.check(
        outside | fraction, IMPLAUSIBLE, header, lambda _: f"Expected {kind}{low:g} to {high:g}."
    )
    values = np.nan_to_num(found.values).astype(np.int64) if whole else found.values
    return cells(values, found.read)


def coded(rows: Rows, name: str, findings: Findings) -> Texts:
    """Translate words by the preset's table; an unknown word becomes "" with a warning."""
    column = rows.text(name)
    found, known = words(column, rows.mapped.table.values.get(name, {}))
    findings.check(~known & ~blank(column), UNKNOWN_WORD, rows.header(name))
    return found


def joined(parts: Sequence[Texts], separator: str) -> Texts:
    """The parts that are there, side by side."""
    columns = [part.tolist() for part in parts]
    return texts([separator.join(filter(None, row)) for row in zip(*columns, strict=True)])


def _lookup(
    column: Texts, find: Callable[[Sequence[str]], Mapping[str, Any]]
) -> tuple[Mapping[str, Any], Ints, Sequence[str]]:
    codes, uniques = pd.factorize(column)
    return find([text for text in uniques if text]), codes, list(uniques)
