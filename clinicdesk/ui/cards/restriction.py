"""Who may open a record: everybody who reads records, or the few it is open to."""

from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from clinicdesk.domain.account import AccountName
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.restriction import Grant, RecordAccess
from clinicdesk.services.restrictions import Restrictions
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.choose_account import ChooseAccountDialog
from clinicdesk.ui.dialogs.confirm import confirm
from clinicdesk.ui.dialogs.reason import ReasonDialog
from clinicdesk.ui.drafting import Drafting
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import LEAST, RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.forms import Card, label

OPEN = "Everybody whose role reads records may open it."
RESTRICT, LIFT = "restrict", "lift"  # kinds of drafts
ONLY_NOW = "Whoever restricted it, or an administrator, decides to whom it opens."


class RestrictionCard(Card):
    """Says it, and changes it where the person decides."""

    failed = Signal(Exception)
    said = Signal(str)
    changed = Signal(int)  # PatientId, of a record that may show itself otherwise now

    def __init__(
        self,
        restrictions: Restrictions,
        confirming: Confirming,
        runner: TaskRunner,
        zone: ZoneInfo,
        parent: QWidget | None = None,
        *,
        drafting: Drafting,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._drafting = drafting
        drafting.offer(RESTRICT, partial(self._reopen, self.ask_restrict))
        drafting.offer(LIFT, partial(self._reopen, self.ask_lift))
        self._restrictions, self._confirming = restrictions, confirming
        self._runner, self._zone = runner, zone
        self._patient_id: PatientId | None = None
        self._access: RecordAccess | None = None
        self.state, self.reason = label(""), label("", "muted")
        for words in (self.state, self.reason):
            words.setWordWrap(True)
        columns = _columns(zone)
        self.model: RecordTableModel[Grant] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("To whom the record is open"))
        self.restrict = QPushButton(self.tr("Restrict…"))
        self.grant = QPushButton(self.tr("Open to a colleague…"))
        self.withdraw = QPushButton(self.tr("Withdraw…"))
        self.lift = QPushButton(self.tr("Lift the restriction…"))
        self.table.setMinimumHeight(LEAST)
        self._lay_out()
        self.show_patient(None)

        self.restrict.clicked.connect(self.ask_restrict)
        self.grant.clicked.connect(self.ask_grant)
        self.withdraw.clicked.connect(self.ask_withdraw)
        self.lift.clicked.connect(self.ask_lift)

    @property
    def chosen(self) -> Grant | None:
        """The colleague of the row that is selected."""
        at = self.table.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    def show_patient(self, patient_id: PatientId | None) -> None:
        """Ask about this record, or show none."""
        self._patient_id = patient_id
        self._show(None)
        if patient_id is not None:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        if self._patient_id is None:
            return
        work = blink(self._restrictions.access, self._patient_id)
        task = self._runner.start(self, "read access", work)
        task.succeeded.connect(partial(self._take, self._patient_id))
        task.failed.connect(self.failed)

    def _take(self, patient_id: PatientId, access: RecordAccess) -> None:
        if patient_id == self._patient_id:
            self._show(access)

    def _show(self, access: RecordAccess | None) -> None:
        self._access = access
        restriction = access.restriction if access else None
        decides = access is not None and access.decides
        self.state.setText(_state_text(access, self._zone))
        self.reason.setText(_reason_text(access))
        self.reason.setVisible(bool(self.reason.text()))
        self.model.show_rows(access.grants if access else ())
        self.table.setVisible(restriction is not None and decides)
        if self.model.rows:
            self.table.selectRow(0)
        self.restrict.setVisible(decides and restriction is None)
        for button in (self.grant, self.withdraw, self.lift):
            button.setVisible(decides and restriction is not None)
        self.grant.setEnabled(access is not None and bool(access.colleagues))
        self.withdraw.setEnabled(bool(self.model.rows))

    @Slot()
    def ask_restrict(self) -> None:
        dialog = ReasonDialog(
            self.tr("Restrict this record?"),
            self.tr(
                "It stays in the list under its name, and opens to you alone and to whom you open"
                " it. Others open it in an emergency only, with a reason that is reviewed."
            ),
            self.tr("Restrict it"),
            self,
        )
        self._keep(dialog, RESTRICT)
        dialog.given.connect(
            partial(
                self._do, self._restrictions.restrict, self.tr("The record is restricted to you.")
            )
        )
        dialog.open()

    @Slot()
    def ask_lift(self) -> None:
        dialog = ReasonDialog(
            self.tr("Lift the restriction?"),
            self.tr("Everybody whose role reads records may open it then, without a reason."),
            self.tr("Lift it"),
            self,
        )
        self._keep(dialog, LIFT)
        dialog.given.connect(
            partial(
                self._do, self._restrictions.unrestrict, self.tr("The record is open to all again.")
            )
        )
        dialog.open()

    @Slot()
    def ask_grant(self) -> None:
        if self._access is None:
            return
        dialog = ChooseAccountDialog(
            self.tr("Open this record to a colleague?"),
            self.tr("They see it as you do, and decide with you who sees it."),
            self.tr("Open it to them"),
            self._access.colleagues,
            self,
        )
        dialog.chosen.connect(self._grant)
        dialog.open()

    @Slot(object)
    def _grant(self, colleague: AccountName) -> None:
        said = self.tr("The record is open to {} as well.").format(colleague.login)
        self._do(self._restrictions.grant, said, colleague.login)

    @Slot()
    def ask_withdraw(self) -> None:
        grant = self.chosen
        if grant is None:
            return
        said = self.tr("The record is closed to {}.").format(grant.login)
        confirm(
            self,
            self.tr("Close this record to {}?").format(grant.login),
            self.tr("What they have read they know. They open it in an emergency only."),
            self.tr("Close it to them"),
            partial(self._do, self._restrictions.withdraw, said, grant.login),
        )

    def _keep(self, dialog: ReasonDialog, kind: str) -> None:
        """Keep the reason as a draft until the work that it is for is done."""
        place = f"{kind}:{self._patient_id}"
        self._drafting.watch(dialog, place, {"reason": dialog.reason}, self._patient_id)

    def _reopen(self, ask: Callable[[], None], place: str) -> None:
        if place.rpartition(":")[2] == str(self._patient_id):
            ask()

    def _do(self, verb: Callable[[PatientId, str], Any], said: str, what: str) -> None:
        if self._patient_id is None:
            return
        work = blink(verb, self._patient_id, what)
        task = self._confirming.start(self, "change access", work)
        task.succeeded.connect(partial(self._say, self._patient_id, said))
        task.failed.connect(self.failed)

    def _say(self, patient_id: PatientId, said: str, _: object) -> None:
        for kind in (RESTRICT, LIFT):
            self._drafting.discard(f"{kind}:{patient_id}")
        self.said.emit(said)
        self.changed.emit(patient_id)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.restrict, self.grant, self.withdraw, self.lift):
            row.addWidget(button)
        row.addStretch(1)
        self.rows.addWidget(label(self.tr("Who may open this record"), "heading"))
        self.rows.addWidget(self.state)
        self.rows.addWidget(self.reason)
        self.rows.addWidget(self.table, stretch=1)
        self.rows.addLayout(row)
        self.rows.addStretch(0)


def _state_text(access: RecordAccess | None, zone: ZoneInfo) -> str:
    if access is None:
        return ""
    found = access.restriction
    if found is None:
        return OPEN
    return f"Restricted by {found.set_by} on {instant_text(found.at, zone)}."


def _reason_text(access: RecordAccess | None) -> str:
    if access is None or access.restriction is None:
        return ""
    reason = f"Reason: {access.restriction.reason}" if access.restriction.reason else ""
    return "\n".join(filter(None, (reason, "" if access.decides else ONLY_NOW)))


def _columns(zone: ZoneInfo) -> list[Column[Grant]]:
    return [
        Column("Open to", lambda g: g.login, "dr.schwarz", stretch=True, bold=True),
        Column("By", lambda g: g.granted_by, "dr.schwarz"),
        Column("Since", lambda g: instant_text(g.at, zone), WHEN),
    ]
