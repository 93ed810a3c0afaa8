"""What a researcher reads of the de-identified copy: counts and distributions."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.deidentification import SMALLEST_CELL, suppressed, suppressed_each
from clinicdesk.domain.research import Cell, Copied, CopyFacts, CountTable, MeasureSummary
from clinicdesk.errors import StoreError
from clinicdesk.storage.research_tables import (
    CopyRow,
    SubjectConditionRow,
    SubjectObservationRow,
    SubjectRow,
)


def facts(session: Session) -> CopyFacts:
    """Which clinic the copy was made of, when, and how much is in it."""
    values = {row.name: row.value for row in session.scalars(select(CopyRow))}
    try:
        return CopyFacts(
            store_id=values["store_id"],
            published_at=datetime.fromisoformat(values["published_at"]),
            copied=Copied(**{name: int(values[name]) for name in Copied.__dataclass_fields__}),
        )
    except (KeyError, ValueError):
        raise StoreError(
            "research.db is incomplete. Ask an administrator to publish again."
        ) from None


def count_tables(session: Session) -> list[CountTable]:
    """Subjects by gender, age and condition, small cells hidden."""
    subjects = session.scalar(select(func.count(SubjectRow.id))) or 0
    coded = SubjectConditionRow.subject_id.distinct()
    conditions = _counted(session, SubjectConditionRow.code, coded)
    return [
        _table("Gender", suppressed(_counted(session, SubjectRow.gender, SubjectRow.id))),
        _table("Age", suppressed(_counted(session, SubjectRow.age_band, SubjectRow.id))),
        _table("Condition", suppressed_each(conditions, subjects)),
    ]


def measures(session: Session) -> list[MeasureSummary]:
    """Every kind of measurement, by code: how many subjects have it, and its distribution."""
    codes = session.scalars(
        select(SubjectObservationRow.code).distinct().order_by(SubjectObservationRow.code)
    )
    return [_measure(session, code) for code in codes.all()]


def _counted(
    session: Session, label: InstrumentedAttribute[str], what: SQLColumnExpression[int]
) -> dict[str, int]:
    query = select(label, func.count(what)).group_by(label).order_by(label)
    return {row[0]: row[1] for row in session.execute(query)}


def _table(title: str, counts: Mapping[str, int | None]) -> CountTable:
    return CountTable(title, [Cell(name, count) for name, count in counts.items()])


def _measure(session: Session, code: str) -> MeasureSummary:
    concept = catalog()[code]
    mine = SubjectObservationRow.code == code
    per_subject = (
        select(func.avg(SubjectObservationRow.value))
        .where(mine)
        .group_by(SubjectObservationRow.subject_id)
    )
    means = sorted(session.scalars(per_subject))
    enough = len(means) >= SMALLEST_CELL
    return MeasureSummary(
        code=code,
        display=concept.display,
        unit=concept.unit,
        subjects=len(means) if enough else None,
        mean=sum(means) / len(means) if enough else None,
        median=_quantile(means, 0.5) if enough else None,
        lower_quartile=_quantile(means, 0.25) if enough else None,
        upper_quartile=_quantile(means, 0.75) if enough else None,
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Between neighbours by straight line, as numpy's default."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
