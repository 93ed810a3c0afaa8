"""The patient's own account, and the copy of the record that lies ready for it."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from clinicdesk.domain.account import AccountName
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.shared import PatientAccount
from clinicdesk.services.shares import Shares
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.choose_account import ChooseAccountDialog
from clinicdesk.ui.dialogs.confirm import confirm
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import LEAST, RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner, Work, blink
from clinicdesk.ui.widgets.forms import Card, label

NOT_YET = "This patient has no account here. An administrator links one."
NONE_TO_LINK = (
    "This patient has no account here. Add one with the role Patient under Users, then link it."
)


class SharingCard(Card):
    """Clinicians share and revoke; administrators also say whose an account is."""

    failed = Signal(Exception)
    said = Signal(str)

    def __init__(
        self,
        shares: Shares,
        confirming: Confirming,
        runner: TaskRunner,
        zone: ZoneInfo,
        parent: QWidget | None = None,
        *,
        links: bool,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._shares, self._confirming = shares, confirming
        self._runner, self._zone, self._links = runner, zone, links
        self._patient_id: PatientId | None = None
        self._free: Sequence[AccountName] = ()
        self.state = label("")
        self.state.setWordWrap(True)
        columns = _columns(zone)
        self.model: RecordTableModel[PatientAccount] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Accounts of the patient"))
        self.share = QPushButton(self.tr("Share…"))
        self.revoke = QPushButton(self.tr("Revoke…"))
        self.link = QPushButton(self.tr("Link an account…"))
        self.unlink = QPushButton(self.tr("Unlink…"))
        self.table.setMinimumHeight(LEAST)
        self._lay_out()
        self.show_patient(None)

        self.table.selectionModel().currentRowChanged.connect(self._offer)
        self.share.clicked.connect(self.ask_share)
        self.revoke.clicked.connect(self.ask_revoke)
        self.link.clicked.connect(self.ask_link)
        self.unlink.clicked.connect(self.ask_unlink)

    @property
    def chosen(self) -> PatientAccount | None:
        """The account of the row that is selected."""
        at = self.table.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    def show_patient(self, patient_id: PatientId | None) -> None:
        """Ask about this patient, or show none."""
        self._patient_id = patient_id
        self._free = ()
        self._show(())
        self.state.setText("")
        if patient_id is not None:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        if self._patient_id is None:
            return
        work = blink(_read, self._shares, self._patient_id, links=self._links)
        task = self._runner.start(self, "read shares", work)
        task.succeeded.connect(partial(self._take, self._patient_id))
        task.failed.connect(self.failed)

    def _take(
        self,
        patient_id: PatientId,
        found: tuple[Sequence[PatientAccount], Sequence[AccountName]],
    ) -> None:
        if patient_id == self._patient_id:
            accounts, self._free = found
            self._show(accounts)

    def _show(self, accounts: Sequence[PatientAccount]) -> None:
        self.model.show_rows(accounts)
        self.table.setVisible(bool(accounts))
        self.state.setText("" if accounts else NONE_TO_LINK if self._must_add() else NOT_YET)
        self.state.setVisible(not accounts)
        if accounts:
            self.table.selectRow(0)
        self._offer()

    def _must_add(self) -> bool:
        return self._links and not self._free

    @Slot()
    def _offer(self) -> None:
        account = self.chosen
        self.share.setVisible(account is not None)
        self.revoke.setVisible(account is not None)
        self.revoke.setEnabled(account is not None and account.shared_at is not None)
        self.unlink.setVisible(self._links and account is not None)
        self.link.setVisible(self._links)
        self.link.setEnabled(bool(self._free))

    @Slot()
    def ask_share(self) -> Question | None:
        """Say what sharing means before it is done: what was read cannot be taken back."""
        account = self.chosen
        if account is None:
            return None
        return confirm(
            self,
            self.tr("Share this record with its patient?"),
            self.tr(
                "{} gets a copy of the record as it is now. {} What they read cannot be taken back."
            ).format(account.login, _before(account, self._zone)),
            self.tr("Share the record"),
            partial(
                self._do,
                blink(self._shares.share, account.patient.id, account.account_id),
                self.tr("The record is shared with its patient."),
            ),
        )

    @Slot()
    def ask_revoke(self) -> Question | None:
        account = self.chosen
        if account is None:
            return None
        return confirm(
            self,
            self.tr("Revoke what is shared?"),
            self.tr(
                "The copy that lies ready for {} is deleted. What they have read or copied stays"
                " with them."
            ).format(account.login),
            self.tr("Delete the copy"),
            partial(
                self._do,
                blink(self._shares.revoke, account.patient.id, account.account_id),
                self.tr("The shared copy is deleted."),
            ),
        )

    @Slot()
    def ask_link(self) -> None:
        dialog = ChooseAccountDialog(
            self.tr("Whose account is it?"),
            self.tr(
                "Link an account to the patient named above. Check an identity document first:"
                " whoever holds the account reads what is shared. Nothing is shared by linking."
            ),
            self.tr("Link it"),
            self._free,
            self,
        )
        dialog.chosen.connect(self._link)
        dialog.open()

    @Slot(object)
    def _link(self, account: AccountName) -> None:
        if self._patient_id is not None:
            said = self.tr("{} is the account of this patient.").format(account.login)
            self._do(blink(self._shares.link, account.id, self._patient_id), said)

    @Slot()
    def ask_unlink(self) -> Question | None:
        account = self.chosen
        if account is None:
            return None
        return confirm(
            self,
            self.tr("Unlink {}?").format(account.login),
            self.tr("It is nobody's account then, and what was shared with it is deleted."),
            self.tr("Unlink it"),
            partial(
                self._do,
                blink(self._shares.unlink, account.account_id),
                self.tr("{} is no longer the account of this patient.").format(account.login),
            ),
        )

    def _do(self, work: Work, said: str) -> None:
        task = self._confirming.start(self, "change shares", work)
        task.succeeded.connect(partial(self._say, said))
        task.failed.connect(self.failed)

    def _say(self, said: str, _: object) -> None:
        self.said.emit(said)
        self.refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.share, self.revoke, self.link, self.unlink):
            row.addWidget(button)
        row.addStretch(1)
        self.rows.addWidget(label(self.tr("The patient's own account"), "heading"))
        self.rows.addWidget(self.state)
        self.rows.addWidget(self.table, stretch=1)
        self.rows.addLayout(row)
        self.rows.addStretch(0)


def _read(
    shares: Shares, patient_id: PatientId, *, links: bool
) -> tuple[Sequence[PatientAccount], Sequence[AccountName]]:
    return shares.of_patient(patient_id), shares.unlinked() if links else ()


def _before(account: PatientAccount, zone: ZoneInfo) -> str:
    if account.shared_at is None:
        return "Nothing is shared with them yet."
    return f"It replaces the one of {instant_text(account.shared_at, zone)}."


def _columns(zone: ZoneInfo) -> list[Column[PatientAccount]]:
    def shared(account: PatientAccount) -> str:
        return instant_text(account.shared_at, zone) if account.shared_at else "Nothing"

    return [
        Column("Account", lambda a: a.login, "dr.schwarz", stretch=True, bold=True),
        Column("Shared", shared, WHEN),
        Column("By", lambda a: a.shared_by, "dr.schwarz"),
    ]
