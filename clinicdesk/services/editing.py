"""Correct what a record says, or mark it as entered in error; the history keeps what it said.

Whoever changes something hands in the version that they saw. Where somebody else was faster,
`ChangedMeanwhile` says what they did, and nothing is saved.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date, datetime, tzinfo
from typing import Any

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.correction import (
    AllergyCorrection,
    ConditionCorrection,
    EntryCorrection,
    MedicationCorrection,
    PatientCorrection,
    Result,
    ResultCorrection,
    corrected_number,
    corrected_text,
    require_possible_entry,
    require_possible_person,
    require_possible_time,
)
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput
from clinicdesk.services.access import Access, requires
from clinicdesk.services.wording import said
from clinicdesk.storage import observations
from clinicdesk.storage.corrections import Edit, Row, editing
from clinicdesk.storage.guard import RecordGuard

_ENTRIES = {  # what is corrected, and the column of its first day
    ConditionCorrection: (Recorded.CONDITION, "onset"),
    MedicationCorrection: (Recorded.MEDICATION, "authored_on"),
    AllergyCorrection: (Recorded.ALLERGY, "recorded_on"),
}


class Editing:
    """What people change by hand. A nurse changes vital signs; the rest is a clinician's."""

    def __init__(
        self, access: Access, guard: RecordGuard, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._access = access
        self._guard = guard
        self._zone = zone
        self._now = now

    @requires(Action.VITALS_CORRECT)
    def correct_observation(
        self,
        patient_id: PatientId,
        observation_id: int,
        version: int,
        correction: ResultCorrection,
        reason: str,
    ) -> Change:
        """Put another value, unit or time in the place of a wrong one.

        Raise `BadInput` for what cannot be, `ChangedMeanwhile`.
        """
        reason = said(reason, "a reason")
        self._require_may(patient_id, Recorded.OBSERVATION, observation_id)
        with self._editing(patient_id, reason) as edit:
            row = edit.held(Recorded.OBSERVATION, observation_id, version)
            require_possible_time(correction.effective_at, self._now(), edit.born())
            values = asdict(_result(row, correction)) | {"effective_at": correction.effective_at}
            return edit.correct_observation(row, values)

    @requires(Action.RECORD_CORRECT)
    def correct_patient(
        self, patient_id: PatientId, version: int, correction: PatientCorrection, reason: str
    ) -> Change:
        """Correct who the patient is. Raise `BadInput` for what cannot be, `ChangedMeanwhile`."""
        reason = said(reason, "a reason")
        with self._editing(patient_id, reason) as edit:
            row = edit.held(Recorded.PATIENT, patient_id, version)
            require_possible_person(correction, self._today())
            values = {name: _tidy(value) for name, value in asdict(correction).items()}
            return edit.correct(Recorded.PATIENT, row, values)

    @requires(Action.RECORD_CORRECT)
    def correct_entry(
        self,
        patient_id: PatientId,
        row_id: int,
        version: int,
        correction: EntryCorrection,
        reason: str,
    ) -> Change:
        """Correct a problem, a prescription or an allergy; what it is called is not corrected.

        Raise `BadInput` for what cannot be, `ChangedMeanwhile`.
        """
        reason = said(reason, "a reason")
        kind, began = _ENTRIES[type(correction)]
        with self._editing(patient_id, reason) as edit:
            row = edit.held(kind, row_id, version)
            day = date.fromisoformat(row[began]) if row[began] else None
            require_possible_entry(correction, day, self._today())
            values = {name: _tidy(value) for name, value in asdict(correction).items()}
            return edit.correct(kind, row, values)

    @requires(Action.VITALS_CORRECT)
    def mark_in_error(
        self, patient_id: PatientId, kind: Recorded, row_id: int, version: int, reason: str
    ) -> Change:
        """Take a row out of the record that should never have been in it; its history stays."""
        return self._mark(patient_id, kind, row_id, version, reason, in_error=True)

    @requires(Action.VITALS_CORRECT)
    def take_back(
        self, patient_id: PatientId, kind: Recorded, row_id: int, version: int, reason: str
    ) -> Change:
        """Bring a row back that was marked as entered in error."""
        return self._mark(patient_id, kind, row_id, version, reason, in_error=False)

    def _mark(
        self,
        patient_id: PatientId,
        kind: Recorded,
        row_id: int,
        version: int,
        reason: str,
        *,
        in_error: bool,
    ) -> Change:
        reason = said(reason, "a reason")
        if kind is Recorded.PATIENT:
            raise BadInput("A whole patient is not taken out. Mark what is wrong in the record.")
        self._require_may(patient_id, kind, row_id)
        with self._editing(patient_id, reason) as edit:
            row = edit.held(kind, row_id, version)
            return edit.mark(kind, row, in_error=in_error)

    def _today(self) -> date:
        return self._now().astimezone(self._zone).date()

    def _editing(self, patient_id: PatientId, reason: str) -> AbstractContextManager[Edit]:
        user_id = self._access.principal.user_id
        return editing(self._guard, patient_id, user_id=user_id, reason=reason, at=self._now())

    def _require_may(self, patient_id: PatientId, kind: Recorded, row_id: int) -> None:
        """Before the unit of work: the audit of a refusal is one of its own."""
        if not (kind is Recorded.OBSERVATION and self._is_vital(patient_id, row_id)):
            self._access.require(Action.RECORD_CORRECT)

    def _is_vital(self, patient_id: PatientId, observation_id: int) -> bool:
        with self._guard.reading(patient_id) as session:
            concept = catalog().by_code(observations.code(session, patient_id, observation_id))
        return concept is not None and concept.category == "vital"


def _result(row: Row, correction: ResultCorrection) -> Result:
    if row["value"] is None:
        return corrected_text(correction.value)
    concept = catalog().by_code(row["code"])
    return corrected_number(correction.value, correction.unit, concept, row["unit"])


def _tidy(value: Any) -> Any:
    return " ".join(value.split()) if type(value) is str else value
