"""Rows that fill several tables: a visit that carries its patient, its results and its drugs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from clinicdesk.etl.arrays import Ints, Mask, blank
from clinicdesk.etl.batches import Batch, Rows
from clinicdesk.etl.findings import Finding, Findings
from clinicdesk.etl.mapping import Mapped
from clinicdesk.etl.records.clinical import (
    allergies,
    conditions,
    medications,
    results,
    wide_results,
)
from clinicdesk.etl.records.encounters import encounters
from clinicdesk.etl.records.patients import patients
from clinicdesk.etl.repeats import hashes
from clinicdesk.etl.rules import OTHER_PATIENT_DATA

_LASTING = ("family_name", "given_name", "name", "gender", "birth_date")
_NEEDED = {
    "condition": ("display", "code"),
    "medication": ("display", "code"),
    "allergy": ("display", "code"),
    "observation": ("value",),
}


def several(rows: Rows) -> Iterator[Batch]:
    """What each table takes of the rows, the patients first."""
    for part in rows.mapped.parts:
        yield from _TRANSFORMS[part.table.target](_rows_of(rows, part))


def _rows_of(rows: Rows, part: Mapped) -> Rows:
    return Rows(rows.chunk, part, rows.context.part(part.table.target))


def _people(rows: Rows) -> Iterator[Batch]:
    """The patients that are new in the file, once each; the first row of one is believed."""
    mrns = rows.text("mrn")
    said = hashes(*(rows.text(name) for name in _LASTING))
    again, differs = rows.context.people.compare(hashes(mrns, rows.systems("mrn")), said)
    findings = Findings(rows.at)
    findings.check(differs & ~blank(mrns), OTHER_PATIENT_DATA, rows.header("mrn"))
    if findings.warnings:
        yield Batch("patient", rows.at[:0], {}, 0, (), findings.warnings)
    yield from _only(rows, ~again & ~blank(mrns), patients)


def _present(transform: Callable[[Rows], Iterator[Batch]]) -> Callable[[Rows], Iterator[Batch]]:
    """A table beside the one that the rows are of: a row without it is no row of it."""

    def some(rows: Rows) -> Iterator[Batch]:
        needed = _NEEDED[rows.mapped.table.target]
        there = [~blank(rows.text(name)) for name in needed if rows.has(name)]
        yield from _only(rows, np.logical_or.reduce(there), transform)

    return some


def _only(rows: Rows, which: Mask, transform: Callable[[Rows], Iterator[Batch]]) -> Iterator[Batch]:
    """What some of the rows become, told by their places among all."""
    at = np.flatnonzero(which)
    if not len(at):
        return
    for batch in transform(Rows(rows.chunk.some(at), rows.mapped, rows.context)):
        rejects, warnings = _moved(batch.rejects, at), _moved(batch.warnings, at)
        yield replace(batch, at=at[batch.at], rejects=rejects, warnings=warnings)


def _moved(found: Sequence[Finding], which: Ints) -> list[Finding]:
    return [replace(finding, at=int(which[finding.at])) for finding in found]


_TRANSFORMS: Mapping[str, Callable[[Rows], Iterator[Batch]]] = {
    "patient": _people,
    "encounter": encounters,
    "condition": _present(conditions),
    "wide": wide_results,
    "observation": _present(results),
    "medication": _present(medications),
    "allergy": _present(allergies),
}
