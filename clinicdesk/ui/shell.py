"""The one window: locked, or at work. It holds what is shown and knows nothing of patients."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QStackedWidget, QToolTip, QVBoxLayout, QWidget

from clinicdesk.errors import UserFacingError
from clinicdesk.ui.fonts import load_names_fonts
from clinicdesk.ui.pages.unlock import Unlock, UnlockPage
from clinicdesk.ui.pages.welcome import WelcomePage
from clinicdesk.ui.preferences import Preferences
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.theme import Theme

if TYPE_CHECKING:  # the window is painted before these are loaded
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from clinicdesk.ui.frame import WorkFrame
    from clinicdesk.ui.locking import AutoLock
    from clinicdesk.ui.opened import Opened
    from clinicdesk.ui.pages.change_password import ForcedChangePage
    from clinicdesk.ui.pages.create import CreatePage
    from clinicdesk.ui.pages.recover import RecoverPage
    from clinicdesk.ui.place import Place

LOCKED = "Locked."


class Doors(NamedTuple):
    """The ways in; each loads what it needs when it is used."""

    unlock: Unlock
    new_store: Callable[[Theme, TaskRunner], "CreatePage"]
    recover: Callable[[Theme, TaskRunner], "RecoverPage"]
    change_first: Callable[["Opened", Theme, TaskRunner], "ForcedChangePage"]
    furnish: Callable[["Opened", Theme, TaskRunner], "WorkFrame"]
    watch: Callable[[QWidget], "AutoLock"]
    ask_folder: Callable[[QWidget, str, Callable[[Path], Any]], Any]


class Left(NamedTuple):
    """Who left what where, when the window was locked."""

    folder: Path
    login: str
    place: "Place"


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
        self._left: Left | None = None
        self.clinic: Opened | None = None
        self.work: WorkFrame | None = None
        self.first: ForcedChangePage | None = None
        self.unlock: UnlockPage | None = None
        self.making: CreatePage | None = None
        self.recovering: RecoverPage | None = None
        self.watch: AutoLock | None = None
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
        page = self._unlock_page()
        self._show(page)
        page.show_store(folder, login)
        return page

    @Slot()
    def create_store(self) -> None:
        if self.making is None:
            self.making = self._doors.new_store(self._theme, self._runner)
            self.making.created.connect(self.enter)
            self.making.left.connect(self.come_in)
        self._show(self.making)
        self.making.start_over()

    @Slot()
    def recover_store(self) -> None:
        """Ask for the recovery key of the store that is locked."""
        if self.unlock is None or self.unlock.folder is None:
            return
        if self.recovering is None:
            self.recovering = self._doors.recover(self._theme, self._runner)
            self.recovering.recovered.connect(self.enter)
            self.recovering.left.connect(self._leave_recovery)
        self._show(self.recovering)
        self.recovering.show_store(self.unlock.folder, self.unlock.login)

    @Slot()
    def _leave_recovery(self) -> None:
        if self.unlock is not None:
            self._show(self.unlock)

    def _unlock_page(self) -> UnlockPage:
        if self.unlock is None:
            self.unlock = UnlockPage(self._doors.unlock, self._runner)
            self.unlock.other_wanted.connect(self.choose_store)
            self.unlock.create_wanted.connect(self.create_store)
            self.unlock.recovery_wanted.connect(self.recover_store)
            self.unlock.unlocked.connect(self.enter)
        return self.unlock

    @Slot()
    def come_forward(self) -> None:
        """Show the window: somebody looks for it, and started ClinicDesk once more."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    # -- inside -------------------------------------------------------------------------------

    @Slot(object)
    def enter(self, clinic: "Opened") -> None:
        """Go to work in an open store, or first to a password of one's own."""
        self.clinic = clinic
        self._preferences.last_store = clinic.folder
        self._begin_watch()
        if clinic.must_change_password:
            self.first = self._doors.change_first(clinic, self._theme, self._runner)
            self.first.changed.connect(self._furnish)
            self.first.lock_wanted.connect(self.lock)
            self._show(self.first)
            self.first.form.setFocus()
        else:
            self._furnish()

    @Slot()
    def _furnish(self) -> None:
        if self.clinic is None or self.watch is None:
            return
        load_names_fonts()
        self.work = self._doors.furnish(self.clinic, self._theme, self._runner)
        self.work.lock_wanted.connect(self.lock)
        self.work.switch_wanted.connect(self.switch_user)
        self.work.idle_known.connect(self.watch.keep_to)
        self._show(self.work)
        self._drop_first()
        left, self._left = self._left, None
        if left and (left.folder, left.login) == (self.clinic.folder, self._login):
            self.work.go_on(left.place)
        else:
            self.work.begin()
        self.opened.emit()

    @Slot()
    def lock(self) -> None:
        """Lock because the person at the keyboard wants it."""
        self.lock_in_time(LOCKED)

    @Slot()
    def switch_user(self) -> None:
        """Lock, and let somebody else type their login."""
        self.lock_in_time(LOCKED, somebody_else=True)

    @Slot(str)
    def lock_in_time(self, why: str, *, somebody_else: bool = False) -> None:
        """Lock with time for the backup of the day: nobody is about to switch off."""
        self.lock_for(why, somebody_else=somebody_else, in_time=True)

    @Slot(str)
    def lock_for(self, why: str, *, somebody_else: bool = False, in_time: bool = False) -> None:
        """Hide everything at once, drop the keys, ask for the password again.

        in_time: make the backup of the day before the keys are dropped, if it is due.
        """
        if self.clinic is None:
            return
        login = self._login
        clinic, self.clinic = self.clinic, None
        if self.watch is not None:
            self.watch.end()
        parting = self._parting
        _drop_other_windows(self)
        page = self._unlock_page()
        self._leave_work(clinic.folder, login)
        self._show(page)
        page.show_locked(clinic.folder, "" if somebody_else else login, why)
        last = clinic.leave if in_time else clinic.lock
        closing = self._runner.start(self, "lock", blink(_part, parting, last))
        closing.failed.connect(self.fail)

    def leave(self) -> None:
        """Drop the keys at the end of the program."""
        parting = self._parting
        if self.work is not None:
            self.work.forget()
        if self.clinic is not None:
            with suppress(UserFacingError):
                parting()
            with suppress(UserFacingError):  # the next unlocking says how old the last backup is
                self.clinic.leave()

    @Slot(Exception)
    def fail(self, error: BaseException) -> None:
        """Show an error where the person is looking."""
        if self.work is not None:
            self.work.notices.fail(error)
        elif self.unlock is not None:
            self.unlock.fail(error)

    @property
    def _parting(self) -> Callable[[], object]:
        """What is still to be done for the person before the keys go."""
        return self.work.parting if self.work is not None else _nothing

    @property
    def _login(self) -> str:
        return self.clinic.principal.login if self.clinic else ""

    def _leave_work(self, folder: Path, login: str) -> None:
        """Remember the place; what showed it goes, and its tasks are cancelled with it."""
        work, self.work = self.work, None
        if work is not None:
            self._left = Left(folder, login, work.place)
            work.forget()
            self._stack.removeWidget(work)
            work.hide()
            work.deleteLater()
        self._drop_first()

    def _drop_first(self) -> None:
        first, self.first = self.first, None
        if first is not None:
            self._stack.removeWidget(first)
            first.deleteLater()

    def _begin_watch(self) -> None:
        if self.watch is None:
            self.watch = self._doors.watch(self)
            self.watch.due.connect(self.lock_for)
            self.watch.idled.connect(self.lock_in_time)
        self.watch.begin()

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


def _part(parting: Callable[[], object], last: Callable[[], object]) -> None:
    """Keep what was typed, then drop the keys, whatever came of the first."""
    try:
        parting()
    finally:
        last()


def _nothing() -> None:
    """Nobody was at work."""


def _drop_other_windows(shell: QWidget) -> None:
    """Hide dialogs, lists and tips at once: each may say whose record was open."""
    QToolTip.hideText()
    for window in QApplication.topLevelWidgets():
        if window is shell:
            continue
        window.hide()
        if _belongs_to(window, shell):
            window.deleteLater()


def _belongs_to(window: QWidget, shell: QWidget) -> bool:
    """Whether it was opened from the shell; `isAncestorOf` stops at the edge of a window."""
    above = window.parentWidget()
    while above is not None and above is not shell:
        above = above.parentWidget()
    return above is shell
