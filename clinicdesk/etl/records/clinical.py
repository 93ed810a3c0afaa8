"""Rows that are one condition, prescription, allergy or result each."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clinicdesk.etl.arrays import Ints, Texts, blank, same, texts
from clinicdesk.etl.batches import NO_ID, Batch, Rows, batch
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.records.columns import Owners, measured
from clinicdesk.etl.records.common import (
    begun,
    check_life,
    check_order,
    check_owner,
    check_sex,
    coded,
    dated,
    day_or_none,
    encounters,
    find_prescriptions,
    identify,
    ids_or_none,
    joined,
    persons,
    quantity,
)
from clinicdesk.etl.records.measurements import observations
from clinicdesk.etl.records.readings import Readings
from clinicdesk.etl.repeats import hashes
from clinicdesk.etl.rules import FLAGGED_ERROR, NO_NAME
from clinicdesk.etl.values import Times, iso_days

Columns: TypeAlias = dict[str, NDArray[Any]]


def conditions(rows: Rows) -> Iterator[Batch]:
    """One condition a row."""
    findings = begun(rows)
    person = persons(rows, findings)
    onset = dated(rows, "onset", findings)
    end = dated(rows, "abatement", findings)
    check_order(rows, onset, end, "abatement", findings)
    check_life(rows, "onset", onset, person, findings)
    check_sex(rows, "code", rows.text("code"), person, findings)
    columns = {
        **_common(rows, person.ids, findings),
        "onset": _key_day(onset),
        "abatement": day_or_none(end),
    }
    keys = ("patient_id", "code", "display", "onset")
    yield batch("condition", rows.at, findings, _numbered(rows, columns, keys, findings))


def allergies(rows: Rows) -> Iterator[Batch]:
    """One allergy a row."""
    findings = begun(rows)
    person = persons(rows, findings)
    recorded = dated(rows, "recorded_on", findings)
    end = dated(rows, "ended_on", findings)
    check_order(rows, recorded, end, "ended_on", findings)
    check_life(rows, "recorded_on", recorded, person, findings)
    columns = {
        **_common(rows, person.ids, findings),
        "category": _lower(rows.text("category")),
        "reaction": joined([rows.text("reaction"), rows.text("reaction_2")], "; "),
        "severity": _worst(_lower(rows.text("severity")), _lower(rows.text("severity_2"))),
        "recorded_on": _key_day(recorded),
        "ended_on": day_or_none(end),
    }
    keys = ("patient_id", "code", "display", "recorded_on")
    yield batch("allergy", rows.at, findings, _numbered(rows, columns, keys, findings))


def medications(rows: Rows) -> Iterator[Batch]:
    """One prescription a row."""
    findings = begun(rows)
    if rows.has("number"):
        identify(rows, "number", findings)
    person = persons(rows, findings)
    if rows.has("number"):
        owners = find_prescriptions(rows, rows.text("number"))
        check_owner(rows, "number", owners, person.ids, findings)
    authored = dated(rows, "authored_on", findings)
    end = dated(rows, "ended_on", findings)
    check_order(rows, authored, end, "ended_on", findings)
    check_life(rows, "authored_on", authored, person, findings)
    columns = {
        **_common(rows, person.ids, findings),
        "number": rows.text("number"),
        "category": rows.text("category"),
        "dosage": rows.text("dosage"),
        "quantity": quantity(rows, "quantity", findings, 0, 1e6),
        "original_quantity": rows.text("quantity"),
        "days_supply": quantity(rows, "days_supply", findings, 0, 3660, whole=True),
        "refills": quantity(rows, "refills", findings, 0, 1000, whole=True),
        "authored_on": _key_day(authored),
        "ended_on": day_or_none(end),
        "reason": rows.text("reason"),
    }
    keys = ("patient_id", "number", "code", "display", "authored_on")
    if rows.has("number"):  # a number is a key by itself: its repetitions are the same record
        columns["ordinal"] = np.zeros(len(rows), dtype=np.int64)
        yield batch("medication", rows.at, findings, columns)
    else:
        yield batch("medication", rows.at, findings, _numbered(rows, columns, keys, findings))


def results(rows: Rows) -> Iterator[Batch]:
    """One measurement or answer a row."""
    findings = begun(rows)
    person = persons(rows, findings)
    visit = encounters(rows, person.ids, findings)
    when = dated(rows, "effective_at", findings, required=True)
    check_life(rows, "effective_at", when, person, findings)
    if rows.mapped.table.error_mark:
        marked = rows.text("error") == rows.mapped.table.error_mark
        findings.check(marked, FLAGGED_ERROR, rows.header("error"))
    spelled = rows.text("unit")
    readings = Readings(
        at=rows.at,
        group=hashes(person.ids, visit, when.instants).view(np.int64),
        patient=person.ids,
        gender=person.gender,
        encounter=visit,
        instant=when.instants,
        ordinal=np.full(len(rows), NO_ID, dtype=np.int64),
        code=rows.text("code"),
        original_code=rows.text("code"),
        display=rows.text("display"),
        value=rows.text("value"),
        original=rows.text("value"),
        unit=_ucum(spelled, rows.mapped.table.spellings),
        original_unit=spelled,
        is_text=_lower(rows.text("type")) == "text",
        not_a_pressure=np.zeros(len(rows), dtype=bool),
        refused=np.zeros(len(rows), dtype=bool),
        column=same(rows.header("value"), len(rows)),
        unit_column=same(rows.header("unit"), len(rows)),
    )
    yield observations(readings, findings, rows.context, rows.mapped.table)


def _ucum(spelled: Texts, spellings: Mapping[str, str]) -> Texts:
    """The units as UCUM writes them, where the file has a spelling of its own."""
    if not spellings:
        return spelled
    codes, uniques = pd.factorize(spelled)
    return texts([spellings.get(text, text) for text in uniques])[codes]


def wide_results(rows: Rows) -> Iterator[Batch]:
    """Several measurements a row, all of one patient at one time."""
    findings = begun(rows)
    person = persons(rows, findings)
    visit = encounters(rows, person.ids, findings)
    when = dated(rows, "effective_at", findings, required=True)
    check_life(rows, "effective_at", when, person, findings)
    rejects = findings.rejects()  # a row that cannot be used counts once, not once a value
    yield Batch("observation", rows.at[:0], {}, len(rejects), rejects, findings.warnings)
    in_file_order = np.full(len(rows), NO_ID, dtype=np.int64)
    owners = Owners(rows.at, person.ids, person.gender, visit, when.instants, in_file_order)
    yield from measured(rows, owners.of(findings.good))


def _common(rows: Rows, patient: Ints, findings: Findings) -> Columns:
    """What conditions, allergies and prescriptions have in common."""
    display = rows.text("display")
    findings.check(blank(display) & blank(rows.text("code")), NO_NAME, rows.header("display"))
    translated = "code_system" in rows.mapped.table.values
    system = coded(rows, "code_system", findings) if translated else rows.text("code_system")
    return {
        "patient_id": patient,
        "encounter_id": ids_or_none(encounters(rows, patient, findings)),
        "code_system": system,
        "code": rows.text("code"),
        "display": display,
        "source": same(rows.source, len(rows)),
    }


def _numbered(rows: Rows, columns: Columns, keys: tuple[str, ...], findings: Findings) -> Columns:
    good = findings.good
    ordinal = np.zeros(len(rows), dtype=np.int64)
    ordinal[good] = rows.context.ordinals(hashes(*(columns[name][good] for name in keys)))
    return {**columns, "ordinal": ordinal}


def _key_day(found: Times) -> Texts:
    """A date that is part of a key: "" when nobody wrote one."""
    return texts(np.where(found.read, iso_days(found.days), ""))


def _lower(column: Texts) -> Texts:
    return texts([text.casefold() for text in column.tolist()])


_SEVERITIES = {"": 0, "mild": 1, "moderate": 2, "severe": 3}


def _worst(one: Texts, other: Texts) -> Texts:
    """The graver of two severities; a word that is none is kept as written."""
    pairs = zip(one, other, strict=True)
    return texts([max(pair, key=lambda word: _SEVERITIES.get(word, 4)) for pair in pairs])
