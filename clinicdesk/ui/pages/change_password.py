"""A password of one's own: by choice, or because the present one was set by an administrator."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import Task, TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, ErrorLine, Field, button, label, place_in_middle
from clinicdesk.ui.widgets.new_password import NewPassword

WIDTH = 440  # px

Change = Callable[[str, str], Any]  # the old password, the new one; raises `WrongPassword`


class ChangePasswordForm(QWidget):
    """The present password, the new one, and the button. login, words: no part of a good one."""

    changed = Signal()

    def __init__(
        self,
        change: Change,
        login: str,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        words: Sequence[str] = (),
        temporary: bool = False,
    ) -> None:
        super().__init__(parent)
        self._change, self._runner = change, runner
        self._work: Task | None = None
        caption = self.tr("Temporary password") if temporary else self.tr("Present password")
        self._old = Field(caption, secret=True)
        self.new = NewPassword(theme, words)
        self.new.show_login(login)
        self._error = ErrorLine()
        self._button = button(self.tr("Change password"), "primary")
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.hide()
        self._lay_out()

        self._button.clicked.connect(self.change)
        self.new.submitted.connect(self.change)
        self._old.line.returnPressed.connect(self.new.setFocus)

    @property
    def error(self) -> str:
        return self._error.text()

    def start_over(self) -> None:
        """Empty every field."""
        self._old.line.clear()
        self.new.clear()
        self._say("")

    @Slot()
    def change(self) -> None:
        """Change the password when every rule is met."""
        if self._work or not self._complete():
            return
        self._wait(True)
        work = blink(self._change, self._old.text, self.new.text)
        self._work = self._runner.start(self, "change password", work)
        self._work.succeeded.connect(self._done)
        self._work.failed.connect(self._refuse)
        self._work.finished.connect(self._rest)

    def _complete(self) -> bool:
        if not self._old.text:
            self._say(self.tr("Type the present password first."), self._old)
            return False
        if not self.new.good:
            self._say(self.tr("The new password does not meet every rule yet."))
            self.new.setFocus()
            return False
        self._say("")
        return True

    @Slot(object)
    def _done(self, _: object) -> None:
        self.start_over()
        self.changed.emit()

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self._say(plain_text(error), self._old)

    @Slot()
    def _rest(self) -> None:
        self._work = None
        self._wait(False)

    def _say(self, text: str, wrong: Field | None = None) -> None:
        self._error.say(text)
        self._old.mark(wrong is self._old)
        if wrong is not None:
            wrong.line.setFocus()

    def _wait(self, waiting: bool) -> None:
        self._busy.setVisible(waiting)
        for widget in (self._old, self.new, self._button):
            widget.setEnabled(not waiting)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        for widget in (self._old, self.new, self._error):
            rows.addWidget(widget)
        rows.addLayout(buttons)
        rows.addWidget(self._busy)
        self.setFocusProxy(self._old.line)


class ForcedChangePage(QWidget):
    """Stands between a temporary password and everything else."""

    changed = Signal()
    lock_wanted = Signal()

    def __init__(
        self,
        change: Change,
        login: str,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.form = ChangePasswordForm(change, login, theme, runner, temporary=True)
        self._leave = button(self.tr("Not now: lock"), "link")
        why = label(
            self.tr(
                "The password of {} was set by an administrator, who has seen it. "
                "Choose one that only you know; nothing else is open before."
            ).format(login)
        )
        why.setWordWrap(True)
        leave = QHBoxLayout()
        leave.addWidget(self._leave)
        leave.addStretch(1)
        card = Card(margin=24, gap=12)
        card.setFixedWidth(WIDTH)
        card.rows.addWidget(label(self.tr("A password of your own"), "title"))
        card.rows.addWidget(why)
        card.rows.addWidget(self.form)
        card.rows.addLayout(leave)
        place_in_middle(self, card)

        self.form.changed.connect(self.changed)
        self._leave.clicked.connect(self.lock_wanted)
