"""Checks that records of several tables share."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clinicdesk.etl.arrays import Ints, Mask, Texts, blank, cells, same, texts
from clinicdesk.etl.batches import NEVER, NO_DAY, NO_ID, UNSURE, Rows
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.frames import DAY, columns_of, frame_of
from clinicdesk.etl.plan import REJECT
from clinicdesk.etl.records.bystanders import check_bystanders
from clinicdesk.etl.repeats import quick_hashes
from clinicdesk.etl.rules import (
    AFTER_DEATH,
    AGE_ABOVE_120,
    AMBIGUOUS_DATE,
    AMBIGUOUS_NUMBER,
    AMBIGUOUS_PATIENT,
    BAD_DATE,
    BEFORE_BIRTH,
    CLOCK_CHANGE,
    DAMAGED_ID,
    DUPLICATE_ID,
    END_BEFORE_START,
    ENTERED_IN_ERROR,
    FUTURE_DATE,
    IMPLAUSIBLE,
    INVALID_RECORD,
    MANGLED_ID,
    MISSING_DATE,
    MISSING_ID,
    NOT_A_NUMBER,
    OLD_DATE,
    OTHER_PATIENTS_RECORD,
    OTHER_PERSON,
    REFUSED_WORD,
    REPEATED_ROW,
    SENTINEL_DATE,
    UNDATED,
    UNKNOWN_ENCOUNTER,
    UNKNOWN_MODIFIER,
    UNKNOWN_PATIENT,
    UNKNOWN_WORD,
    Rule,
    rulebook,
)
from clinicdesk.etl.silver.life import ends, implausible_days, out_of_life
from clinicdesk.etl.silver.numbers import outside
from clinicdesk.etl.values import OLDEST, Times, iso_days, numbers, times, words

_NOBODY = (NO_ID, NO_DAY, NEVER, "")
_DAYS_ZERO = (-25_569, -25_568, -25_567, 0)  # of spreadsheets (1899-12-30 on) and of Unix
_MANGLED = re.compile(
    r"\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:-\d\d)?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d\d",
    re.IGNORECASE,
)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")


@dataclass(frozen=True, slots=True)
class Person:
    """Whose the rows are. ids: NO_ID where unknown.  born: days from 1970 or NO_DAY.

    died: days from 1970 or NEVER.  gender: as recorded, "" where the patient is unknown.
    unsure: where the number may be of more than one patient, and the id is NO_ID too.
    """

    ids: Ints
    unsure: Mask
    born: Ints
    died: Ints
    gender: Texts

    def of(self, which: Ints) -> "Person":
        """Some of them."""
        return Person(**{each.name: getattr(self, each.name)[which] for each in fields(self)})


def begun(rows: Rows) -> Findings:
    """Findings of these rows, with what their reader found wrong (`RULE what about it`)."""
    findings = Findings(rows.at)
    if not rows.has("problem"):
        return findings
    problem = [text.partition(" ") for text in rows.text("problem").tolist()]
    for rule in (INVALID_RECORD, ENTERED_IN_ERROR, UNKNOWN_MODIFIER, OTHER_PERSON):
        broken = np.array([found[0] == rule.id for found in problem], dtype=bool)
        findings.check(broken, rule, "", lambda i: problem[i][2])
    return findings


def identify(rows: Rows, name: str, findings: Findings) -> Mask:
    """Check the rows' own identifiers; say which rows repeat an earlier one, word for word."""
    column, header = rows.text(name), rows.header(name)
    empty = blank(column)
    findings.check(empty, MISSING_ID, header)
    named = [column, rows.text(f"{name}_system")] if rows.has(f"{name}_system") else [column]
    rounded = ["+" in text and bool(_ROUNDED.fullmatch(text)) for text in column.tolist()]
    findings.check(np.array(rounded, dtype=bool), DAMAGED_ID, header)
    mangled = ["-" in text and bool(_MANGLED.fullmatch(text)) for text in column.tolist()]
    findings.check(np.array(mangled, dtype=bool), MANGLED_ID, header)
    good = findings.good
    contents = quick_hashes(*rows.everything())
    again, differs = rows.context.contents.compare(
        quick_hashes(*(each[good] for each in named)), contents[good]
    )
    repeated = np.zeros(len(rows), dtype=bool)
    contradicts = repeated.copy()
    repeated[good], contradicts[good] = again & ~differs, differs
    findings.check(contradicts, DUPLICATE_ID, header)
    findings.check(repeated, REPEATED_ROW, header)
    return repeated


