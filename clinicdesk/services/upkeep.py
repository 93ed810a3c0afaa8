"""Look after the file beneath an unlocked store: is it writable, is it whole, is its log short."""

from collections.abc import Callable
from datetime import datetime, timedelta

from clinicdesk.domain.health import Health
from clinicdesk.domain.roles import Action
from clinicdesk.errors import DiskFull
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import audit, integrity, store
from clinicdesk.storage.database import Database

LOOK_AFTER = timedelta(days=7)
_LOOKED_AT = "integrity_looked_at"


class Upkeep:
    """What nobody asks for and everybody needs.

    prepare: brings the tables for models and charts up to date.
    """

    def __init__(
        self,
        database: Database,
        access: Access,
        now: Callable[[], datetime],
        prepare: Callable[[Progress], object],
    ) -> None:
        self._database = database
        self._access = access
        self._now = now
        self._prepare = prepare

    @requires(Action.STORE_UPKEEP)
    def health(self) -> Health:
        """How the last reading and writing went; asks the disk how much room it has."""
        return self._health()

    @requires(Action.STORE_UPKEEP)
    def try_again(self) -> Health:
        """Try to write, now that the trouble may have passed; nothing of meaning is written."""
        if not self._database.condition.is_damaged:
            self._database.try_writing()
        return self._health()

    @requires(Action.STORE_UPKEEP)
    def rest(self, progress: Progress = SILENT) -> None:
        """Prepare what models and charts read, and fold the log, while nobody needs either."""
        if self._database.condition.trouble is None:
            self._prepare(progress)
        self._database.checkpoint()

    @requires(Action.STORE_UPKEEP)
    def look_if_due(self, progress: Progress = SILENT) -> bool:
        """Look through a file that is too large to do so at every unlocking, once a week.

        Raise `StoreDamaged`. Returns whether it was due.
        """
        if not self._is_due():
            return False
        progress.report(0.1, "Looking through the store")
        integrity.look_through(self._database)
        with self._database.writing() as session:
            store.change_setting(session, _LOOKED_AT, self._now().isoformat())
            audit.record(session, self._access.principal, "store.look", at=self._now())
        return True

    def _is_due(self) -> bool:
        if not integrity.is_large(self._database):
            return False
        with self._database.reading() as session:
            said = store.setting(session, _LOOKED_AT)
        return not said or self._now() - datetime.fromisoformat(said) > LOOK_AFTER

    def _health(self) -> Health:
        trouble = self._database.condition.trouble
        if trouble is None:
            return Health()
        missing = trouble.missing if isinstance(trouble, DiskFull) else 0
        return Health(str(trouble), self._database.condition.is_damaged, missing)
