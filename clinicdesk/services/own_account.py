"""What everybody may do about their own account."""

from collections.abc import Callable
from datetime import datetime

from clinicdesk import vault
from clinicdesk.domain.roles import Action
from clinicdesk.services.access import Access, requires
from clinicdesk.storage import audit
from clinicdesk.storage.database import Database
from clinicdesk.vault import Unlocked


class OwnAccount:
    """The account of whoever is signed in. clinic_name: no part of a good password."""

    def __init__(
        self,
        database: Database,
        access: Access,
        keys: Unlocked,
        clinic_name: str,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._keys = keys
        self._clinic_name = clinic_name
        self._now = now

    @requires(Action.OWN_ACCOUNT)
    def change_password(self, old: str, new: str) -> None:
        """Choose a new password; the data stays encrypted as it is. Raise `WrongPassword`."""
        principal = self._access.principal
        with self._database.writing() as session:
            audit.record(
                session,
                principal,
                "account.password",
                object_type="user",
                object_id=principal.user_id,
                at=self._now(),
            )
            vault.change_own_password(self._keys, old, new, words=(self._clinic_name,))
        self._access.must_change = False
        self._access.confirm()
