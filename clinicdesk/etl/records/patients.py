"""Rows of people become patients, with what stands beside them as observations and conditions."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clinicdesk.domain.patient import AllergyStatus
from clinicdesk.etl.arrays import Mask, Texts, blank, cells, same, texts
from clinicdesk.etl.batches import NO_ID, Batch, Rows, batch
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.records.columns import Owners, listed, measured, none_known
from clinicdesk.etl.records.common import (
    begun,
    check_order,
    coded,
    dated,
    day_or_none,
    find_persons,
    identify,
    joined,
    quantity,
    undated,
)
from clinicdesk.etl.rules import (
    AGE_WITHOUT_DATE,
    DEATH_WITHOUT_DATE,
    HIDDEN_AGE,
    NUMBERED_GENDER,
    TEST_MESSAGE,
)
from clinicdesk.etl.values import Times, iso_days, times

_HIDDEN = -1 * 365 * 70  # days: births before 1900 among dates that were moved past 2100
_ADDRESS = ("address", "city", "state", "postal_code")


def patients(rows: Rows) -> Iterator[Batch]:
    """The patients, then what their rows say beside."""
    findings = begun(rows)
    repeated = identify(rows, "mrn", findings)
    findings.check(~blank(rows.text("test")), TEST_MESSAGE, rows.header("test"))
    born = _birth(rows, findings)
    died = dated(rows, "deceased_on", findings)
    registered = dated(rows, "registered_on", findings)
    told = _told_on(rows, registered, findings)
    check_order(rows, born, died, "deceased_on", findings)
    family, given = _names(rows)
    columns = {
        "mrn": rows.text("mrn"),
        "mrn_system": rows.systems("mrn"),
        "source": same(rows.source, len(rows)),
        "family_name": family,
        "given_name": given,
        "prefix": rows.text("prefix"),
        "birth_date": day_or_none(born),
        **_age(rows, born, told, findings),
        "gender": _gender(rows, findings),
        "original_gender": rows.text("gender"),
        "deceased_on": day_or_none(died),
        "deceased": died.read | _said_to_be_dead(rows, died, findings),
        "address": joined([rows.text(name) for name in _ADDRESS], ", "),
        "phone": rows.text("phone"),
        "email": rows.text("email"),
        "insurance": rows.text("insurance"),
        "registered_on": day_or_none(registered),
        **_allergy_status(rows, registered),
        "updated_at": np.full(len(rows), rows.context.clock.now_ms),
    }
    yield batch("patient", rows.at, findings, columns)
    if rows.mapped.measures or rows.mapped.lists:
        yield from _beside(rows, ~findings.bad & ~repeated, told)


def _beside(rows: Rows, wanted: Mask, registered: Times) -> Iterator[Batch]:
    at = np.flatnonzero(wanted)
    person = find_persons(rows, "mrn", at)
    there = np.flatnonzero(person.ids != NO_ID)  # the others are held until somebody knows them
    at, person = at[there], person.of(there)
    nowhere = np.full(len(at), NO_ID, dtype=np.int64)
    once = np.zeros(len(at), dtype=np.int64)  # a patient has one row, and that one of each value
    owners = Owners(at, person.ids, person.gender, nowhere, registered.instants[at], once)
    yield from measured(rows, owners)
    yield from listed(rows, owners)


def _birth(rows: Rows, findings: Findings) -> Times:
    """The birth dates; one that hides an age above 89 is none."""
    if not rows.mapped.table.shifted:
        return dated(rows, "birth_date", findings)
    found = times(rows.text("birth_date"), rows.context.clock, memory=rows.context.memory)
    hidden = found.read & (found.days < _HIDDEN)
    findings.check(hidden, HIDDEN_AGE, rows.header("birth_date"))
    return replace(found, read=found.read & ~hidden)


def _said_to_be_dead(rows: Rows, died: Times, findings: Findings) -> Mask:
    """Where somebody wrote that the patient died, with the day or without."""
    said = np.asarray(rows.text("deceased") == "yes", dtype=bool)  # as our readers write it
    findings.check(said & ~died.read, DEATH_WITHOUT_DATE, rows.header("deceased"))
    return said


def _told_on(rows: Rows, registered: Times, findings: Findings) -> Times:
    """The day of which a row without a visit speaks."""
    if rows.has("told_on"):
        return dated(rows, "told_on", findings)
    return undated(rows, findings) if rows.mapped.table.undated else registered


def _names(rows: Rows) -> tuple[Texts, Texts]:
    """Family and given names. One column `SMITH, John` is split at its comma, and only there."""
    family = rows.text("family_name")
    given = joined([rows.text("given_name"), rows.text("middle_name")], " ")
    if not rows.has("name"):
        return family, given
    parts = [text.partition(",") for text in rows.text("name").tolist()]
    whole = blank(family)
    return (
        texts(np.where(whole, texts([part[0].strip() for part in parts]), family)),
        texts(np.where(whole, texts([part[2].strip() for part in parts]), given)),
    )


def _age(rows: Rows, born: Times, registered: Times, findings: Findings) -> dict[str, Texts]:
    """An age somebody wrote down, with the day it was true; nothing beside a birth date."""
    years = quantity(rows, "age", findings, 0, 130, whole=True)
    written = ~blank(rows.text("age")) & ~born.read
    findings.check(written & ~registered.read, AGE_WITHOUT_DATE, rows.header("age"))
    known = written & registered.read
    return {
        "age_years": cells(years, known),
        "age_true_on": cells(iso_days(registered.days), known),
    }


def _allergy_status(rows: Rows, registered: Times) -> dict[str, Texts]:
    """`None known` is an answer, given on a day; silence is not recorded (F03)."""
    none = none_known(rows, "allergy")
    status = np.where(none, AllergyStatus.NONE_KNOWN.value, AllergyStatus.NOT_RECORDED.value)
    return {
        "allergy_status": texts(status),
        "allergy_status_on": cells(iso_days(registered.days), none & registered.read),
    }


def _gender(rows: Rows, findings: Findings) -> Texts:
    found = coded(rows, "gender", findings)
    numbered = np.isin(rows.text("gender"), ("1", "2")) & ~blank(found)
    findings.check(numbered, NUMBERED_GENDER, rows.header("gender"))
    return texts(np.where(blank(found), "unknown", found))
