"""Rows of visits and stays become encounters, with their measurements and diagnoses."""

from collections.abc import Iterator

import numpy as np

from clinicdesk.etl.arrays import blank, cells, same, texts
from clinicdesk.etl.batches import Batch, Rows, batch
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.records.columns import Owners, listed, measured
from clinicdesk.etl.records.common import (
    check_birth,
    check_order,
    coded,
    dated,
    find_encounters,
    identify,
    persons,
    quantity,
)


def encounters(rows: Rows) -> Iterator[Batch]:
    """The encounters, then what their rows say beside."""
    findings = Findings(rows.at)
    repeated = identify(rows, "number", findings)
    person = persons(rows, findings)
    start = dated(rows, "started_at", findings, required=True)
    end = dated(rows, "ended_at", findings)
    check_order(rows, start, end, "ended_at", findings)
    check_birth(rows, "started_at", start, person, findings)
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
        "length_of_stay": quantity(rows, "length_of_stay", findings, 0, 36500),
        "readmitted": cells(readmitted == "1", ~blank(readmitted)),
        "original_readmitted": rows.text("readmitted"),
    }
    yield batch("encounter", rows.at, findings, columns)
    if rows.mapped.measures or rows.mapped.lists:
        at = np.flatnonzero(~findings.bad & ~repeated)
        ids = find_encounters(rows, rows.text("number")[at])
        owners = Owners(at, person.ids[at], ids, start.instants[at], ordinal=ids)
        yield from measured(rows, owners)
        yield from listed(rows, owners)
