"""Whom: one account out of those that are possible."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from clinicdesk.domain.account import AccountName
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.widgets.forms import label


class ChooseAccountDialog(Question):
    """Names and logins, so that nobody is taken for another."""

    chosen = Signal(object)  # AccountName

    def __init__(
        self,
        title: str,
        words: str,
        verb: str,
        accounts: Sequence[AccountName],
        parent: QWidget,
    ) -> None:
        super().__init__(title, words, verb, parent)
        self._accounts = accounts
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Account"))
        self.box.addItems([account_text(each) for each in accounts])
        caption = label(self.tr("Account"), "label")
        caption.setBuddy(self.box)
        self.fields.setSpacing(4)
        self.fields.addWidget(caption)
        self.fields.addWidget(self.box)
        self.yes.setEnabled(bool(accounts))
        self.box.setFocus()

    @Slot()
    def answer(self) -> None:
        if self.yes.isEnabled():
            self.accept()
            self.chosen.emit(self._accounts[self.box.currentIndex()])


def account_text(account: AccountName) -> str:
    """Name, login and role, as in Dr Osei (osei), clinician."""
    if account.display_name in {"", account.login}:
        return f"{account.login}, {account.role}"
    return f"{account.display_name} ({account.login}), {account.role}"
