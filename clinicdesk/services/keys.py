"""The keys of a store, for its administrators: new data keys, a new recovery key."""

from collections.abc import Callable
from datetime import datetime

from clinicdesk import vault
from clinicdesk.domain.roles import Action
from clinicdesk.errors import StoreError
from clinicdesk.services.access import Access, requires
from clinicdesk.services.chaining import follow_root
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.rotation import KeyChange
from clinicdesk.services.standings import standings
from clinicdesk.storage import agreement, audit
from clinicdesk.storage.database import Database
from clinicdesk.vault import Unlocked


class Keys:
    """What opens the store, apart from the passwords of its accounts."""

    def __init__(
        self,
        database: Database,
        access: Access,
        keys: Unlocked,
        change: KeyChange,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._keys = keys
        self._change = change
        self._now = now

    @requires(Action.KEYS_MANAGE, fresh=True)
    def rotate(self, progress: Progress = SILENT) -> None:
        """Encrypt the store under a new key: older copies of the key files open nothing new.

        Nobody needs a new password. Takes some 15 s a gigabyte, and 2.2 times its room.
        """
        with self._database.reading() as session:
            agreement.require_agreement(session, standings(self._keys))
        with self._change.prepared():
            vault.begin_rotation(self._keys)
            try:
                self._change.finish(progress)
            except StoreError:
                self._change.give_up()
                raise
        follow_root(self._database, self._keys, self._access.principal, self._now())
        self._record("keys.rotate")

    @requires(Action.KEYS_MANAGE, fresh=True)
    def replace_recovery_key(self) -> str:
        """Make a new recovery key, to be shown once; the old sheet stops working."""
        key = vault.renew_recovery_key(self._keys)
        self._record("keys.recovery_replace")
        return str(key)

    @requires(Action.KEYS_MANAGE)
    def is_recovery_key(self, typed: str) -> bool:
        """Whether the sheet in the safe still opens this store. Raise `BadInput` for a mistype."""
        files = self._keys.files
        key = vault.read_recovery_key(typed)
        return vault.is_recovery_key(files.folder, key, limits=files.limits)

    def _record(self, action: str) -> None:
        with self._database.writing() as session:
            audit.record(session, self._access.principal, action, at=self._now())
