"""Start the window: the unlock page first, everything else behind the typing of the password.

The imports inside these functions are their point: Qt alone is loaded before the first paint, then
the database, the charts and the models (performance.md, Start-up).
"""
# ruff: noqa: PLC0415

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.domain.roles import Action, may
from clinicdesk.ui.fonts import load_fonts
from clinicdesk.ui.palette import DARK, LIGHT, Palette
from clinicdesk.ui.preferences import Preferences, user_settings
from clinicdesk.ui.shell import Doors, Shell
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme, system_is_dark

if TYPE_CHECKING:
    from clinicdesk.services.clinic import Clinic
    from clinicdesk.services.progress import Progress
    from clinicdesk.ui.main_window import MainWindow
    from clinicdesk.ui.pages.create import CreatePage, NewStore

LOADING_STARTS = 150  # ms after the first paint, when the window has come to rest


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
    shell = Shell(Doors(unlock, new_store, furnish, ask_folder), preferences, theme, runner)
    load = partial(_load_behind, shell, runner)
    shell.painted.connect(partial(QTimer.singleShot, LOADING_STARTS, shell, load))
    shell.opened.connect(partial(_warm_models, shell, runner))
    sys.excepthook = _Hook(shell)
    if store is None:
        shell.come_in()
    else:
        shell.ask_password(store, login)
    shell.show()
    if shell.unlock is not None and password:
        shell.unlock.attempt_with(password)
    code = application.exec()
    runner.shutdown()
    if shell.clinic is not None:
        shell.clinic.lock()
    return code


def application_for(arguments: Sequence[str] = ()) -> QApplication:
    """The QApplication with the bundled typeface; the running one when there is one."""
    running = QApplication.instance()
    name = arguments[0] if arguments else "clinicdesk"
    # as an argument: setStyle() would return a QStyle, and load its 400 enum members
    application = (
        running
        if isinstance(running, QApplication)
        else QApplication([name, *arguments[1:], "-style", "fusion"])
    )
    application.setApplicationName("ClinicDesk")
    load_fonts()
    return application


def load_the_rest(_progress: "Progress | None" = None) -> None:
    """Import what the work needs; on a worker, where imports only take turns with the typing."""
    import clinicdesk.services.session
    import clinicdesk.ui.main_window  # noqa: F401 - loading it is all that is wanted


def unlock(folder: Path, login: str, password: str, progress: "Progress") -> "Clinic":
    """Open the store. password: a copy made for this call alone; it is overwritten."""
    from clinicdesk.services.session import unlock_clinic
    from clinicdesk.wiping import wipe

    load_the_rest(progress)
    try:
        return unlock_clinic(folder, login=login, password=password)
    finally:
        wipe(password)


def create(new: "NewStore", progress: "Progress") -> "tuple[Clinic, str]":
    from clinicdesk.services.session import create_clinic

    load_the_rest(progress)
    return create_clinic(
        new.folder,
        login=new.login,
        password=new.password,
        clinic_name=new.clinic_name,
        timezone=new.timezone,
    )


def new_store(theme: Theme, runner: TaskRunner) -> "CreatePage":
    from clinicdesk.ui.pages.create import CreatePage

    return CreatePage(create, theme, runner)


def furnish(clinic: "Clinic", theme: Theme, runner: TaskRunner) -> "MainWindow":
    from clinicdesk.ui.main_window import MainWindow

    return MainWindow(clinic, theme, runner)


def ask_folder(parent: QWidget, title: str, then: Callable[[Path], Any]) -> None:
    from clinicdesk.ui.dialogs import files

    files.ask_folder(parent, title, then)


def _load_behind(shell: Shell, runner: TaskRunner) -> None:
    runner.start(shell, "load", load_the_rest)


def _warm_models(shell: Shell, runner: TaskRunner) -> None:
    """Let the models' process load its libraries while the list is still being read."""
    if shell.clinic is not None and may(shell.clinic.principal.role, Action.RISK_ESTIMATE):
        runner.start(shell, "warm models", shell.clinic.risks.warm_up)


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
