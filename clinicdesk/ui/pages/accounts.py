"""Who may unlock this store, and as what; for its administrators."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.account import AccountSummary, TemporaryPassword
from clinicdesk.domain.display import date_text
from clinicdesk.services.accounts import Accounts
from clinicdesk.ui.clipboard import SecretClipboard
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.confirm import confirm
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tables.columns import DAY, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner, Work, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.account_card import AccountCard, state_text
from clinicdesk.ui.widgets.account_form import AccountForm
from clinicdesk.ui.widgets.forms import Card, label
from clinicdesk.ui.widgets.secret_card import SecretCard

SIDE = 340  # px: the panel beside the table
ONCE = "It is shown once. They choose a password of their own when they first unlock with it."


class AccountsPage(QWidget):
    """The table on the left; on the right the chosen account, a new one, or a password to give."""

    failed = Signal(Exception)
    said = Signal(str)
    listed = Signal()

    def __init__(
        self,
        accounts: Accounts,
        confirming: Confirming,
        clipboard: SecretClipboard,
        theme: Theme,
        runner: TaskRunner,
        *,
        own_id: int,
        zone: ZoneInfo,
    ) -> None:
        super().__init__()
        self._accounts, self._own_id = accounts, own_id
        self._confirming, self._runner = confirming, runner
        columns = _columns(zone)
        self.model: RecordTableModel[AccountSummary] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Users"))
        self._add = CommandButton("add", self.tr("Add a user (Ctrl+N)"), theme, kind="primary")
        self._add.setText(self.tr("Add a user"))
        self._add.setShortcut("Ctrl+N")
        self.card, self.form = AccountCard(), AccountForm()
        self.secret = SecretCard(clipboard, theme)
        self._progress = QProgressBar(maximum=0, textVisible=False)
        self._doing = label("", "muted")
        self._doing.setWordWrap(True)
        self._side = QStackedWidget()
        self._lay_out()
        self._wait("")

        self._add.clicked.connect(self.start_adding)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.form.wanted.connect(self._add_account)
        self.form.left.connect(self._show_current)
        self.secret.put_away.connect(self._show_current)
        self.card.role_wanted.connect(self._change_role)
        self.card.reset_wanted.connect(self._reset)
        self.card.deactivate_wanted.connect(self._deactivate)
        self.card.reactivate_wanted.connect(self._reactivate)
        self.card.remove_wanted.connect(self._ask_remove)

    @property
    def chosen(self) -> AccountSummary | None:
        """The account of the row that is selected."""
        at = self.table.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    @Slot()
    def refresh(self) -> None:
        task = self._runner.start(self, "list accounts", blink(self._accounts.list))
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)

    @Slot()
    def start_adding(self) -> None:
        self._side.setCurrentWidget(self.form)
        self.form.start_over()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot(object)
    def _show(self, accounts: Sequence[AccountSummary]) -> None:
        chosen = self.chosen
        self.model.show_rows(accounts)
        ids = [account.id for account in accounts]
        self.table.selectRow(ids.index(chosen.id) if chosen and chosen.id in ids else 0)
        self._show_details()
        self.listed.emit()

    @Slot()
    def _choose(self) -> None:
        """Another row was chosen; the same one, in a list read anew, takes no password away."""
        before = self.card.account
        if self.chosen is not None and (before is None or before.id != self.chosen.id):
            self._show_current()

    @Slot()
    def _show_current(self) -> None:
        """Show the chosen account; a password that was on the screen is gone."""
        self.secret.clear()
        self._side.setCurrentWidget(self.card)
        self._show_details()

    def _show_details(self) -> None:
        if self.chosen is not None:
            self.card.show_account(self.chosen, own=self.chosen.id == self._own_id)

    @Slot()
    def _add_account(self) -> None:
        work = blink(self._accounts.add, self.form.login, self.form.role, self.form.display_name)
        self._run(self.tr("Adding the user"), work, self._hand_over)

    @Slot()
    def _reset(self) -> None:
        self._with_chosen(self.tr("Resetting the password"), self._accounts.reset, self._hand_over)

    @Slot()
    def _reactivate(self) -> None:
        self._with_chosen(
            self.tr("Opening the account"), self._accounts.reactivate, self._hand_over
        )

    @Slot()
    def _deactivate(self) -> None:
        said = self.tr("The account is closed.")
        self._with_chosen(
            self.tr("Closing the account"), self._accounts.deactivate, lambda _: self._say(said)
        )

    @Slot(str)
    def _change_role(self, role: str) -> None:
        if self.chosen is not None:
            work = blink(self._accounts.change_role, self.chosen.id, role)
            said = self.tr("The role is changed; it counts from their next unlocking on.")
            self._run(self.tr("Changing the role"), work, lambda _: self._say(said))

    @Slot()
    def _ask_remove(self) -> None:
        if self.chosen is None:
            return
        confirm(
            self,
            self.tr("Remove {} for cause?").format(self.chosen.login),
            self.tr(
                "The account is closed and the whole store is encrypted under a new key. That "
                "takes some 15 seconds a gigabyte and 2.2 times its room on the disk. What they "
                "have seen or copied before cannot be taken back."
            ),
            self.tr("Remove and encrypt anew"),
            self._remove,
        )

    @Slot()
    def _remove(self) -> None:
        said = self.tr("The account is closed and the store has a new key.")
        doing = self.tr("Encrypting the store under a new key. Leave the computer on.")
        if self.chosen is not None:
            work = partial(self._accounts.remove, self.chosen.id)  # tells how far it is
            self._run(doing, work, lambda _: self._say(said))

    def _with_chosen(
        self, doing: str, act: Callable[[int], Any], then: Callable[[Any], None]
    ) -> None:
        if self.chosen is not None:
            self._run(doing, blink(act, self.chosen.id), then)

    def _run(self, doing: str, work: Work, then: Callable[[Any], None]) -> None:
        self._wait(doing)
        task = self._confirming.start(self, "change accounts", work)
        task.progressed.connect(self._show_progress)
        task.succeeded.connect(then)
        task.succeeded.connect(self.refresh)
        task.failed.connect(self.failed)
        task.finished.connect(partial(self._wait, ""))

    def _hand_over(self, given: TemporaryPassword) -> None:
        title = self.tr("Temporary password of {}").format(given.account.login)
        self.secret.show_secret(title, given.password, ONCE)
        self._side.setCurrentWidget(self.secret)

    def _say(self, text: str) -> None:
        self.said.emit(text)

    @Slot(float, str)
    def _show_progress(self, fraction: float, message: str) -> None:
        self._progress.setMaximum(100)
        self._progress.setValue(round(100 * fraction))
        self._doing.setText(f"{message}. {self.tr('Leave the computer on.')}")

    def _wait(self, doing: str) -> None:
        self._doing.setText(doing)
        self._progress.setMaximum(0)  # until it is known how much there is to do
        self._waiting.setVisible(bool(doing))
        for widget in (self._side, self.table, self._add):
            widget.setEnabled(not doing)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(label(self.tr("Users"), "title"))
        top.addStretch(1)
        top.addWidget(self._add)
        self._waiting = QWidget()
        waiting = QVBoxLayout(self._waiting)
        waiting.setContentsMargins(0, 0, 0, 0)
        waiting.addWidget(self._doing)
        waiting.addWidget(self._progress)
        for widget in (self.card, self.form, self.secret):
            self._side.addWidget(widget)
        panel = Card(margin=16, gap=12)
        panel.rows.addWidget(self._side, stretch=1)
        panel.rows.addWidget(self._waiting)
        side = QScrollArea()
        side.setWidgetResizable(True)
        side.setFixedWidth(SIDE)
        side.setWidget(panel)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self.table, stretch=1)
        columns.addWidget(side)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(top)
        rows.addLayout(columns, stretch=1)


def _columns(zone: ZoneInfo) -> list[Column[AccountSummary]]:
    return [
        Column("Login", lambda a: a.login, "dr.schwarzenberger", bold=True),
        Column("Name", lambda a: a.display_name, stretch=True),
        Column("Role", lambda a: a.role.capitalize(), "Administrator"),
        Column("State", state_text, "Temporary password"),
        Column("Since", lambda a: date_text(a.created_at.astimezone(zone).date()), DAY),
    ]
