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

from clinicdesk.ui.fonts import load_fonts
from clinicdesk.ui.instance import Instance
from clinicdesk.ui.palette import DARK, LIGHT, Palette
from clinicdesk.ui.preferences import Preferences, user_settings
from clinicdesk.ui.shell import Doors, Shell
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme, system_is_dark

if TYPE_CHECKING:
    from clinicdesk.services.clinic import Clinic
    from clinicdesk.services.progress import Progress
    from clinicdesk.ui.frame import WorkFrame
    from clinicdesk.ui.locking import AutoLock
    from clinicdesk.ui.opened import Opened
    from clinicdesk.ui.pages.change_password import ForcedChangePage
    from clinicdesk.ui.pages.create import CreatePage, NewStore
    from clinicdesk.ui.pages.recover import RecoverPage

LOADING_STARTS = 150  # ms after the first paint, when the window has come to rest


def open_window(
    arguments: Sequence[str] = (), *, store: Path | None = None, login: str = "", password: str = ""
) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    store: ask for its password, or with `password` go straight in (the demonstration clinic).
    Where ClinicDesk is open already, its window comes forward instead.
    """
    application = application_for(arguments)
    settings = user_settings()
    instance = Instance(Path(settings.fileName()).parent, application)
    if store is None and not instance.is_first:
        instance.ask()
        return 0
    preferences = Preferences(settings)
    theme = Theme(application, preferences.palette or _system_palette(application))
    runner = TaskRunner(application)
    doors = Doors(unlock, new_store, recover_store, change_first, furnish, watch, ask_folder)
    shell = Shell(doors, preferences, theme, runner)
    load = partial(_load_behind, shell, runner)
    shell.painted.connect(partial(QTimer.singleShot, LOADING_STARTS, shell, load))
    shell.opened.connect(partial(_warm_models, shell, runner))
    sys.excepthook = _Hook(shell)
    if store is None:
        shell.come_in()
    else:
        shell.ask_password(store, login)
    shell.show()
    if instance.is_first:
        instance.wanted.connect(shell.come_forward)
        shell.painted.connect(instance.listen)
    if shell.unlock is not None and password:
        shell.unlock.attempt_with(password)
    code = application.exec()
    runner.shutdown()
    shell.leave()
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


def unlock(folder: Path, login: str, password: str, progress: "Progress") -> "Opened":
    """Open the store. password: a copy made for this call alone; it is overwritten."""
    from clinicdesk.services import session
    from clinicdesk.wiping import wipe

    load_the_rest(progress)
    try:
        return session.unlock(folder, login=login, password=password)
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


def recover(
    folder: Path, login: str, key: str, password: str, progress: "Progress"
) -> "tuple[Clinic, str]":
    from clinicdesk.services.recovery import recover_clinic

    load_the_rest(progress)
    return recover_clinic(folder, recovery_key=key, login=login, new_password=password)


def recover_store(theme: Theme, runner: TaskRunner) -> "RecoverPage":
    from clinicdesk.ui.pages.recover import RecoverPage

    return RecoverPage(recover, theme, runner)


def change_first(opened: "Opened", theme: Theme, runner: TaskRunner) -> "ForcedChangePage":
    from clinicdesk.ui.pages.change_password import ForcedChangePage

    return ForcedChangePage(
        opened.own_account.change_password, opened.principal.login, theme, runner
    )


def furnish(opened: "Opened", theme: Theme, runner: TaskRunner) -> "WorkFrame":
    """The window of the role that unlocked the store."""
    from clinicdesk.services.clinic import Clinic
    from clinicdesk.services.research import ResearchDesk
    from clinicdesk.services.shared_record import SharedRecord

    if isinstance(opened, Clinic):
        from clinicdesk.ui.main_window import MainWindow

        return MainWindow(opened, theme, runner)
    if isinstance(opened, ResearchDesk):
        from clinicdesk.ui.research_window import ResearchWindow

        return ResearchWindow(opened, theme, runner)
    if isinstance(opened, SharedRecord):
        from clinicdesk.ui.shared_window import SharedWindow

        return SharedWindow(opened, theme, runner)
    raise TypeError(f"there is no window for {type(opened).__name__}")


def watch(shell: QWidget) -> "AutoLock":
    """Lock when nobody is there, and with the computer."""
    from clinicdesk.ui.locking import AutoLock
    from clinicdesk.ui.system_lock import system_lock
    from clinicdesk.ui.wake import Wake

    automatic = AutoLock(application_for(), parent=shell)
    Wake(parent=automatic).locked.connect(automatic.due)
    if sys.platform == "win32":
        from clinicdesk.ui.windows_lock import WindowsLock

        WindowsLock(shell, automatic).locked.connect(automatic.due)
    else:
        system_lock(automatic).locked.connect(automatic.due)
    return automatic


def ask_folder(parent: QWidget, title: str, then: Callable[[Path], Any]) -> None:
    from clinicdesk.ui.dialogs import files

    files.ask_folder(parent, title, then)


def _load_behind(shell: Shell, runner: TaskRunner) -> None:
    runner.start(shell, "load", load_the_rest)


def _warm_models(shell: Shell, runner: TaskRunner) -> None:
    """Let the models' process load its libraries while the list is still being read."""
    from clinicdesk.domain.roles import Action, may
    from clinicdesk.services.clinic import Clinic

    clinic = shell.clinic
    if isinstance(clinic, Clinic) and may(clinic.principal.role, Action.RISK_ESTIMATE):
        runner.start(shell, "warm models", clinic.risks.warm_up)


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