def persons(rows: Rows, findings: Findings, name: str = "patient") -> Person:
    """Look the patients up; an unknown one is an error."""
    column, header = rows.text(name), rows.header(name)
    person = find_persons(rows, name)
    empty = blank(column)
    findings.check(empty, MISSING_ID, header)
    findings.check(person.unsure, AMBIGUOUS_PATIENT, header)
    findings.check((person.ids == NO_ID) & ~empty & ~person.unsure, UNKNOWN_PATIENT, header)
    check_bystanders(rows, person.born, person.gender, findings)
    return person


def find_persons(rows: Rows, name: str, at: Ints | None = None) -> Person:
    """The patients whom the rows, or those at `at`, name by number, as far as there are any."""
    codes, uniques = rows.numbers(name, at)
    found = rows.context.references.patients([number for number in uniques if number.value])
    people = [found.get(number, _NOBODY) for number in uniques]
    ids = np.array([person[0] for person in people], dtype=np.int64)
    born = np.array([person[1] for person in people], dtype=np.int64)
    died = np.array([person[2] for person in people], dtype=np.int64)
    gender = texts([person[3] for person in people])
    unsure = ids == UNSURE
    ids = np.where(unsure, NO_ID, ids)
    return Person(ids[codes], unsure[codes], born[codes], died[codes], gender[codes])


def find_encounters(rows: Rows, numbers_: Texts) -> tuple[Ints, Ints]:
    """Row ids of the visits with these numbers and of their patients, NO_ID where there is none."""
    references = rows.context.references
    found, codes, uniques = _lookup(
        numbers_, lambda names: references.encounters(names, rows.source)
    )
    if not found:
        none = np.full(len(codes), NO_ID, dtype=np.int64)
        return none, none
    visits = [found.get(text, (NO_ID, NO_ID)) for text in uniques]
    ids, owners = (np.array([visit[n] for visit in visits], dtype=np.int64) for n in (0, 1))
    return ids[codes], owners[codes]


def find_prescriptions(rows: Rows, numbers_: Texts) -> Ints:
    """Row ids of the patients whose prescriptions have these numbers, NO_ID where there is none."""
    references = rows.context.references
    found, codes, uniques = _lookup(
        numbers_, lambda names: references.prescriptions(names, rows.source)
    )
    return np.array([found.get(text, NO_ID) for text in uniques], dtype=np.int64)[codes]


def check_owner(rows: Rows, name: str, owners: Ints, patient: Ints, findings: Findings) -> None:
    """A record stays with its patient: the number in `name` may be of another one's."""
    known = (owners != NO_ID) & (patient != NO_ID)
    findings.check(known & (owners != patient), OTHER_PATIENTS_RECORD, rows.header(name))


def encounters(rows: Rows, patient: Ints, findings: Findings) -> Ints:
    """Row ids of the visits that rows name; an unknown one is a warning, another's an error."""
    if not rows.has("encounter"):
        return np.full(len(rows), NO_ID, dtype=np.int64)
    column = rows.text("encounter")
    ids, owners = find_encounters(rows, column)
    check_owner(rows, "encounter", owners, patient, findings)
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
    order = partial(formats.date_order, header)
    found = times(column, rows.context.clock, order, rows.context.memory)
    empty = blank(column)
    if required:
        findings.check(empty, MISSING_DATE, header)
    findings.check(~found.read & ~empty & ~found.ambiguous, BAD_DATE, header)
    findings.check(found.ambiguous, AMBIGUOUS_DATE, header)
    findings.check(found.clock_change, CLOCK_CHANGE, header)
    _check_days(rows, header, found, findings)
    return found


def _check_days(rows: Rows, header: str, found: Times, findings: Findings) -> None:
    if not found.read.any():
        return
    dates = frame_of({"day": found.days, "read": found.read})
    today, oldest = rows.context.clock.today, OLDEST // DAY
    wrong = columns_of(implausible_days(dates, today, oldest, _DAYS_ZERO))
    if not rows.mapped.table.shifted:
        findings.check(wrong["future"], FUTURE_DATE, header)
    findings.check(wrong["old"], OLD_DATE, header)
    findings.check(wrong["sentinel"], SENTINEL_DATE, header)


def undated(rows: Rows, findings: Findings) -> Times:
    """The day that was said for, or taken for, a file that has no dates."""
    day, size = rows.context.undated_on, len(rows)
    findings.check(np.arange(size) == 0, UNDATED, "", lambda _: f"({day})")
    return times(same(day, size), rows.context.clock)


