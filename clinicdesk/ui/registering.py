"""Registering from the patient list: asked, whoever is known already told, kept, and opened."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from clinicdesk.domain.correction import PatientCorrection
from clinicdesk.services.registering import Registering
from clinicdesk.ui.dialogs.register import RegisterDialog
from clinicdesk.ui.drafting import Drafting
from clinicdesk.ui.pages.patient_list import PatientListPage
from clinicdesk.ui.tasks import Task, TaskRunner, blink

PLACE = "register"


class RegisteringByHand(QObject):
    """Stands between the patient list and the registering of the store."""

    registered = Signal(int)  # PatientId, of somebody new, or of one who was there already
    failed = Signal(Exception)

    def __init__(
        self,
        page: PatientListPage,
        registering: Callable[[], Registering],
        *,
        drafting: Drafting,
        runner: TaskRunner,
    ) -> None:
        super().__init__(page)
        self._page, self._registering = page, registering
        self._drafting, self._runner = drafting, runner
        self._looking: Task | None = None
        page.offer_registering(self.ask)

    @Slot()
    def ask(self) -> RegisterDialog:
        """Ask who the new patient is."""
        dialog = RegisterDialog(self._page)
        self._drafting.watch(dialog, PLACE, dialog.typed_fields)
        dialog.typed.connect(partial(self._look, dialog))
        dialog.wanted.connect(partial(self._register, dialog))
        dialog.known_chosen.connect(self.registered)
        dialog.open()
        return dialog

    def _look(self, dialog: RegisterDialog, person: PatientCorrection, number: str) -> None:
        """Look for those who may be the same; the answer to what was typed before is dropped."""
        if self._looking is not None:
            self._looking.cancel()
        work = blink(_lookalikes, self._registering, person, number)
        self._looking = self._runner.start(dialog, "look for the same", work)
        self._looking.succeeded.connect(dialog.show_known)
        self._looking.failed.connect(self.failed)
        self._looking.finished.connect(self._looked)

    @Slot()
    def _looked(self) -> None:
        if self._looking is not None and self.sender() is self._looking:
            self._looking = None

    def _register(self, dialog: RegisterDialog, person: PatientCorrection, number: str) -> None:
        task = self._runner.start(
            dialog, "register", blink(_register, self._registering, person, number)
        )
        task.succeeded.connect(dialog.accept_kept)
        task.succeeded.connect(self._open)
        task.failed.connect(dialog.refuse)

    @Slot(object)
    def _open(self, patient_id: int) -> None:
        self._drafting.discard(PLACE)
        self._page.refresh()
        self.registered.emit(patient_id)


def _lookalikes(
    registering: Callable[[], Registering], person: PatientCorrection, number: str
) -> object:
    return registering().lookalikes(person, number)


def _register(
    registering: Callable[[], Registering], person: PatientCorrection, number: str
) -> object:
    return registering().register(person, number)
