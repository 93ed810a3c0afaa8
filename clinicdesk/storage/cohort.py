"""Everybody's newest values before a day, for comparing one patient with many.

Restricted records, the dead and what was entered in error are left out.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.observation import Observation, ObservationId
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import ConditionRow, ObservationRow, PatientRow, RestrictionRow
from clinicdesk.storage.types import date_or_none


def open_to_all(session: Session, on: date) -> list[PatientId]:
    """Patients who lived on a day and whose records are not restricted."""
    closed = select(RestrictionRow.patient_id).where(RestrictionRow.lifted_at.is_(None))
    lived = or_(PatientRow.deceased.is_(False), PatientRow.deceased_on > on)
    query = select(PatientRow.id).where(standing(PatientRow), lived, PatientRow.id.not_in(closed))
    return [PatientId(each) for each in session.scalars(query)]


def newest_before(
    session: Session, codes: Collection[str], before: datetime
) -> dict[PatientId, dict[str, Observation]]:
    """The newest number of each code, of every patient that has one."""
    query = (
        select(
            ObservationRow.patient_id,
            ObservationRow.code,
            ObservationRow.value,
            ObservationRow.unit,
            func.max(ObservationRow.effective_at),  # SQLite takes the rest from its row
        )
        .where(
            ObservationRow.code.in_(codes),
            ObservationRow.effective_at < before,
            ObservationRow.value.is_not(None),
            standing(ObservationRow),
        )
        .group_by(ObservationRow.patient_id, ObservationRow.code)
    )
    found: dict[PatientId, dict[str, Observation]] = {}
    for patient_id, code, value, unit, at in session.execute(query):
        found.setdefault(PatientId(patient_id), {})[code] = Observation(
            ObservationId(0), code, "", at, value, "", unit, "", ""
        )
    return found


def conditions_like(
    session: Session, codes: Collection[str], words: Collection[str]
) -> Iterator[tuple[PatientId, Condition]]:
    """Everybody's conditions that begin with a code or hold a word; a first, coarse look."""
    likely = [
        *(ConditionRow.code.startswith(code, autoescape=True) for code in codes),
        *(ConditionRow.display.startswith(code, autoescape=True) for code in codes),
        *(func.lower(ConditionRow.display).contains(word, autoescape=True) for word in words),
    ]
    if not likely:
        return
    for row in session.scalars(select(ConditionRow).where(standing(ConditionRow), or_(*likely))):
        yield (
            PatientId(row.patient_id),
            Condition(
                id=row.id,
                code_system=row.code_system,
                code=row.code,
                display=row.display,
                onset=date_or_none(row.onset),
                abatement=row.abatement,
                provenance=None,
                version=row.version,
            ),
        )
