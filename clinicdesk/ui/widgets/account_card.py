"""One account: who it is, and what an administrator can do about it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clinicdesk.domain.account import AccountSummary
from clinicdesk.ui.widgets.account_form import RoleChoice
from clinicdesk.ui.widgets.forms import button, label


class AccountCard(QWidget):
    """Only what is possible for this account is there."""

    role_wanted = Signal(str)
    reset_wanted = Signal()
    deactivate_wanted = Signal()
    reactivate_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.account: AccountSummary | None = None
        self._name = label("", "title")
        self._name.setWordWrap(True)
        self._facts = label("", "muted")
        self._facts.setWordWrap(True)
        self._note = label("")
        self._note.setWordWrap(True)
        self._role = RoleChoice()
        self._change_role = QPushButton(self.tr("Change the role"))
        self._reset = QPushButton(self.tr("Reset the password…"))
        self._deactivate = QPushButton(self.tr("Deactivate"))
        self._reactivate = button(self.tr("Reactivate…"), "primary")
        self._remove = QPushButton(self.tr("Remove for cause…"))
        self._why_remove = label(
            self.tr(
                "For somebody who may have kept a copy of the store: closes the account and "
                "encrypts everything anew, so that their password opens nothing written later."
            ),
            "muted",
        )
        self._why_remove.setWordWrap(True)
        self._rules = [_rule(), _rule()]
        self._lay_out()

        self._role.chosen.connect(self._compare_role)
        self._change_role.clicked.connect(self._want_role)
        self._reset.clicked.connect(self.reset_wanted)
        self._deactivate.clicked.connect(self.deactivate_wanted)
        self._reactivate.clicked.connect(self.reactivate_wanted)
        self._remove.clicked.connect(self.remove_wanted)

    def show_account(self, account: AccountSummary, *, own: bool) -> None:
        """Show an account. own: of the person at the keyboard, who cannot close it."""
        self.account = account
        self._name.setText(account.display_name)
        self._facts.setText(f"{account.login}   ·   {account.role.capitalize()}")
        self._note.setText(_note(account, own=own))
        self._note.setVisible(bool(self._note.text()))
        self._role.show_role(account.role)
        changeable = account.active and not own
        for widget in (self._role, self._change_role, self._reset, self._deactivate, *self._rules):
            widget.setVisible(changeable)
        for widget in (self._remove, self._why_remove):
            widget.setVisible(not own)
        self._reactivate.setVisible(not account.active)
        self._compare_role()

    @Slot()
    def _compare_role(self) -> None:
        differs = self.account is not None and self._role.role is not self.account.role
        self._change_role.setEnabled(differs)

    @Slot()
    def _want_role(self) -> None:
        self.role_wanted.emit(self._role.role.value)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        for widget in (self._name, self._facts, self._note, self._role):
            rows.addWidget(widget)
        rows.addLayout(_left(self._change_role))
        rows.addWidget(self._rules[0])
        rows.addLayout(_left(self._reset, self._deactivate, self._reactivate))
        rows.addWidget(self._rules[1])
        rows.addWidget(self._why_remove)
        rows.addLayout(_left(self._remove))
        rows.addStretch(1)


def state_text(account: AccountSummary) -> str:
    """The state of an account in a word or three."""
    if account.disputed:
        return "To be checked"
    if not account.active:
        return "Closed"
    return "Temporary password" if account.must_change else "Active"


def _note(account: AccountSummary, *, own: bool) -> str:
    if account.disputed:
        return (
            "The key file and the store do not say the same of this account, and no change made "
            "here explains it. Find out who had the files before you trust it."
        )
    if own:
        return "This is your own account. Change its password under Settings."
    if not account.active:
        return "This account is closed and opens nothing."
    return "Has not chosen a password of their own yet." if account.must_change else ""


def _left(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for each in buttons:
        row.addWidget(each)
    row.addStretch(1)
    return row


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("rule", "true")
    return rule
