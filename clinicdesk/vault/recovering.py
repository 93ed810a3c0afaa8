"""Open a store whose administrators' passwords are lost, by the recovery key on paper."""

from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.vault.administering import administer
from clinicdesk.vault.domains import Domain
from clinicdesk.vault.drafts import enrolled, signed, with_new_recovery
from clinicdesk.vault.files import KeyFiles
from clinicdesk.vault.header import Header
from clinicdesk.vault.kdf import LIMITS, Limits
from clinicdesk.vault.keyring import KeyRing, open_ring
from clinicdesk.vault.passwords import check_new_password, clean_login
from clinicdesk.vault.recovery import RecoveryKey
from clinicdesk.vault.roster import Account, Epoch
from clinicdesk.vault.sealing import NotOpened, public_of
from clinicdesk.vault.slots import Contents, open_with_recovery
from clinicdesk.vault.throttle import Throttle
from clinicdesk.vault.troubles import KeysTampered
from clinicdesk.vault.unlocked import Unlocked


class WrongRecoveryKey(NotAllowed):
    def __init__(self) -> None:
        super().__init__(
            "This recovery key does not belong to this store, or a newer one has replaced it."
            " Look for the latest sheet."
        )


class Recovery:
    """A store opened by its recovery key, before anything is changed; `close` forgets the keys.

    Whoever holds a database beside the header reads it with these keys, notes there what is about
    to happen, and then calls `complete`.
    """

    def __init__(self, files: KeyFiles, header: Header, recovery: Contents) -> None:
        self.store_id = header.store_id.hex()
        self._files = files
        self._header = header
        self._contents = recovery
        self._ring = open_ring(header, header.roster.recovery.owner, recovery.private)

    def __repr__(self) -> str:
        return "Recovery()"

    def user_id(self, login: str) -> str:
        """The id of the administrator with this login; raise `BadInput` when there is none."""
        return _administrator(self._header, login).user_id

    def database_key(self) -> bytes:
        """The raw key of clinic.db. 32 bytes."""
        return self._database_key(self._epoch().current)

    def pending_database_key(self) -> bytes | None:
        """The raw key clinic.db gets, or got already, while a rotation is under way."""
        pending = self._epoch().pending
        return None if pending is None else self._database_key(pending)

    def backup_key(self) -> bytes:
        """Of the manifests of backups. 32 bytes."""
        return self._derived(self._epoch().current, "backup")

    def complete(
        self, login: str, new_password: str, *, words: Collection[str] = ()
    ) -> tuple[Unlocked, RecoveryKey]:
        """Give this administrator a new password, and the store a new recovery key."""
        check_new_password(new_password, login=login, words=words)
        files, header = self._files, self._header
        account = _administrator(header, login)
        after, contents = enrolled(header, account, new_password, self._ring, files.limits)
        after, new_key = with_new_recovery(after, self._ring)
        after = files.write(signed(after, self._ring), over=header)
        Throttle(files.folder).succeeded(account.login_tag)
        return _unlocked(files, after, account.user_id, login, contents), new_key

    def close(self) -> None:
        """Overwrite every key."""
        self._ring.wipe()
        self._contents.wipe()

    def _epoch(self) -> Epoch:
        return self._header.roster.epochs[Domain.CLINICAL]

    def _database_key(self, epoch: int) -> bytes:
        return self._derived(epoch, "sqlcipher")

    def _derived(self, epoch: int, label: str) -> bytes:
        return self._ring.derived(Domain.CLINICAL, epoch, label, self._header.store_id)


def begin_recovery(folder: Path, key: RecoveryKey, *, limits: Limits = LIMITS) -> Recovery:
    """Open the store by the recovery key on paper; raise `WrongRecoveryKey`."""
    files = KeyFiles(folder, limits)
    header = files.load()
    return Recovery(files, header, _opened(header, key))


def recover(
    folder: Path, key: RecoveryKey, login: str, new_password: str, *, limits: Limits = LIMITS
) -> tuple[Unlocked, RecoveryKey]:
    """Give an administrator a new password by the recovery key, which is replaced as well."""
    with closing(begin_recovery(folder, key, limits=limits)) as recovery:
        return recovery.complete(login, new_password)


def renew_recovery_key(keys: Unlocked) -> RecoveryKey:
    """Make a new recovery key; the old sheet stops working."""
    made: list[RecoveryKey] = []

    def renewed(header: Header, ring: KeyRing) -> Header:
        header, key = with_new_recovery(header, ring)
        made.append(key)
        return header

    administer(keys, renewed)
    return made[-1]


def is_recovery_key(folder: Path, key: RecoveryKey, *, limits: Limits = LIMITS) -> bool:
    """Whether the sheet still opens this store; changes nothing."""
    try:
        _opened(KeyFiles(folder, limits).load(), key).wipe()
    except WrongRecoveryKey:
        return False
    return True


def _opened(header: Header, key: RecoveryKey) -> Contents:
    recovery = header.roster.recovery
    slot = header.slot(recovery.owner)
    if slot is None:
        raise KeysTampered
    try:
        contents = open_with_recovery(slot, header.store_id, key.secret)
    except NotOpened:
        raise WrongRecoveryKey from None
    ours = public_of(contents.private) == recovery.public_key
    if not ours or not header.is_genuine(contents.trusted):
        contents.wipe()
        raise KeysTampered
    return contents


def _administrator(header: Header, login: str) -> Account:
    account = header.roster.account_of_login(login)
    if account is None or account.role is not Role.ADMINISTRATOR or not account.active:
        raise BadInput("No administrator of this store has that login. Check its spelling.")
    return account


def _unlocked(
    files: KeyFiles, header: Header, user_id: str, login: str, contents: Contents
) -> Unlocked:
    account = next(each for each in header.roster.accounts if each.user_id == user_id)
    return Unlocked(files, header, account, clean_login(login), contents)
