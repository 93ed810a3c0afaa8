"""Make the de-identified copy from the clinical store.

`research.db` has a key of its own, which opens nothing else. A new copy is made beside it and put
in its place in one step.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.deidentification import age_band, may_leave, pseudonym, shift
from clinicdesk.domain.patient import AgeStatement
from clinicdesk.domain.research import Copied
from clinicdesk.errors import StoreError
from clinicdesk.storage.database import Database
from clinicdesk.storage.flushing import flush_folder
from clinicdesk.storage.research_tables import (
    CopyRow,
    ResearchBase,
    SubjectConditionRow,
    SubjectEncounterRow,
    SubjectMedicationRow,
    SubjectObservationRow,
    SubjectRow,
)
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import (
    ConditionRow,
    EncounterRow,
    MedicationRow,
    ObservationRow,
    PatientRow,
    RestrictionRow,
)

_BATCH = 5_000  # rows


@dataclass(frozen=True, slots=True)
class _Subject:
    id: int
    shift: timedelta


def publish(
    clinic: Database,
    path: Path,
    key: bytes,
    *,
    store_id: str,
    secret: bytes,
    at: datetime,
    between: Callable[[float], None],
) -> Copied:
    """Copy what may leave into a new file at `path`, under `key`. between: called as it goes on."""
    making = path.with_name(path.name + ".new")
    _sweep(making)
    copy = Database(making, key, create=True)
    try:
        with clinic.reading() as source, copy.writing() as target:
            ResearchBase.metadata.create_all(target.connection())
            copied = _fill(source, target, secret, at.date(), between)
            target.add_all(
                CopyRow(name=name, value=str(value))
                for name, value in (
                    ("store_id", store_id),
                    ("published_at", at.isoformat()),
                    *asdict(copied).items(),
                )
            )
        copy.checkpoint()  # closing says nothing of a full disk, and would leave rows in the log
        copy.close()
        os.replace(making, path)
    except OSError:
        raise StoreError(
            "The research copy could not be written; the one before is untouched. Check the disk,"
            " then publish again."
        ) from None
    finally:
        copy.close()
        _sweep(making)
    flush_folder(path.parent)
    return copied


def _sweep(making: Path) -> None:
    """Remove a copy that did not come into its place, from this time or from one that crashed."""
    for leftover in (making, *(Path(f"{making}{end}") for end in ("-wal", "-shm"))):
        with suppress(OSError):
            leftover.unlink(missing_ok=True)


def _fill(
    source: Session,
    target: Session,
    secret: bytes,
    today: date,
    between: Callable[[float], None],
) -> Copied:
    subjects = _copy_subjects(source, target, secret, today)
    between(0.2)
    encounters, _ = _copy(target, SubjectEncounterRow, _encounters(source, subjects))
    between(0.4)
    conditions, kept_1 = _copy(target, SubjectConditionRow, _conditions(source, subjects))
    between(0.5)
    medications, kept_2 = _copy(target, SubjectMedicationRow, _medications(source, subjects))
    between(0.6)
    observations, kept_3 = _copy(target, SubjectObservationRow, _observations(source, subjects))
    between(1.0)
    return Copied(
        subjects=len(subjects),
        encounters=encounters,
        conditions=conditions,
        observations=observations,
        medications=medications,
        left_out=kept_1 + kept_2 + kept_3,
    )


def _copy_subjects(
    source: Session, target: Session, secret: bytes, today: date
) -> dict[int, _Subject]:
    """Number the subjects in the order of their pseudonyms: the order of entry says who.

    A restricted record stays behind: whom it is open to was decided one by one.
    """
    wanted = (
        PatientRow.id,
        PatientRow.gender,
        PatientRow.birth_date,
        PatientRow.age_years,
        PatientRow.age_true_on,
    )
    rows = _streamed(source, *wanted)
    named = sorted((pseudonym(secret, row.id), row) for row in rows)
    subjects: dict[int, _Subject] = {}
    for number, (name, row) in enumerate(named, start=1):
        said = row.age_years is not None and row.age_true_on is not None
        statement = AgeStatement(row.age_years, row.age_true_on) if said else None
        band = age_band(row.birth_date, statement, today)
        subjects[row.id] = _Subject(number, shift(secret, row.id))
        target.add(SubjectRow(id=number, pseudonym=name, gender=row.gender, age_band=band))
    target.flush()
    return subjects


def _copy(
    target: Session, table: type[ResearchBase], rows: Iterator[Mapping[str, object] | None]
) -> tuple[int, int]:
    """Insert the rows; return how many, and how many were None: left out."""
    written = kept = 0
    for batch in _batches(rows):
        leaving = [row for row in batch if row is not None]
        kept += len(batch) - len(leaving)
        written += len(leaving)
        if leaving:
            target.execute(insert(table), leaving)
    return written, kept


def _batches(
    rows: Iterator[Mapping[str, object] | None],
) -> Iterator[Sequence[Mapping[str, object] | None]]:
    batch: list[Mapping[str, object] | None] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _encounters(
    source: Session, subjects: Mapping[int, _Subject]
) -> Iterator[Mapping[str, object] | None]:
    wanted = (
        EncounterRow.patient_id,
        EncounterRow.class_,
        EncounterRow.started_at,
        EncounterRow.ended_at,
        EncounterRow.readmitted,
    )
    for patient, class_, started, ended, readmitted in _streamed(source, *wanted):
        yield {
            "subject_id": subjects[patient].id,
            "class_": class_,
            "started_on": started.date() + subjects[patient].shift,
            "days": (ended - started).days if ended else None,
            "readmitted": readmitted,
        }


def _conditions(
    source: Session, subjects: Mapping[int, _Subject]
) -> Iterator[Mapping[str, object] | None]:
    wanted = (
        ConditionRow.patient_id,
        ConditionRow.code_system,
        ConditionRow.code,
        ConditionRow.onset,
    )
    for patient, system, code, onset in _streamed(source, *wanted):
        yield (
            {
                "subject_id": subjects[patient].id,
                "code_system": system,
                "code": code,
                "onset": _moved(onset, subjects[patient]),
            }
            if may_leave(system, code)
            else None
        )


def _medications(
    source: Session, subjects: Mapping[int, _Subject]
) -> Iterator[Mapping[str, object] | None]:
    wanted = (
        MedicationRow.patient_id,
        MedicationRow.code_system,
        MedicationRow.code,
        MedicationRow.authored_on,
    )
    for patient, system, code, authored in _streamed(source, *wanted):
        yield (
            {
                "subject_id": subjects[patient].id,
                "code_system": system,
                "code": code,
                "authored_on": _moved(authored, subjects[patient]),
            }
            if may_leave(system, code)
            else None
        )


def _observations(
    source: Session, subjects: Mapping[int, _Subject]
) -> Iterator[Mapping[str, object] | None]:
    """Numbers of the catalogue alone: text is free text, and another code may be anything."""
    known = {concept.code for concept in catalog().concepts}
    wanted = (
        ObservationRow.patient_id,
        ObservationRow.code,
        ObservationRow.effective_at,
        ObservationRow.value,
        ObservationRow.unit,
    )
    for patient, code, taken, value, unit in _streamed(source, *wanted):
        yield (
            {
                "subject_id": subjects[patient].id,
                "code": code,
                "taken_on": taken.date() + subjects[patient].shift,
                "value": value,
                "unit": unit,
            }
            if code in known and value is not None
            else None
        )


def _moved(day: str, subject: _Subject) -> date | None:
    return date.fromisoformat(day) + subject.shift if day else None


def _streamed(source: Session, *columns: InstrumentedAttribute[Any]) -> Iterator[Any]:
    """The rows that stand, the restricted records' left out, a batch in memory at a time.

    columns: the first says whose row it is.
    """
    restricted = select(RestrictionRow.patient_id).where(RestrictionRow.lifted_at.is_(None))
    in_error = select(PatientRow.id).where(PatientRow.entered_in_error)
    query = select(*columns).where(columns[0].not_in(restricted), columns[0].not_in(in_error))
    query = query.where(standing(columns[0].parent.class_))
    return iter(source.execute(query.execution_options(yield_per=_BATCH)))
