"""Start the window: the unlock page first, everything else behind the typing of the password."""

import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.ui.fonts import load_fonts
from clinicdesk.ui.pages.create import NewStore
from clinicdesk.ui.palette import DARK, LIGHT, Palette
from clinicdesk.ui.preferences import Preferences, user_settings
from clinicdesk.ui.shell import Doors, Shell
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme, system_is_dark

if TYPE_CHECKING:
    from clinicdesk.services.clinic import Clinic
    from clinicdesk.ui.main_window import MainWindow

# The imports inside these functions are the point of them: the window is painted before the
# database, the charts and the models are loaded (performance.md, Start-up).
# ruff: noqa: PLC0415


def unlock(folder: Path, login: str, password: str, progress: Progress) -> "Clinic":
    from clinicdesk.services.session import unlock_clinic

    load_the_rest(progress)
    return unlock_clinic(folder, login=login, password=password)


def create(new: NewStore, progress: Progress) -> "tuple[Clinic, str]":
    from clinicdesk.services.session import create_clinic

    load_the_rest(progress)
    return create_clinic(
        new.folder,
        login=new.login,
        password=new.password,
        clinic_name=new.clinic_name,
        timezone=new.timezone,
    )


def furnish(clinic: "Clinic", theme: Theme, runner: TaskRunner) -> "MainWindow":
    from clinicdesk.ui.main_window import MainWindow

    return MainWindow(clinic, theme, runner)


def load_the_rest(_progress: Progress = SILENT) -> None:
    """Import what the work needs; called on a worker, where imports only take turns with typing."""
    import clinicdesk.services.session
    import clinicdesk.ui.main_window  # noqa: F401 - loading it is all that is wanted


class _AfterFirstPaint(QObject):
    """Calls once, when the window has been painted for the first time."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._window, self._window.painted.emit)
        return False


def open_window(
    arguments: Sequence[str] = (), *, store: Path | None = None, login: str = "", password: str = ""
) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    store: ask for its password, or with `password` go straight in (the demonstration clinic).
    """
    application = application_for(arguments)
    preferences = Preferences(user_settings())
    theme = Theme(application, preferences.palette or _system_palette(application))
    runner = TaskRunner()
    shell = Shell(Doors(unlock, create, furnish), preferences, theme, runner)
    shell.painted.connect(lambda: runner.start(shell, "load", load_the_rest))
    _AfterFirstPaint(shell)
    sys.excepthook = _Hook(shell)
    if store is None:
        shell.come_in()
    else:
        shell.ask_password(store, login)
    shell.show()
    if password:
        shell.unlock.attempt_with(password)
    code = application.exec()
    runner.shutdown()
    if shell.clinic is not None:
        shell.clinic.lock()
    return code


def application_for(arguments: Sequence[str] = ()) -> QApplication:
    """The QApplication with the bundled typeface; the running one when there is one."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication([*arguments])
    application.setApplicationName("ClinicDesk")
    load_fonts()
    return application


def _system_palette(application: QApplication) -> Palette:
    return DARK if system_is_dark(application) else LIGHT


class _Hook:
    """Shows what nobody caught, with a number to quote."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def __call__(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        self._shell.fail(error)
