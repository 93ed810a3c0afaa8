"""What rows of visits and results say of their patient in columns that nobody asked for.

A file may repeat birth date or sex beside the number. They are not loaded, but where they are not
the patient's, the number is somebody else's, and so is the row.
"""

from datetime import date, timedelta
from functools import partial

import numpy as np
import pandas as pd

from clinicdesk.domain.identity import Agreement
from clinicdesk.etl.arrays import Ints, Mask, Texts, blank, texts
from clinicdesk.etl.batches import NO_DAY, Rows
from clinicdesk.etl.findings import Findings
from clinicdesk.etl.linkage.traits import compare_days
from clinicdesk.etl.rules import OTHER_BIRTH_DATE, OTHER_SEX
from clinicdesk.etl.values import times

_BORN = frozenset({"birth_date", "birthdate", "date_of_birth", "dob"})
_SEX = frozenset({"gender", "sex", "patient_gender", "patient_sex"})
_SEXES = {"m": "male", "male": "male", "f": "female", "female": "female"}
_EPOCH = date(1970, 1, 1)


def check_bystanders(rows: Rows, born: Ints, gender: Texts, findings: Findings) -> None:
    """Refuse rows that say another birth date or sex. born: days from 1970.  gender: FHIR's."""
    for header, column in _unread(rows, _BORN):
        findings.check(_other_birth(rows, header, column, born), OTHER_BIRTH_DATE, header)
    for header, column in _unread(rows, _SEX):
        said = texts([_SEXES.get(text.casefold(), "") for text in column.tolist()])
        both = ~blank(said) & np.isin(gender, ("male", "female"))
        findings.check(both & (said != gender), OTHER_SEX, header)


def _unread(rows: Rows, names: frozenset[str]) -> list[tuple[str, Texts]]:
    used = rows.mapped.used
    return [
        (header, rows.chunk.column(at))
        for at, header in enumerate(rows.mapped.header)
        if at not in used and header.strip().casefold().replace(" ", "_") in names
    ]


def _other_birth(rows: Rows, header: str, column: Texts, born: Ints) -> Mask:
    order = partial(rows.context.formats.date_order, header)
    said = times(column, rows.context.clock, order)
    differs: Mask = said.read & (born != NO_DAY) & (said.days != born)
    if not differs.any():
        return differs
    pairs = pd.DataFrame({"said": said.days[differs], "born": born[differs]})
    other = {pair: _other(*pair) for pair in set(pairs.itertuples(index=False, name=None))}
    differs[differs] = [other[pair] for pair in pairs.itertuples(index=False, name=None)]
    return differs


def _other(said: int, born: int) -> bool:
    """Whether no slip of a finger explains the difference."""
    days = (_EPOCH + timedelta(days=int(day)) for day in (said, born))
    return compare_days(*days)[0] is Agreement.OTHER
