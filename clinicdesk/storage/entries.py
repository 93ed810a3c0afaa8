"""Rows that somebody wrote by hand: new ones, beside whatever files brought."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.correction import PatientCorrection
from clinicdesk.domain.entry import (
    ICD10,
    NewAllergy,
    NewEncounter,
    NewEntry,
    NewPrescription,
    NewProblem,
)
from clinicdesk.domain.patient import AllergyStatus, PatientId, PatientSummary
from clinicdesk.domain.vital_signs import Kept
from clinicdesk.storage import allergies, patients
from clinicdesk.storage.acting import acting
from clinicdesk.storage.guard import RecordGuard
from clinicdesk.storage.tables import (
    AllergyRow,
    ConditionRow,
    EncounterRow,
    MedicationRow,
    ObservationRow,
    PatientRow,
)

BY_HAND = "by-hand"  # the feed of what no file brought
_WHY = "Written down by hand"


@contextmanager
def entering(
    guard: RecordGuard, patient_id: PatientId, *, user_id: int, at: datetime
) -> Iterator["Entering"]:
    """A unit of work that adds to one record in one person's name."""
    with guard.writing(patient_id) as session, acting(session, user_id, _WHY, at):
        yield Entering(session, guard, patient_id, user_id=user_id, at=at)


class Entering:
    """What can be added while the unit of work lasts; the audit notes each."""

    def __init__(
        self,
        session: Session,
        guard: RecordGuard,
        patient_id: PatientId,
        *,
        user_id: int,
        at: datetime,
    ) -> None:
        self._session = session
        self._guard = guard
        self._patient_id = patient_id
        self._entered = {"entered_by": user_id, "entered_at": at}
        self._at = at

    def summary(self) -> PatientSummary:
        return patients.get(self._session, self._patient_id).summary

    def allergies(self) -> list[AllergyIntolerance]:
        """Those that stand in the record."""
        return allergies.of_patient(self._session, self._patient_id)

    def add_observations(self, kept: Sequence[Kept], taken_at: datetime) -> list[int]:
        """Add a set of measurements of one time; return their row ids, in the order given."""
        rows = [self._observation(each, taken_at) for each in kept]
        ids = self._added(rows)
        self._note({"kind": "observation", "rows": ids})
        return ids

    def add(self, entry: NewEntry, **detail: Any) -> int:
        """Add a problem, a prescription, an allergy or a visit; return its row id."""
        kind, values = _values(entry)
        row = kind(patient_id=self._patient_id, source=BY_HAND, **self._entered, **values)
        if isinstance(row, EncounterRow):
            row.number = _visit_number(self._session)
        else:
            row.ordinal = _after(self._session, kind, self._patient_id)
        [row_id] = self._added([row])
        self._note({"kind": kind.__tablename__, "rows": [row_id], **detail})
        return row_id

    def know_allergies(self, status: AllergyStatus, on: date) -> None:
        """Say what is known of allergies, and since when. The audit hears of a `none` by itself."""
        patient = self._session.get_one(PatientRow, self._patient_id)
        patient.allergy_status, patient.allergy_status_on = status, on
        self._session.flush()
        if status is AllergyStatus.NONE_KNOWN:
            self._note({"kind": "patient", "allergies": status})

    def _observation(self, kept: Kept, taken_at: datetime) -> ObservationRow:
        result = kept.result
        return ObservationRow(
            patient_id=self._patient_id,
            code=kept.code,
            effective_at=taken_at,
            value=result.value,
            unit=result.unit,
            text=result.text,
            original_value=result.original_value,
            original_unit=result.original_unit,
            source=BY_HAND,
            ordinal=_next_ordinal(self._session, self._patient_id, kept.code, taken_at),
            **self._entered,
        )

    def _added(self, rows: Sequence[Any]) -> list[int]:
        self._session.add_all(rows)
        self._session.flush()
        return [row.id for row in rows]

    def _note(self, detail: Mapping[str, Any]) -> None:
        """Which rows they are; never a value."""
        self._guard.record(
            self._session, self._patient_id, "record.enter", detail=detail, at=self._at
        )


