"""What a patient has unlocked: the copy of the own record that somebody shared, and no key more."""

from functools import cached_property
from pathlib import Path

from clinicdesk import vault
from clinicdesk.domain.canonical import NotCanonical, from_json
from clinicdesk.domain.roles import Action
from clinicdesk.domain.shared import SharedCopy
from clinicdesk.errors import RecordNotFound, StoreError
from clinicdesk.services.access import Access, requires
from clinicdesk.services.desk import Desk
from clinicdesk.services.shares import share_path
from clinicdesk.vault import ShareUnreadable, Unlocked
from clinicdesk.wiping import wipe


class OwnRecord:
    """The patient's own record, as it was shared last."""

    def __init__(self, access: Access, keys: Unlocked, folder: Path) -> None:
        self._access = access
        self._keys = keys
        self._folder = folder

    @requires(Action.SHARED_READ)
    def read(self) -> SharedCopy:
        """Read the copy; raise `RecordNotFound` while nothing is shared."""
        content = vault.open_share(self._keys, self._file())
        try:
            return from_json(SharedCopy, content)
        except NotCanonical:
            raise ShareUnreadable from None
        finally:
            wipe(content)

    def _file(self) -> bytes:
        try:
            return share_path(self._folder, self._keys.user_id).read_bytes()
        except FileNotFoundError:
            raise RecordNotFound(
                "Nothing is shared with you now. Ask the clinic to share your record."
            ) from None
        except OSError:
            raise StoreError("What was shared with you cannot be read. Check the disk.") from None


class SharedRecord(Desk):
    """The session of a patient."""

    @cached_property
    def own_record(self) -> OwnRecord:
        return OwnRecord(self._access, self._keys, self.folder)
