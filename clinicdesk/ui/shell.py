"""The one window: locked, or at work. It holds what is shown and knows nothing of patients."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.services.progress import Progress
from clinicdesk.ui.fonts import load_names_fonts
from clinicdesk.ui.pages.create import Create, CreatePage
from clinicdesk.ui.pages.unlock import Unlock, UnlockPage
from clinicdesk.ui.pages.welcome import WelcomePage
from clinicdesk.ui.preferences import Preferences
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme

if TYPE_CHECKING:  # the window is up before the services are loaded
    from clinicdesk.services.clinic import Clinic
    from clinicdesk.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways into a store; each loads what it needs when it is used, off the UI thread."""

    unlock: Unlock
    create: Create
    furnish: Callable[["Clinic", Theme, TaskRunner], "MainWindow"]


class Shell(QWidget):
    """Welcome, unlock, create, or the work itself."""

    opened = Signal()
    painted = Signal()

    def __init__(
        self, doors: Doors, preferences: Preferences, theme: Theme, runner: TaskRunner
    ) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setWindowTitle("ClinicDesk")
        self._doors, self._preferences = doors, preferences
        self._theme, self._runner = theme, runner
        self.clinic: Clinic | None = None
        self.work: MainWindow | None = None

        self._stack = QStackedWidget()
        self.welcome = WelcomePage(theme)
        self.unlock = UnlockPage(doors.unlock, theme, runner)
        self._create: CreatePage | None = None
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.unlock)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._stack)
        self.resize(1280, 720)
        self.restoreGeometry(preferences.geometry)

        self.welcome.store_chosen.connect(self.ask_password)
        self.welcome.create_wanted.connect(self.create_store)
        self.unlock.create_wanted.connect(self.create_store)
        self.unlock.unlocked.connect(self.enter)
        theme.changed.connect(self._remember_theme)

    @Slot(object)
    def ask_password(self, folder: Path, login: str = "") -> None:
        self._stack.setCurrentWidget(self.unlock)
        self.unlock.show_store(folder, login)

    @Slot()
    def create_store(self) -> None:
        if self._create is None:
            self._create = CreatePage(self._doors.create, self._theme, self._runner)
            self._create.created.connect(self.enter)
            self._create.left.connect(self.come_in)
            self._stack.addWidget(self._create)
        self._stack.setCurrentWidget(self._create)
        self._create.start_over()

    @Slot()
    def come_in(self) -> None:
        """Show the door: the store opened last, or the choice."""
        folder = self._preferences.last_store
        if folder is None:
            self._stack.setCurrentWidget(self.welcome)
        else:
            self.ask_password(folder)

    @Slot(object)
    def enter(self, clinic: "Clinic") -> None:
        """Go to work in an open store."""
        load_names_fonts()
        self.clinic = clinic
        self._preferences.last_store = clinic.folder
        self.work = self._doors.furnish(clinic, self._theme, self._runner)
        self.work.lock_wanted.connect(self.lock)
        self._stack.addWidget(self.work)
        self._stack.setCurrentWidget(self.work)
        self.work.show_patients()
        self.opened.emit()

    @Slot()
    def lock(self) -> None:
        """Drop the keys and everything on the screen; ask for the password again."""
        if self.clinic is None or self.work is None:
            return
        clinic, self.clinic = self.clinic, None
        work, self.work = self.work, None
        self.ask_password(clinic.folder, clinic.principal.login)
        self._stack.removeWidget(work)
        work.deleteLater()  # its tasks are cancelled with it
        closing = self._runner.start(self, "lock", partial(_lock, clinic))
        closing.failed.connect(self.fail)

    @Slot(Exception)
    def fail(self, error: BaseException) -> None:
        """Show an error where the person is looking."""
        if self.work is not None:
            self.work.notices.fail(error)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._preferences.geometry = self.saveGeometry()
        super().closeEvent(event)

    @Slot()
    def _remember_theme(self) -> None:
        self._preferences.palette = self._theme.palette


def _lock(clinic: "Clinic", _progress: Progress) -> None:
    clinic.lock()