def check_life(
    rows: Rows,
    name: str,
    found: Times,
    person: Person,
    findings: Findings,
    *,
    rule: Rule = AFTER_DEATH,
) -> None:
    """Nothing happens to a patient before birth, and little after 120 years or the day of death."""
    if found.read.any():
        wrong = _out_of_life(found, person)
        findings.check(wrong["before_birth"], BEFORE_BIRTH, rows.header(name))
        findings.check(wrong["too_old"], AGE_ABOVE_120, rows.header(name))
        findings.check(wrong["after_death"], rule, rows.header(name))


def check_death(
    rows: Rows, name: str, found: Times, person: Person, findings: Findings, *, rule: Rule
) -> None:
    """What ends, ends by the day after the death."""
    if found.read.any():
        findings.check(_out_of_life(found, person)["after_death"], rule, rows.header(name))


def _out_of_life(found: Times, person: Person) -> dict[str, NDArray[Any]]:
    days = {"day": found.days, "read": found.read, "born": person.born, "died": person.died}
    return columns_of(out_of_life(frame_of(days), NO_DAY))


def check_sex(rows: Rows, name: str, codes: Texts, person: Person, findings: Findings) -> None:
    """Warn of diagnoses (ICD-10) that seldom belong to a patient of the recorded gender."""
    at, uniques = pd.factorize(codes)
    for other in rulebook().other_sex:
        hits = np.array([code.upper().startswith(other.icd10) for code in uniques], dtype=bool)
        if other.icd10 and hits.any():
            seldom = hits[at] & (person.gender == other.gender)
            findings.check(seldom, other.rule, rows.header(name), lambda i: f"({codes[i]})")


def check_order(rows: Rows, start: Times, end: Times, name: str, findings: Findings) -> None:
    """What ends has begun: by instants where both are, else by days."""
    if end.read.any():
        before = columns_of(ends(frame_of(span(start, end))))["before"]
        findings.check(before, END_BEFORE_START, rows.header(name))


def span(start: Times, end: Times) -> dict[str, NDArray[Any]]:
    """The days of a beginning and an end, and which of them anybody wrote."""
    return {"start": start.days, "started": start.read, "end": end.days, "ended": end.read}


def day_or_none(found: Times) -> Texts:
    """ISO dates for a nullable column."""
    return cells(iso_days(found.days), found.read)


def quantity(
    rows: Rows, name: str, findings: Findings, low: float, high: float, *, whole: bool = False
) -> Texts:
    """A plain number of the row within limits, None where the field is blank."""
    column, header = rows.text(name), rows.header(name)
    decimal = partial(rows.context.formats.decimal, header)
    found = numbers(column, decimal, rows.context.memory)
    findings.check(found.ambiguous, AMBIGUOUS_NUMBER, header)
    findings.check(~found.read & ~blank(column) & ~found.ambiguous, NOT_A_NUMBER, header)
    frame = frame_of({"value": found.values})
    broken = columns_of(outside(frame, low, high, whole=whole))["broken"]
    kind = "a whole number " if whole else ""
    findings.check(broken, IMPLAUSIBLE, header, lambda _: f"Expected {kind}{low:g} to {high:g}.")
    values = np.nan_to_num(found.values).astype(np.int64) if whole else found.values
    return cells(values, found.read)


def coded(rows: Rows, name: str, findings: Findings) -> Texts:
    """Translate words by the preset's table; an unknown word becomes "" with a warning."""
    column = rows.text(name)
    found, known = words(column, rows.mapped.table.values.get(name, {}), rows.context.memory)
    findings.check(~known & ~blank(column), UNKNOWN_WORD, rows.header(name))
    refused = np.asarray(found == REJECT, dtype=bool)
    findings.check(refused, REFUSED_WORD, rows.header(name))
    return texts(np.where(refused, "", found)) if refused.any() else found


def joined(parts: Sequence[Texts], separator: str) -> Texts:
    """The parts that are there, side by side."""
    columns = [part.tolist() for part in parts]
    return texts([separator.join(filter(None, row)) for row in zip(*columns, strict=True)])


def _lookup(
    column: Texts, find: Callable[[Sequence[str]], Mapping[str, Any]]
) -> tuple[Mapping[str, Any], Ints, Sequence[str]]:
    codes, uniques = pd.factorize(column)
    return find([text for text in uniques if text]), codes, list(uniques)
