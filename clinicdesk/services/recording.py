"""Write into a record what no file brings: what was measured, and by whom it was written down."""

from collections.abc import Callable
from datetime import datetime

from clinicdesk.domain.correction import require_possible_time
from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.domain.roles import Action
from clinicdesk.domain.vital_signs import VitalSet, checked
from clinicdesk.errors import BadInput
from clinicdesk.services.access import Access, requires
from clinicdesk.storage import entries, patients
from clinicdesk.storage.guard import RecordGuard


class Recording:
    """What people add by hand."""

    def __init__(self, access: Access, guard: RecordGuard, now: Callable[[], datetime]) -> None:
        self._access = access
        self._guard = guard
        self._now = now

    @requires(Action.VITALS_RECORD)
    def vitals(self, patient_id: PatientId, vital_set: VitalSet) -> int:
        """Add a set of vital signs, all of it or nothing; return how many values it has.

        Raise `BadVitalSigns` with all that is wrong, `BadInput` for a time that cannot be.
        """
        kept, now = checked(vital_set), self._now()
        user_id = self._access.principal.user_id
        with self._guard.writing(patient_id) as session:
            summary = patients.get(session, patient_id).summary
            require_possible_time(vital_set.taken_at, now, summary.birth_date)
            _require_alive(summary, vital_set.taken_at)
            rows = entries.add_observations(
                session,
                patient_id,
                kept,
                taken_at=vital_set.taken_at,
                user_id=user_id,
                at=now,
            )
            detail = {"kind": "observation", "rows": rows}
            self._guard.record(session, patient_id, "record.enter", detail=detail, at=now)
        return len(kept)


def _require_alive(patient: PatientSummary, at: datetime) -> None:
    """The day after may be the night of the death, in another zone."""
    died = patient.deceased_on
    if died and (at.date() - died).days > 1:
        raise BadInput("This time is after the patient's death. Check the date, and the patient.")
