"""The own account of somebody whose role has no part in clinic.db, so that no audit tells of it."""

from clinicdesk import vault
from clinicdesk.domain.roles import Action
from clinicdesk.services.access import Access, requires
from clinicdesk.vault import Unlocked


class KeyAccount:
    """What a researcher or a patient may do about their own account."""

    def __init__(self, access: Access, keys: Unlocked) -> None:
        self._access = access
        self._keys = keys

    @requires(Action.OWN_ACCOUNT)
    def change_password(self, old: str, new: str) -> None:
        """Choose a new password. Raise `WrongPassword`."""
        vault.change_own_password(self._keys, old, new)
        self._access.must_change = False
        self._access.confirm()
