"""The one window: locked, or at work. It holds what is shown and knows nothing of patients."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.ui.fonts import load_names_fonts
from clinicdesk.ui.pages.unlock import Unlock, UnlockPage
from clinicdesk.ui.pages.welcome import WelcomePage
from clinicdesk.ui.preferences import Preferences
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme

if TYPE_CHECKING:  # the window is painted before these are loaded
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from clinicdesk.services.clinic import Clinic
    from clinicdesk.services.progress import Progress
    from clinicdesk.ui.main_window import MainWindow
    from clinicdesk.ui.pages.create import CreatePage


class Doors(NamedTuple):
    """The ways in; each loads what it needs when it is used."""

    unlock: Unlock
    new_store: Callable[[Theme, TaskRunner], "CreatePage"]
    furnish: Callable[["Clinic", Theme, TaskRunner], "MainWindow"]
    ask_folder: Callable[[QWidget, str, Callable[[Path], Any]], Any]


class Shell(QWidget):
    """Welcome, unlock, create, or the work itself."""

    painted = Signal()  # once, after the first paint
    opened = Signal()

    def __init__(
        self, doors: Doors, preferences: Preferences, theme: Theme, runner: TaskRunner
    ) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setWindowTitle("ClinicDesk")
        self._doors, self._preferences = doors, preferences
        self._theme, self._runner = theme, runner
        self._fresh = True
        self.clinic: Clinic | None = None
        self.work: MainWindow | None = None
        self.unlock: UnlockPage | None = None
        self.making: CreatePage | None = None
        self._welcome: WelcomePage | None = None

        self._stack = QStackedWidget()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._stack)
        self.resize(1280, 720)
        self.restoreGeometry(preferences.geometry)

        theme.changed.connect(self._remember_theme)

    @property
    def page(self) -> QWidget | None:
        """What is on the screen."""
        return self._stack.currentWidget()

    # -- the door -----------------------------------------------------------------------------

    @Slot()
    def come_in(self) -> None:
        """Ask for the password of the store opened last, or which store it shall be."""
        folder = self._preferences.last_store
        if folder is not None:
            self.ask_password(folder)
            return
        if self._welcome is None:
            self._welcome = WelcomePage()
            self._welcome.open_wanted.connect(self.choose_store)
            self._welcome.create_wanted.connect(self.create_store)
        self._show(self._welcome)

    @Slot()
    def choose_store(self) -> None:
        self._doors.ask_folder(self, self.tr("Open a store"), self.ask_password)

    def ask_password(self, folder: Path, login: str = "") -> UnlockPage:
        if self.unlock is None:
            self.unlock = UnlockPage(self._doors.unlock, self._runner)
            self.unlock.other_wanted.connect(self.choose_store)
            self.unlock.create_wanted.connect(self.create_store)
            self.unlock.unlocked.connect(self.enter)
        self._show(self.unlock)
        self.unlock.show_store(folder, login)
        return self.unlock

    @Slot()
    def create_store(self) -> None:
        if self.making is None:
            self.making = self._doors.new_store(self._theme, self._runner)
            self.making.created.connect(self.enter)
            self.making.left.connect(self.come_in)
        self._show(self.making)
        self.making.start_over()

    # -- inside -------------------------------------------------------------------------------

    @Slot(object)
    def enter(self, clinic: "Clinic") -> None:
        """Go to work in an open store."""
        load_names_fonts()
        self.clinic = clinic
        self._preferences.last_store = clinic.folder
        self.work = self._doors.furnish(clinic, self._theme, self._runner)
        self.work.lock_wanted.connect(self.lock)
        self._show(self.work)
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
        elif self.unlock is not None:
            self.unlock.fail(error)

    def _show(self, page: QWidget) -> None:
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def paintEvent(self, event: "QPaintEvent") -> None:
        super().paintEvent(event)
        if self._fresh:
            self._fresh = False
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: "QCloseEvent") -> None:
        self._preferences.geometry = self.saveGeometry()
        super().closeEvent(event)

    @Slot()
    def _remember_theme(self) -> None:
        self._preferences.palette = self._theme.palette


def _lock(clinic: "Clinic", _progress: "Progress") -> None:
    clinic.lock()
