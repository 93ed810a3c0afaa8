"""Rows of visits and stays become encounters, with their measurements and diagnoses."""

from collections.abc import Iterator

import numpy as np

from clinicdesk.etl.arrays import Cells, blank, cells, same, texts
from clinicdesk.etl.batches import Batch, Rows, batch
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.frames import columns_of, frame_of
from clinicdesk.etl.records.columns import Owners, listed, measured
from clinicdesk.etl.records.common import (
    begun,
    check_death,
    check_life,
    check_order,
    check_owner,
    check_sex,
    coded,
    dated,
    find_encounters,
    identify,
    persons,
    quantity,
    span,
)
from clinicdesk.etl.rules import DISCHARGE_AFTER_DEATH, LONG_STAY, STAY_DIFFERS, VISIT_AFTER_DEATH
from clinicdesk.etl.silver.life import stays
from clinicdesk.etl.values import Times

_A_YEAR = 366  # days


def encounters(rows: Rows) -> Iterator[Batch]:
    """The encounters, then what their rows say beside."""
    findings = begun(rows)
    repeated = identify(rows, "number", findings)
    person = persons(rows, findings)
    _, whose = find_encounters(rows, rows.text("number"))
    check_owner(rows, "number", whose, person.ids, findings)
    start = dated(rows, "started_at", findings, required=True)
    end = dated(rows, "ended_at", findings)
    check_order(rows, start, end, "ended_at", findings)
    check_life(rows, "started_at", start, person, findings, rule=VISIT_AFTER_DEATH)
    check_death(rows, "ended_at", end, person, findings, rule=DISCHARGE_AFTER_DEATH)
    check_sex(rows, "reason_code", rows.text("reason_code"), person, findings)
    stay = quantity(rows, "length_of_stay", findings, 0, 36500)
    _check_stay(rows, start, end, stay, findings)
    kind = coded(rows, "class", findings)
    readmitted = coded(rows, "readmitted", findings)
    columns = {
        "patient_id": person.ids,
        "number": rows.text("number"),
        "source": same(rows.source, len(rows)),
        "class": texts(np.where(blank(kind), "UNK", kind)),
        "started_at": start.instants,
        "ended_at": cells(end.instants, end.read),
        "type_code": rows.text("type_code"),
        "type_text": rows.text("type_text"),
        "reason_code": rows.text("reason_code"),
        "reason_text": rows.text("reason_text"),
        "severity": quantity(rows, "severity", findings, 1, 10, whole=True),
        "length_of_stay": stay,
        "readmitted": cells(readmitted == "1", ~blank(readmitted)),
        "original_readmitted": rows.text("readmitted"),
    }
    yield batch("encounter", rows.at, findings, columns)
    if rows.mapped.measures or rows.mapped.lists:
        at = np.flatnonzero(~findings.bad & ~repeated)
        ids, _ = find_encounters(rows, rows.text("number")[at])
        owners = Owners(at, person.ids[at], person.gender[at], ids, start.instants[at], ids)
        yield from measured(rows, owners)
        yield from listed(rows, owners)


def _check_stay(rows: Rows, start: Times, end: Times, said: Cells, findings: Findings) -> None:
    """A stay is rarely longer than a year, and as long as it is said to be."""
    if not end.read.any():
        return
    told = np.array([np.nan if value is None else value for value in said], dtype=np.float64)
    wrong = columns_of(stays(frame_of({**span(start, end), "said": told}), _A_YEAR))
    findings.check(wrong["long"], LONG_STAY, rows.header("ended_at"))
    findings.check(wrong["differs"], STAY_DIFFERS, rows.header("length_of_stay"))
