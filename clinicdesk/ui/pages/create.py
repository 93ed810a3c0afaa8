"""A new store: who runs it, its first password, and the recovery key written down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimeZone, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.services.progress import Progress
from clinicdesk.ui.dialogs.files import ask_folder
from clinicdesk.ui.pages.recovery import RecoveryStep
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, ErrorLine, Field, label, place_in_middle
from clinicdesk.vault.passwords import SHORTEST_PASSWORD

if TYPE_CHECKING:  # the form is shown before the database is loaded
    from clinicdesk.services.clinic import Clinic


@dataclass(frozen=True, slots=True)
class NewStore:
    """What a new store needs to know."""

    folder: Path
    clinic_name: str
    timezone: str
    login: str
    password: str = field(repr=False)


Create = Callable[[NewStore, Progress], tuple["Clinic", str]]  # and its recovery key


class CreatePage(QWidget):
    """A form, then the recovery key; the clinic opens once the key is proved to be written down."""

    created = Signal(object)  # Clinic
    left = Signal()

    def __init__(
        self, create: Create, theme: Theme, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._create, self._runner = create, runner
        self._clinic: Clinic | None = None
        self._work: Task | None = None

        self._clinic_name = Field(self.tr("Name of the clinic"))
        self._folder = Field(self.tr("Folder of the store (new or empty)"))
        self._browse = QPushButton(self.tr("Choose…"))
        self._zone = QComboBox(editable=False)
        self._zone.setAccessibleName(self.tr("Time zone"))
        self._zone.addItems(_zones())
        self._zone.setCurrentText(_own_zone())
        self._login = Field(self.tr("Login of the first administrator"))
        self._password = Field(
            self.tr("Password"),
            secret=True,
            hint=self.tr(
                "At least {} characters. Four unrelated words are good; spaces are welcome."
            ).format(SHORTEST_PASSWORD),
        )
        self._again = Field(self.tr("The same password again"), secret=True)
        self._error = ErrorLine()
        self._make = QPushButton(self.tr("Create the store"))
        self._make.setProperty("kind", "primary")
        self._back = QPushButton(self.tr("Back"))
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.hide()
        self._recovery = RecoveryStep(theme, runner)
        self._steps = QStackedWidget()
        self._lay_out()

        self._browse.clicked.connect(self._ask_folder)
        self._make.clicked.connect(self.make)
        self._back.clicked.connect(self.left)
        self._again.line.returnPressed.connect(self.make)
        self._recovery.proved.connect(self._enter)

    def start_over(self) -> None:
        """Empty the form."""
        for entry in (self._clinic_name, self._folder, self._login, self._password, self._again):
            entry.line.clear()
        self._error.say("")
        self._steps.setCurrentIndex(0)
        self._clinic_name.line.setFocus()

    @property
    def error(self) -> str:
        return self._error.text()

    @Slot()
    def make(self) -> None:
        """Create the store when the form is complete."""
        if self._work or not self._complete():
            return
        self._wait(True)
        wanted = NewStore(
            Path(self._folder.text).expanduser(),
            self._clinic_name.text.strip(),
            self._zone.currentText(),
            self._login.text.strip(),
            self._password.text,
        )
        self._work = self._runner.start(self, "create store", partial(self._create, wanted))
        self._work.succeeded.connect(self._show_key)
        self._work.failed.connect(self._refuse)
        self._work.finished.connect(self._rest)

    def _complete(self) -> bool:
        """Say what is still wrong, and where."""
        rules = (
            (self._clinic_name, bool(self._clinic_name.text.strip()), "Name the clinic."),
            (self._folder, bool(self._folder.text.strip()), "Choose a folder for the store."),
            (self._login, bool(self._login.text.strip()), "Choose a login."),
            (
                self._password,
                len(self._password.text) >= SHORTEST_PASSWORD,
                f"The password needs at least {SHORTEST_PASSWORD} characters.",
            ),
            (
                self._again,
                self._again.text == self._password.text,
                "The two passwords are not the same.",
            ),
        )
        for entry, _, _ in rules:
            entry.mark(False)
        wrong = next(((entry, text) for entry, good, text in rules if not good), None)
        self._error.say(wrong[1] if wrong else "")
        if wrong:
            wrong[0].mark(True)
            wrong[0].line.setFocus()
        return wrong is None

    @Slot(object)
    def _show_key(self, made: "tuple[Clinic, str]") -> None:
        self._clinic, key = made
        self._password.line.clear()
        self._again.line.clear()
        self._recovery.show_key(key, self._clinic.reports.recovery_sheet)
        self._steps.setCurrentIndex(1)

    @Slot()
    def _enter(self) -> None:
        clinic, self._clinic = self._clinic, None
        self._recovery.forget()
        self.created.emit(clinic)

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self._error.say(plain_text(error))

    @Slot()
    def _rest(self) -> None:
        self._work = None
        self._wait(False)

    @Slot()
    def _ask_folder(self) -> None:
        ask_folder(
            self, self.tr("Folder of the new store"), lambda at: self._folder.line.setText(str(at))
        )

    def _wait(self, waiting: bool) -> None:
        self._busy.setVisible(waiting)
        self._form.setEnabled(not waiting)

    def _lay_out(self) -> None:
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self._folder, stretch=1)
        folder.addWidget(self._browse, alignment=Qt.AlignmentFlag.AlignBottom)
        zone_label = label(self.tr("Time zone of the clinic"), "label")
        zone_label.setBuddy(self._zone)
        zone = QVBoxLayout()
        zone.setSpacing(4)
        zone.addWidget(zone_label)
        zone.addWidget(self._zone)
        buttons = QHBoxLayout()
        buttons.addWidget(self._back)
        buttons.addStretch(1)
        buttons.addWidget(self._make)
        form = self._form = QWidget()
        rows = QVBoxLayout(form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(label(self.tr("A new store"), "title"))
        rows.addWidget(self._clinic_name)
        rows.addLayout(folder)
        rows.addLayout(zone)
        for widget in (self._login, self._password, self._again, self._error):
            rows.addWidget(widget)
        rows.addLayout(buttons)
        self._steps.addWidget(form)
        self._steps.addWidget(self._recovery)
        card = Card(margin=24, gap=12)
        card.setFixedWidth(480)
        card.rows.addWidget(self._steps)
        card.rows.addWidget(self._busy)
        place_in_middle(self, card)


def _zones() -> list[str]:
    """IANA names with a region, and UTC; not the abbreviations."""
    names = (bytes(name.data()).decode() for name in QTimeZone.availableTimeZoneIds())
    return sorted({name for name in names if "/" in name and not name.startswith("Etc/")} | {"UTC"})


def _own_zone() -> str:
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode()
    return name if name in _zones() else "UTC"
