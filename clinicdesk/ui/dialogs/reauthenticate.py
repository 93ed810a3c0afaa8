"""The password again, before what should not be done by whoever passes an unlocked computer."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.forms import Field


class ReauthenticateDialog(Question):
    """Closes as soon as the password was right; the key is derived off the UI thread."""

    confirmed = Signal()

    def __init__(
        self,
        login: str,
        reauthenticate: Callable[[str], Any],
        runner: TaskRunner,
        parent: QWidget,
    ) -> None:
        super().__init__(
            "Your password again",
            "This needs the password of the person at the keyboard. "
            "It then counts for five minutes.",
            "Continue",
            parent,
        )
        self._reauthenticate, self._runner = reauthenticate, runner
        self._password = Field(self.tr("Password of {}").format(login), secret=True)
        self.fields.addWidget(self._password)

        self._password.line.textEdited.connect(self._forget_error)
        self._password.line.setFocus()

    @Slot()
    def answer(self) -> None:
        if not self.yes.isEnabled() or not self._password.text:
            return
        self.wait(True)
        work = blink(self._reauthenticate, self._password.text)
        task = self._runner.start(self, "reauthenticate", work)
        task.succeeded.connect(self._confirm)
        task.failed.connect(self._refuse)

    @Slot(object)
    def _confirm(self, _: object) -> None:
        self._password.line.clear()
        self.accept()
        self.confirmed.emit()

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self.wait(False)
        self.complain(plain_text(error))
        self._password.mark(True)
        self._password.line.setFocus()
        self._password.line.selectAll()

    @Slot()
    def _forget_error(self) -> None:
        self.complain("")
        self._password.mark(False)
