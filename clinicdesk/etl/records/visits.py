"""Rows of visits that carry their patient along: both are loaded from one file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from clinicdesk.etl.arrays import Ints, blank
from clinicdesk.etl.batches import Batch, Rows
from clinicdesk.etl.findings import Finding, Findings
from clinicdesk.etl.records.encounters import encounters
from clinicdesk.etl.records.patients import patients
from clinicdesk.etl.repeats import hashes
from clinicdesk.etl.rules import OTHER_PATIENT_DATA

_PERSON = {
    "mrn": "patient",
    "mrn_system": "patient_system",
    "gender": "gender",
    "birth_date": "birth_date",
    "age": "age",
}
_LASTING = ("gender", "birth_date")  # what a person has one of


def visits(rows: Rows) -> Iterator[Batch]:
    """The patients that are new in the file, once each, then every row's visit."""
    mrns = rows.text("patient")
    said = hashes(*(rows.text(name) for name in _LASTING))
    again, differs = rows.context.people.compare(hashes(mrns, rows.systems("patient")), said)
    new = np.flatnonzero(~again & ~blank(mrns))
    findings = Findings(rows.at)
    findings.check(differs & ~blank(mrns), OTHER_PATIENT_DATA, rows.header("patient"))
    for batch in patients(_people(rows, new)):
        warnings = [*_moved(batch.warnings, new), *findings.warnings]
        rejects = _moved(batch.rejects, new)
        yield replace(batch, at=new[batch.at], rejects=rejects, warnings=warnings)
    yield from encounters(rows)


def _people(rows: Rows, which: Ints) -> Rows:
    """The rows as rows of people; what is true of them was so on the day of the visit."""
    fields = {own: rows.mapped.fields[name] for own, name in _PERSON.items() if rows.has(name)}
    if rows.has("started_at"):
        fields["told_on"] = rows.mapped.fields["started_at"]
    mapped = replace(rows.mapped, fields=fields, measures=(), lists=())
    context = replace(rows.context, contents=type(rows.context.contents)())
    return Rows(rows.chunk.some(which), mapped, context)


def _moved(found: Sequence[Finding], which: Ints) -> list[Finding]:
    return [replace(finding, at=int(which[finding.at])) for finding in found]
