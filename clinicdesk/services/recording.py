"""Write into a record what no file brings: what was measured, and by whom it was written down."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, tzinfo

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.allergy_check import AgainstAllergy, against
from clinicdesk.domain.correction import require_possible_time
from clinicdesk.domain.entry import NewAllergy, NewEntry, NewPrescription, require_possible
from clinicdesk.domain.patient import AllergyStatus, PatientId, PatientSummary
from clinicdesk.domain.roles import Action
from clinicdesk.domain.vital_signs import VitalSet, checked
from clinicdesk.errors import BadInput
from clinicdesk.services.access import Access, requires
from clinicdesk.storage.entries import Entering, entering
from clinicdesk.storage.guard import RecordGuard


class Recording:
    """What people add by hand. Vital signs are a nurse's too; the rest is a clinician's."""

    def __init__(
        self, access: Access, guard: RecordGuard, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._access = access
        self._guard = guard
        self._zone = zone
        self._now = now

    @requires(Action.VITALS_RECORD)
    def vitals(self, patient_id: PatientId, vital_set: VitalSet) -> int:
        """Add a set of vital signs, all of it or nothing; return how many values it has.

        Raise `BadVitalSigns` with all that is wrong, `BadInput` for a time that cannot be.
        """
        kept, now = checked(vital_set), self._now()
        with self._entering(patient_id, now) as record:
            patient = record.summary()
            require_possible_time(vital_set.taken_at, now, patient.birth_date)
            _require_alive(patient, vital_set.taken_at)
            record.add_observations(kept, vital_set.taken_at)
        return len(kept)

    @requires(Action.RECORD_ENTER)
    def entry(self, patient_id: PatientId, entry: NewEntry, despite: str = "") -> int:
        """Add a problem, a prescription, an allergy or a visit; return its row id.

        despite: why a medication is prescribed against an allergy; it stands beside the drug (F13).
        Raise `BadInput` for what cannot be, `AgainstAllergy` where there is no such reason.
        """
        now = self._now()
        with self._entering(patient_id, now) as record:
            require_possible(entry, record.summary().birth_date, now, self._day(now))
            if isinstance(entry, NewPrescription):
                found = against(entry.display, record.allergies())
                entry = _despite(entry, found, despite)
                return record.add(entry, allergies=[each.id for each in found])
            if isinstance(entry, NewAllergy):
                known_on = entry.recorded_on or self._day(now)
                record.know_allergies(AllergyStatus.KNOWN, known_on)
            return record.add(entry)

    @requires(Action.RECORD_ENTER)
    def no_known_allergies(self, patient_id: PatientId) -> None:
        """Say that somebody asked today, and that there are none (F03).

        Raise `BadInput` where an allergy stands in the record: that one is judged first.
        """
        now = self._now()
        with self._entering(patient_id, now) as record:
            if record.allergies():
                raise BadInput("The record has an allergy. Mark it as entered in error first.")
            record.know_allergies(AllergyStatus.NONE_KNOWN, self._day(now))

    def _entering(self, patient_id: PatientId, at: datetime) -> AbstractContextManager[Entering]:
        return entering(self._guard, patient_id, user_id=self._access.principal.user_id, at=at)

    def _day(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()


def _despite(
    entry: NewPrescription, found: Sequence[AllergyIntolerance], why: str
) -> NewPrescription:
    """The prescription with the reason that it stands against an allergy."""
    if not found:
        return entry
    names = ", ".join(each.display or each.code for each in found)
    if not why.strip():
        raise AgainstAllergy(names)
    told = f"Despite allergy ({names}): {why.strip()}"
    return replace(entry, reason=f"{entry.reason}. {told}" if entry.reason else told)


def _require_alive(patient: PatientSummary, at: datetime) -> None:
    """The day after may be the night of the death, in another zone."""
    died = patient.deceased_on
    if died and (at.date() - died).days > 1:
        raise BadInput("This time is after the patient's death. Check the date, and the patient.")
