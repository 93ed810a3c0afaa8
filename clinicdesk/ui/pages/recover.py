"""Come back in with the key on paper, when no administrator knows a password any more."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.services.progress import Progress
from clinicdesk.ui.pages.recovery import RecoveryStep
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, ErrorLine, Field, button, label, place_in_middle
from clinicdesk.ui.widgets.new_password import NewPassword

if TYPE_CHECKING:  # the form is shown before the database is loaded
    from clinicdesk.services.clinic import Clinic

WIDTH = 480  # px

# folder, login, recovery key, new password -> the open clinic, its new recovery key
Recover = Callable[[Path, str, str, str, Progress], tuple["Clinic", str]]


class RecoverPage(QWidget):
    """The key and a new password, then the new key; the store opens once that is written down."""

    recovered = Signal(object)  # Clinic
    left = Signal()

    def __init__(
        self, recover: Recover, theme: Theme, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._recover, self._runner = recover, runner
        self._folder = Path()
        self._clinic: Clinic | None = None
        self._work: Task | None = None
        self._key = Field(
            self.tr("Recovery key, as on the sheet"),
            hint=self.tr("Seven groups. Capitals, spaces and hyphens do not matter."),
        )
        self._login = Field(self.tr("Login of an administrator"))
        self.new = NewPassword(theme)
        self._error = ErrorLine()
        self._back = QPushButton(self.tr("Back"))
        self._go = button(self.tr("Recover the store"), "primary")
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.hide()
        self.step = RecoveryStep(theme, runner)
        self._steps = QStackedWidget()
        self._lay_out()

        self._key.line.returnPressed.connect(self._login.line.setFocus)
        self._login.line.textChanged.connect(self.new.show_login)
        self._login.line.returnPressed.connect(self.new.setFocus)
        self.new.submitted.connect(self.recover)
        self._go.clicked.connect(self.recover)
        self._back.clicked.connect(self.left)
        self.step.proved.connect(self._enter)

    @property
    def error(self) -> str:
        return self._error.text()

    def show_store(self, folder: Path, login: str = "") -> None:
        """Start over for the store in `folder`."""
        self._folder = folder
        self._key.line.clear()
        self._login.line.setText(login)
        self.new.clear()
        self._say("")
        self._steps.setCurrentIndex(0)
        self._key.line.setFocus()

    @Slot()
    def recover(self) -> None:
        """Try the key when the form is complete."""
        if self._work or not self._complete():
            return
        self._wait(True)
        work = partial(
            self._recover, self._folder, self._login.text.strip(), self._key.text, self.new.text
        )
        self._work = self._runner.start(self, "recover store", work)
        self._work.succeeded.connect(self._show_key)
        self._work.failed.connect(self._refuse)
        self._work.finished.connect(self._rest)

    def _complete(self) -> bool:
        for field, text in (
            (self._key, self.tr("Type the key on the recovery sheet.")),
            (self._login, self.tr("Type the login of an administrator.")),
        ):
            if not field.text.strip():
                self._say(text, field)
                return False
        good = self.new.good
        self._say("" if good else self.tr("The new password does not meet every rule yet."))
        return good

    @Slot(object)
    def _show_key(self, opened: tuple["Clinic", str]) -> None:
        self._clinic, key = opened
        self._key.line.clear()
        self.new.clear()
        self.step.show_key(key, self._clinic.reports.recovery_sheet)
        self._steps.setCurrentIndex(1)

    @Slot()
    def _enter(self) -> None:
        clinic, self._clinic = self._clinic, None
        self.step.forget()
        self.recovered.emit(clinic)

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self._say(plain_text(error), self._key)

    @Slot()
    def _rest(self) -> None:
        self._work = None
        self._wait(False)

    def _say(self, text: str, wrong: Field | None = None) -> None:
        self._error.say(text)
        for field in (self._key, self._login):
            field.mark(field is wrong)
        if wrong is not None:
            wrong.line.setFocus()

    def _wait(self, waiting: bool) -> None:
        self._busy.setVisible(waiting)
        self._form.setEnabled(not waiting)

    def _lay_out(self) -> None:
        what = label(
            self.tr(
                "The key opens the store, gives the administrator a new password, and is replaced "
                "by a new key. Others ask an administrator to reset their password instead."
            )
        )
        what.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self._back)
        buttons.addStretch(1)
        buttons.addWidget(self._go)
        form = self._form = QWidget()
        rows = QVBoxLayout(form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        rows.addWidget(label(self.tr("Forgotten password"), "title"))
        for widget in (what, self._key, self._login, self.new, self._error):
            rows.addWidget(widget)
        rows.addLayout(buttons)
        self._steps.addWidget(form)
        self._steps.addWidget(self.step)
        card = Card(margin=24, gap=12)
        card.setFixedWidth(WIDTH)
        card.rows.addWidget(self._steps)
        card.rows.addWidget(self._busy)
        place_in_middle(self, card)
