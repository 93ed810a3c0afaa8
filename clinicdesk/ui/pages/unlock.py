"""The first thing one sees: which store, who, and the password."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.widgets.forms import Card, ErrorLine, Field, button, label, place_in_middle

if TYPE_CHECKING:
    from clinicdesk.services.progress import Progress

WIDTH = 400  # px

Unlock = Callable[[Path, str, str, "Progress"], Any]  # folder, login, password -> the open clinic


class UnlockPage(QWidget):
    """Asks for a password; the key is derived off the UI thread."""

    unlocked = Signal(object)  # Clinic
    other_wanted = Signal()
    create_wanted = Signal()
    recovery_wanted = Signal()

    def __init__(self, unlock: Unlock, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._unlock, self._runner = unlock, runner
        self._folder: Path | None = None
        self._attempt: Task | None = None

        self._store = label("", "muted")
        self._choose = button(self.tr("Other store…"), "link")
        self._locked = label("", "heading")
        self._locked.setWordWrap(True)
        self._locked.hide()
        self._login = Field(self.tr("Login"))
        self._password = Field(self.tr("Password"), secret=True)
        self._error = ErrorLine()
        self._button = button(self.tr("Unlock"), "primary")
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.setAccessibleName(self.tr("Unlocking"))
        self._busy.hide()
        self._new = button(self.tr("Create a new store…"), "link")
        self._switch = button(self.tr("Switch user"), "link")
        self._forgot = button(self.tr("Forgot the password?"), "link")
        self._lay_out()

        self._choose.clicked.connect(self.other_wanted)
        self._new.clicked.connect(self.create_wanted)
        self._switch.clicked.connect(self.switch_user)
        self._forgot.clicked.connect(self.recovery_wanted)
        self._button.clicked.connect(self.attempt)
        self._login.line.returnPressed.connect(self._password.line.setFocus)
        self._password.line.returnPressed.connect(self.attempt)
        self._login.line.textEdited.connect(self._forget_error)
        self._password.line.textEdited.connect(self._forget_error)

    def show_store(self, folder: Path, login: str = "") -> None:
        """Ask for the password of the store in `folder`."""
        self._folder = folder
        width = WIDTH - 130
        self._store.setText(short(folder, QFontMetrics(self._store.font()), width))
        self._store.setToolTip(str(folder))
        self._error.say("")
        self._password.line.clear()
        self._say_locked("")
        if login:
            self._login.line.setText(login)
        (self._password if self._login.text else self._login).line.setFocus()

    def show_locked(self, folder: Path, login: str, why: str) -> None:
        """Ask whoever was at work for the password; login: "" for somebody else's."""
        self.show_store(folder, login)
        self._say_locked(why)
        if not login:
            self.switch_user()

    @Slot()
    def switch_user(self) -> None:
        """Let somebody else type their login."""
        self._forget_error()
        self._login.line.clear()
        self._password.line.clear()
        self._login.line.setFocus()

    @property
    def folder(self) -> Path | None:
        """The folder of the store that is asked about."""
        return self._folder

    @property
    def login(self) -> str:
        return self._login.text.strip()

    @property
    def error(self) -> str:
        return self._error.text()

    @Slot()
    def attempt(self) -> None:
        """Try the password."""
        if self._attempt or self._folder is None:
            return
        for field in (self._login, self._password):
            if not field.text:
                self._say(field, self.tr("Type your login and your password."))
                return
        self._wait(True)
        work = partial(self._unlock, self._folder, self.login, self._password.text)
        self._attempt = self._runner.start(self, "unlock", work)
        self._attempt.succeeded.connect(self._let_in)
        self._attempt.failed.connect(self._refuse)
        self._attempt.finished.connect(self._rest)

    def attempt_with(self, password: str) -> None:
        """Try a password that was handed over at the start."""
        self._password.line.setText(password)
        self.attempt()

    def fail(self, error: BaseException) -> None:
        """Show an error that came from elsewhere."""
        self._error.say(plain_text(error))

    @Slot(object)
    def _let_in(self, clinic: object) -> None:
        self._password.line.clear()
        self.unlocked.emit(clinic)

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self._wait(False)
        self._say(self._password, plain_text(error))
        self._password.line.selectAll()

    @Slot()
    def _rest(self) -> None:
        self._attempt = None
        self._wait(False)

    @Slot()
    def _forget_error(self) -> None:
        self._error.say("")
        self._login.mark(False)
        self._password.mark(False)

    def _say(self, field: Field, text: str) -> None:
        self._error.say(text)
        field.mark(True)
        field.line.setFocus()

    def _say_locked(self, why: str) -> None:
        """Show the page as that of a locked store, or of a closed one for ""."""
        self._locked.setText(why)
        self._locked.setVisible(bool(why))
        self._switch.setVisible(bool(why))
        self._new.setVisible(not why)

    def _wait(self, waiting: bool) -> None:
        self._busy.setVisible(waiting)
        fields = (self._login, self._password, self._button)
        for widget in (*fields, self._choose, self._new, self._switch, self._forgot):
            widget.setEnabled(not waiting)

    def _lay_out(self) -> None:
        store = QHBoxLayout()
        store.addWidget(self._store, stretch=1)
        store.addWidget(self._choose)
        card = Card(margin=24, gap=12)
        card.setFixedWidth(WIDTH)
        card.rows.addWidget(label("ClinicDesk", "wordmark"))
        card.rows.addLayout(store)
        fields = (self._locked, self._login, self._password, self._error)
        for widget in (*fields, self._button, _held(self._busy)):
            card.rows.addWidget(widget)
        ways = QHBoxLayout()
        ways.addWidget(self._new)
        ways.addWidget(self._switch)
        ways.addStretch(1)
        ways.addWidget(self._forgot)
        card.rows.addLayout(ways)
        self._switch.hide()
        place_in_middle(self, card)


def _held(bar: QProgressBar) -> QWidget:
    """The bar in a place that stays when it is hidden."""
    place = QWidget()
    place.setFixedHeight(10)
    rows = QVBoxLayout(place)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.addWidget(bar)
    return place


def short(folder: Path, metrics: QFontMetrics, width: int) -> str:
    """The end of the path as far as there is room, at least the folder's own name."""
    parts = folder.parts
    for at in range(len(parts)):
        text = str(folder) if at == 0 else str(Path("…", *parts[at:]))
        if metrics.horizontalAdvance(text) <= width:
            return text
    return f"{folder.name[:30]}…"
