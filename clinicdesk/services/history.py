"""What a record said before: every change with the old value, the new, who, when and why."""

from collections.abc import Callable
from datetime import datetime

from clinicdesk.domain.change import Change
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import history
from clinicdesk.storage.guard import RecordGuard


class History:
    """The changes of records."""

    def __init__(self, access: Access, guard: RecordGuard, now: Callable[[], datetime]) -> None:
        self._access = access
        self._guard = guard
        self._now = now

    @requires(Action.PATIENT_READ)
    def of_patient(self, patient_id: PatientId, progress: Progress = SILENT) -> list[Change]:
        """The newest 1,000 changes, newest first; the audit says who looked."""
        progress.raise_if_cancelled()
        with self._guard.writing(patient_id) as session:
            changes = history.of_patient(session, patient_id)
            self._guard.record(session, patient_id, "history.view", at=self._now())
        return changes
