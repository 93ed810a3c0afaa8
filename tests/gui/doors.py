"""The real doors, for stores whose key derivation is cheap."""

from pathlib import Path

from clinicdesk.services import session
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.progress import Progress
from clinicdesk.services.recovery import recover_clinic
from clinicdesk.services.session import Session, create_clinic
from clinicdesk.ui.application import change_first, furnish, watch
from clinicdesk.ui.pages.create import CreatePage, NewStore
from clinicdesk.ui.pages.recover import RecoverPage
from clinicdesk.ui.shell import Doors
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.conftest import CHEAP, CHEAP_LIMITS


def unlock(folder: Path, login: str, password: str, _progress: Progress) -> Session:
    return session.unlock(folder, login=login, password=password, limits=CHEAP_LIMITS)


def create(new: NewStore, _progress: Progress) -> tuple[Clinic, str]:
    return create_clinic(
        new.folder,
        login=new.login,
        password=new.password,
        clinic_name=new.clinic_name,
        timezone=new.timezone,
        cost=CHEAP,
        limits=CHEAP_LIMITS,
    )


def new_store(theme: Theme, runner: TaskRunner) -> CreatePage:
    return CreatePage(create, theme, runner)


def nobody_chooses(*_: object) -> None:
    raise AssertionError("no test chooses a folder by hand")


def recover(
    folder: Path, login: str, key: str, password: str, _progress: Progress
) -> tuple[Clinic, str]:
    return recover_clinic(
        folder, recovery_key=key, login=login, new_password=password, limits=CHEAP_LIMITS
    )


def recover_store(theme: Theme, runner: TaskRunner) -> RecoverPage:
    return RecoverPage(recover, theme, runner)


DOORS = Doors(unlock, new_store, recover_store, change_first, furnish, watch, nobody_chooses)
