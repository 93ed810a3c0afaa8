"""Find and read patients."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.identity import Number, number_of
from clinicdesk.domain.patient import (
    AdministrativeGender,
    AgeStatement,
    AllergyStatus,
    Patient,
    PatientId,
    PatientSummary,
)
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage import restrictions
from clinicdesk.storage.provenance import origins
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import PatientIdentifierRow, PatientRow, RestrictionRow

_BATCH = 500  # ids a statement; a list page is 100
_LINE = (  # the columns of a line, not the whole row: a list is read far more often than a record
    PatientRow.id,
    PatientRow.mrn,
    PatientRow.family_name,
    PatientRow.given_name,
    PatientRow.birth_date,
    PatientRow.gender,
    PatientRow.age_years,
    PatientRow.age_true_on,
    PatientRow.deceased_on,
    PatientRow.deceased,
    PatientRow.mrn_system,
)
_NAMESAKE = aliased(PatientRow)
_OTHER = (_NAMESAKE.mrn == PatientRow.mrn) & (_NAMESAKE.id != PatientRow.id) & standing(_NAMESAKE)
_SHARED = exists().where(_OTHER).label("shared")
_TWICE = exists().where(_OTHER, _NAMESAKE.mrn_system == PatientRow.mrn_system).label("twice")
_RESTRICTED = (
    exists()
    .where(RestrictionRow.patient_id == PatientRow.id, RestrictionRow.lifted_at.is_(None))
    .label("restricted")
)


def summaries(session: Session, ids: Sequence[PatientId]) -> list[PatientSummary]:
    """Read one line per id still in the database, in the order of `ids`."""
    found: dict[int, PatientSummary] = {}
    for first in range(0, len(ids), _BATCH):
        wanted = PatientRow.id.in_(ids[first : first + _BATCH]) & standing(PatientRow)
        query = select(*_LINE, _RESTRICTED, _SHARED, _TWICE).where(wanted)
        rows = session.execute(query)
        found |= {row.id: _summary(row) for row in rows}
    return [found[id] for id in ids if id in found]


def names_for(session: Session, user_id: int) -> Callable[[PatientId], str | None]:
    """Who patients are, for lists: `Ek, Ida (4711)`; None where the record is closed to the person.

    While the session lasts.
    """
    closed = set(restrictions.closed_to(session, user_id))

    @lru_cache(maxsize=10_000)
    def name(patient_id: PatientId) -> str | None:
        row = session.get(PatientRow, patient_id)
        if row is None or patient_id in closed:
            return None
        return f"{row.family_name}, {row.given_name} ({row.mrn})".removeprefix(",  ")

    return name


def get_id(session: Session, mrn: str) -> PatientId:
    """The id behind any of a patient's numbers, `42` or `system|42`.

    Raise `RecordNotFound` when nobody has it, and when more than one has.
    """
    found = _holders(session, PatientIdentifierRow.value == mrn)
    if not found and "|" in mrn:
        number = number_of(mrn)
        same = PatientIdentifierRow.system == number.system
        found = _holders(session, same & (PatientIdentifierRow.value == number.value))
    if not found:
        raise RecordNotFound("No patient has this record number. Look it up in the patient list.")
    if len({id for id, _ in found}) > 1:
        raise RecordNotFound(_which(found))
    return PatientId(found[0][0])


def _holders(session: Session, named: ColumnElement[bool]) -> list[tuple[int, Number]]:
    """Who has the number, and from whom."""
    columns = PatientRow.id, PatientIdentifierRow.system, PatientIdentifierRow.value
    of = PatientIdentifierRow.patient_id == PatientRow.id
    rows = session.execute(
        select(*columns).join(PatientIdentifierRow, of).where(named, standing(PatientRow))
    )
    return [(id, Number(system, value)) for id, system, value in rows]


def _which(found: Sequence[tuple[int, Number]]) -> str:
    keys = sorted({number.key for _, number in found})
    if len(keys) > 1:
        return (
            f"More than one patient has this number. Write it with its system: {' or '.join(keys)}."
        )
    return (
        "More than one patient has this number, and from one system. Find the patient in the list,"
        " where names and birth dates tell them apart."
    )


def get(session: Session, patient_id: PatientId) -> Patient:
    """Read one patient; raise `RecordNotFound` when there is none any more."""
    row = session.get(PatientRow, patient_id)
    if row is None or row.entered_in_error:
        raise RecordNotFound("This patient is not in the store any more. Refresh the list.")
    [summary] = summaries(session, [patient_id])
    return Patient(
        summary=summary,
        prefix=row.prefix,
        address=row.address,
        phone=row.phone,
        email=row.email,
        allergy_status=AllergyStatus(row.allergy_status),
        allergy_status_on=row.allergy_status_on,
        updated_at=row.updated_at,
        provenance=origins(session, [row]).of(row),
        version=row.version,
    )


def _issuer(row: Row[*tuple[Any, ...]]) -> str:
    """Who gave the number, where it alone does not say who this is."""
    if not row.shared:
        return ""
    named = row.mrn_system or "this clinic"
    return f"{named}, two patients" if row.twice else named


def _summary(row: Row[*tuple[Any, ...]]) -> PatientSummary:
    return PatientSummary(
        id=PatientId(row.id),
        mrn=row.mrn,
        family_name=row.family_name,
        given_name=row.given_name,
        birth_date=row.birth_date,
        gender=AdministrativeGender(row.gender),
        age_statement=_age_statement(row.age_years, row.age_true_on),
        deceased_on=row.deceased_on,
        restricted=row.restricted,
        issuer=_issuer(row),
        deceased_undated=row.deceased and row.deceased_on is None,
    )


def _age_statement(years: int | None, true_on: date | None) -> AgeStatement | None:
    return None if years is None or true_on is None else AgeStatement(years, true_on)
