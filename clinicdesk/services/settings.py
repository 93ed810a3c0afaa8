"""What an administrator sets for the whole clinic."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput
from clinicdesk.models.score_choices import choices, decided, setting_of
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

    @requires(Action.OWN_ACCOUNT)
    def score_choices(self) -> dict[str, str]:
        """What the clinic decided for the published scores, by name of the input."""
        with self._database.reading() as session:
            return decided(partial(store.setting, session))

    @requires(Action.SETTINGS_CHANGE)
    def decide_for_scores(self, options: Mapping[str, str]) -> None:
        """Decide, from the next score on; "" takes a decision back.

        options: by name of the input. Raise `BadInput` for one that is not decided here,
        `CannotScore` for an option that is none.
        """
        wanted = {name: _option(name, option) for name, option in options.items()}
        with self._database.writing() as session:
            for name, after in wanted.items():
                before = store.setting(session, setting_of(name))
                if after == before:
                    continue
                store.change_setting(session, setting_of(name), after)
                audit.record(
                    session,
                    self._access.principal,
                    "settings.change",
                    object_type=setting_of(name),
                    detail={"before": before, "after": after},
                    at=self._now(),
                )


def _option(name: str, option: str) -> str:
    if (choice := choices().get(name)) is None:
        known = ", ".join(choices())
        raise BadInput(f"{name} is not decided for the whole clinic. These are: {known}.")
    return choice.read(option) if option else ""