def add_patient(
    session: Session, person: PatientCorrection, number: str, *, user_id: int, at: datetime
) -> PatientId:
    """Add a patient under a number of the clinic's own. number: "" for the next one."""
    row = PatientRow(
        mrn=number or _patient_number(session),
        source=BY_HAND,
        family_name=_tidy(person.family_name),
        given_name=_tidy(person.given_name),
        prefix=_tidy(person.prefix),
        birth_date=person.birth_date,
        gender=person.gender,
        deceased_on=person.deceased_on,
        deceased=person.deceased_on is not None,
        address=_tidy(person.address),
        phone=_tidy(person.phone),
        email=_tidy(person.email),
        registered_on=at.date(),
        updated_at=at,
        entered_by=user_id,
        entered_at=at,
    )
    session.add(row)
    session.flush()
    return PatientId(row.id)


def _patient_number(session: Session) -> str:
    """The next number of the clinic's own: P000042, and none that anybody has."""
    by_hand = PatientRow.source == BY_HAND
    at = (session.scalar(select(func.count(PatientRow.id)).where(by_hand)) or 0) + 1
    while session.scalar(select(PatientRow.id).where(PatientRow.mrn == f"P{at:06}")):
        at += 1
    return f"P{at:06}"


def _next_ordinal(session: Session, patient_id: PatientId, code: str, at: datetime) -> int:
    """The same measured twice at one time is two rows."""
    query = select(func.max(ObservationRow.ordinal)).where(
        ObservationRow.patient_id == patient_id,
        ObservationRow.code == code,
        ObservationRow.effective_at == at,
        ObservationRow.source == BY_HAND,
    )
    newest = session.scalar(query)
    return 0 if newest is None else newest + 1


def _values(entry: NewEntry) -> tuple[type[Any], Mapping[str, Any]]:
    if isinstance(entry, NewProblem):
        code = entry.code.strip().upper()
        system = ICD10 if code else ""
        named = {"display": _tidy(entry.display), "code": code, "code_system": system}
        return ConditionRow, {**named, "onset": _day(entry.onset)}
    if isinstance(entry, NewPrescription):
        told = {"dosage": _tidy(entry.dosage), "reason": _tidy(entry.reason)}
        days = {"authored_on": _day(entry.authored_on), "ended_on": entry.ended_on}
        return MedicationRow, {"display": _tidy(entry.display), **told, **days}
    if isinstance(entry, NewAllergy):
        told = {"category": entry.category, "severity": entry.severity}
        words = {"display": _tidy(entry.display), "reaction": _tidy(entry.reaction)}
        return AllergyRow, {**words, **told, "recorded_on": _day(entry.recorded_on)}
    return EncounterRow, _visit(entry)


def _visit(entry: NewEncounter) -> Mapping[str, Any]:
    return {
        "class_": entry.class_,
        "started_at": entry.started_at,
        "ended_at": entry.ended_at,
        "reason_text": _tidy(entry.reason),
        "severity": entry.severity,
    }


def _visit_number(session: Session) -> str:
    """The next number of a visit that was written down here."""
    by_hand = EncounterRow.source == BY_HAND
    return str((session.scalar(select(func.count(EncounterRow.id)).where(by_hand)) or 0) + 1)


def _after(session: Session, kind: type[Any], patient_id: PatientId) -> int:
    """Beside whatever was written for this patient before: nothing of it is overwritten."""
    mine = (kind.patient_id == patient_id) & (kind.source == BY_HAND)
    newest = session.scalar(select(func.max(kind.ordinal)).where(mine))
    return 0 if newest is None else int(newest) + 1


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _tidy(text: str) -> str:
    return " ".join(text.split())
