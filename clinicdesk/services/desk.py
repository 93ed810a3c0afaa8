"""What every session has that is not the clinic's: a person, a password of theirs, a lock."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path

from clinicdesk import vault
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.services.access import Access
from clinicdesk.services.clock import utc_now
from clinicdesk.services.key_account import KeyAccount
from clinicdesk.storage.presence import Presence
from clinicdesk.vault import Unlocked

_NO_ROW = 0  # the accounts of the database are not seen from here


class Desk:
    """A session without the clinical key. It owns the keys and its presence: `lock` lets go."""

    warnings: tuple[str, ...] = ()  # nothing that an administrator should know is seen from here

    def __init__(
        self,
        folder: Path,
        keys: Unlocked,
        presence: Presence,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.folder = folder
        self.principal = Principal(_NO_ROW, keys.login, Role(keys.role))
        self.now = now
        self._keys = keys
        self._presence = presence
        self._access = Access(self.principal, now=now, must_change=keys.must_change)

    @cached_property
    def own_account(self) -> KeyAccount:
        return KeyAccount(self._access, self._keys)

    @property
    def must_change_password(self) -> bool:
        """Whether the password is a temporary one: nothing else works before it is changed."""
        return self._access.must_change

    def reauthenticate(self, password: str) -> None:
        """Take the password again. Raise `WrongPassword`."""
        self._access.require_session()
        vault.confirm_password(self._keys, password)
        self._access.confirm()

    def leave(self) -> None:
        """Lock: there is nothing to do before."""
        self.lock()

    def lock(self) -> None:
        """Drop the keys."""
        self._access.close()
        self._keys.close()
        self._presence.close()
