"""What an administrator sets for the whole clinic."""

from collections.abc import Callable
from datetime import datetime

from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput
from clinicdesk.services import idle
from clinicdesk.services.access import Access, requires
from clinicdesk.storage import audit, store
from clinicdesk.storage.database import Database

_IDLE = "idle_minutes"


class Settings:
    """Settings of one clinic, kept in its store."""

    def __init__(self, database: Database, access: Access, now: Callable[[], datetime]) -> None:
        self._database = database
        self._access = access
        self._now = now

    @requires(Action.OWN_ACCOUNT)
    def idle_minutes(self) -> int:
        """Minutes without input after which ClinicDesk locks. 1 to 30."""
        with self._database.reading() as session:
            return int(store.setting(session, _IDLE) or idle.DEFAULT)

    @requires(Action.SETTINGS_CHANGE)
    def change_idle_minutes(self, minutes: int) -> None:
        """Set them, for everybody, from the next unlocking on."""
        if not idle.SHORTEST <= minutes <= idle.LONGEST:
            raise BadInput(
                f"ClinicDesk locks after {idle.SHORTEST} to {idle.LONGEST} minutes without input."
                " Choose a number in between."
            )
        with self._database.writing() as session:
            before = store.setting(session, _IDLE) or str(idle.DEFAULT)
            store.change_setting(session, _IDLE, str(minutes))
            audit.record(
                session,
                self._access.principal,
                "settings.change",
                object_type=_IDLE,
                detail={"before": int(before), "after": minutes},
                at=self._now(),
            )
