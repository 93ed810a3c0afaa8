"""The people of a batch of patients, and the batch once it is known who they are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np

from clinicdesk.domain.identity import Details, Number
from clinicdesk.domain.patient import AgeStatement
from clinicdesk.etl.arrays import Ints
from clinicdesk.etl.batches import NO_ID, Batch
from clinicdesk.etl.findings import Finding
from clinicdesk.etl.rules import HELD_PERSON

_COLUMNS = (
    "mrn_system", "mrn", "family_name", "given_name", "birth_date", "age_years", "age_true_on",
    "gender", "phone", "email", "address",
)  # fmt: skip


def people_of(batch: Batch) -> Iterator[tuple[Number, Details]]:
    """Number and details of each record."""
    columns = [batch.columns[name].tolist() for name in _COLUMNS]
    for system, mrn, family, given, born, years, true_on, gender, *contact in zip(
        *columns, strict=True
    ):
        birth = date.fromisoformat(born) if born else None
        age = None if years is None else AgeStatement(years, date.fromisoformat(true_on))
        yield Number(system, mrn), Details(family, given, birth, age, gender, *contact)


def recognised(batch: Batch, ids: Ints) -> Batch:
    """The batch with the row ids of its patients; those without one (`NO_ID`) are held."""
    known, held = np.flatnonzero(ids != NO_ID), np.flatnonzero(ids == NO_ID)
    waiting = [Finding(int(at), "", HELD_PERSON, HELD_PERSON.message) for at in batch.at[held]]
    columns = {"id": ids, **batch.columns}
    return replace(
        batch,
        at=batch.at[known],
        columns={name: values[known] for name, values in columns.items()},
        rejects=[*batch.rejects, *waiting],
    )
