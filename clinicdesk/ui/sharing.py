"""Share a record with its patient, where the patient has an account."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Slot

from clinicdesk.domain.display import date_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.shared import PatientAccount
from clinicdesk.services.shares import Shares
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.confirm import confirm
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.pages.patient import PatientPage
from clinicdesk.ui.tasks import TaskRunner, blink


class Sharing(QObject):
    """Stands between the page of a patient and what lies ready for them."""

    def __init__(
        self, page: PatientPage, shares: Shares, confirming: Confirming, runner: TaskRunner
    ) -> None:
        super().__init__(page)
        self._page, self._shares = page, shares
        self._confirming, self._runner = confirming, runner
        self._account: PatientAccount | None = None
        page.loaded.connect(self._look)
        page.share.clicked.connect(self.ask)

    @Slot(int)
    def _look(self, patient_id: PatientId) -> None:
        """See whether there is an account to share with."""
        work = blink(self._shares.of_patient, patient_id)
        task = self._runner.start(self._page, "read shares", work)
        task.succeeded.connect(self._offer)
        task.failed.connect(self._page.failed)

    @Slot(object)
    def _offer(self, accounts: Sequence[PatientAccount]) -> None:
        mine = [each for each in accounts if each.patient.id == self._page.patient_id]
        self._account = mine[0] if mine else None
        self._page.share.setVisible(self._account is not None)

    @Slot()
    def ask(self) -> Question | None:
        """Say what sharing means before it is done: what was read cannot be taken back."""
        account = self._account
        if account is None or account.patient.id != self._page.patient_id:
            return None
        return confirm(
            self._page,
            self.tr("Share this record with its patient?"),
            self.tr(
                "{} gets a copy of the record as it is now. {} What they read cannot be taken back."
            ).format(account.login, _before(account)),
            self.tr("Share the record"),
            partial(self._share, account),
        )

    def _share(self, account: PatientAccount) -> None:
        work = blink(self._shares.share, account.patient.id, account.account_id)
        task = self._confirming.start(self._page, "share record", work)
        task.succeeded.connect(self._say_shared)
        task.failed.connect(self._page.failed)

    @Slot(object)
    def _say_shared(self, shared: PatientAccount) -> None:
        self._page.said.emit(self.tr("The record is shared with its patient."))
        if shared.patient.id == self._page.patient_id:
            self._account = shared


def _before(account: PatientAccount) -> str:
    if account.shared_at is None:
        return "Nothing is shared with them yet."
    return f"It replaces the one of {date_text(account.shared_at.date())}."
