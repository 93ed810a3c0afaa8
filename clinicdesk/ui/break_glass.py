"""A restricted record and the emergency that opens it: asked, opened, counted down, closed."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Slot

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.restriction import EmergencyAccess
from clinicdesk.services.emergencies import Emergencies
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.break_glass import BreakGlassDialog
from clinicdesk.ui.drafting import Drafting
from clinicdesk.ui.pages.patient import PatientPage
from clinicdesk.ui.tasks import TaskRunner, blink

KIND = "break-glass"  # of a draft


class BreakGlass(QObject):
    """Stands between the page of a patient and the emergencies of the store."""

    def __init__(
        self,
        page: PatientPage,
        emergencies: Emergencies,
        confirming: Confirming,
        now: Callable[[], datetime],
        runner: TaskRunner,
        *,
        drafting: Drafting,
    ) -> None:
        super().__init__(page)
        self._drafting = drafting
        drafting.offer(KIND, lambda _place: self.ask())
        self._page, self._emergencies = page, emergencies
        self._confirming, self._now, self._runner = confirming, now, runner
        page.closed.allow_opening()
        page.closed.opening_wanted.connect(self.ask)
        page.restricted_shown.connect(self._look)

    @Slot()
    def ask(self) -> BreakGlassDialog:
        """Ask for the reason to open the record that is refused."""
        dialog = BreakGlassDialog(self._page)
        patient_id = self._page.patient_id
        place = f"{KIND}:{patient_id}"
        self._drafting.watch(dialog, place, {"reason": dialog.reason}, patient_id)
        dialog.given.connect(self._open)
        dialog.open()
        return dialog

    @Slot(str)
    def _open(self, reason: str) -> None:
        if self._page.patient_id is None:
            return
        work = blink(self._emergencies.break_glass, self._page.patient_id, reason)
        task = self._confirming.start(self._page, "break glass", work)
        task.succeeded.connect(self._show)
        task.failed.connect(self._page.failed)

    @Slot(object)
    def _show(self, access: EmergencyAccess) -> None:
        self._drafting.discard(f"{KIND}:{access.patient_id}")
        if access.patient_id == self._page.patient_id:
            self._page.open(access.patient_id)

    @Slot(int)
    def _look(self, patient_id: PatientId) -> None:
        """Say under what emergency a restricted record is on the screen, if it is one."""
        task = self._runner.start(
            self._page, "read emergencies", blink(self._emergencies.open_accesses)
        )
        task.succeeded.connect(self._say)
        task.failed.connect(self._page.failed)

    @Slot(object)
    def _say(self, accesses: Sequence[EmergencyAccess]) -> None:
        running = [each for each in accesses if each.patient_id == self._page.patient_id]
        if running:
            self._page.emergency.show_access(max(running, key=lambda a: a.expires_at), self._now)
