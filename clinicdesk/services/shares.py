"""Share a record with its patient: a copy that the patient's account alone can open.

The copy is a file of its own, because a patient is given no key of clinic.db. It stays as it was
when it was shared, until it is shared again or revoked.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from clinicdesk import vault
from clinicdesk.domain.account import AccountName
from clinicdesk.domain.canonical import to_json
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action, Role
from clinicdesk.domain.shared import PatientAccount
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.services.access import Access, requires
from clinicdesk.services.files import put_in_place
from clinicdesk.services.standings import standings
from clinicdesk.storage import accounts, agreement, audit, patients, shares
from clinicdesk.storage.accounts import Account
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import RecordGuard
from clinicdesk.vault import SHARE_MAGIC, Unlocked

SHARES = "shares"


class Shares:
    """The accounts of patients, and the copies that lie ready for them."""

    def __init__(
        self,
        database: Database,
        access: Access,
        guard: RecordGuard,
        keys: Unlocked,
        folder: Path,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._guard = guard
        self._keys = keys
        self._folder = folder
        self._now = now

    @requires(Action.ACCOUNTS_MANAGE, fresh=True)
    def link(self, account_id: int, patient_id: PatientId) -> PatientAccount:
        """Say whose account it is; nothing is shared by that."""
        with self._database.writing() as session:
            account = accounts.get(session, account_id)
            _require(account.principal.role is Role.PATIENT, "This is not a patient's account.")
            _require(
                shares.find(session, account_id) is None, "This account has a patient already."
            )
            patients.get(session, patient_id)
            shares.link(session, account_id, patient_id, self._now())
            self._guard.record(
                session, patient_id, "share.link", detail={"user": account_id}, at=self._now()
            )
            return shares.get(session, account_id, patient_id)

    @requires(Action.ACCOUNTS_MANAGE, fresh=True)
    def unlink(self, account_id: int) -> None:
        """Take a patient's account away from them, and what was shared with it."""
        with self._database.writing() as session:
            account = accounts.get(session, account_id)
            self._remove(account)
            shares.unlink(session, account_id)
            audit.record(
                session,
                self._access.principal,
                "share.unlink",
                object_type="user",
                object_id=account_id,
                at=self._now(),
            )

    @requires(Action.ACCOUNTS_MANAGE)
    def unlinked(self) -> Sequence[AccountName]:
        """The open accounts of patients of whom nobody has said yet who they are."""
        with self._database.reading() as session:
            return [
                account.name
                for account in accounts.every(session)
                if account.principal.role is Role.PATIENT
                and account.standing.active
                and shares.find(session, account.principal.user_id) is None
            ]

    @requires(Action.SHARE)
    def of_patient(self, patient_id: PatientId) -> Sequence[PatientAccount]:
        """The accounts of a patient, and since when something lies ready for each."""
        with self._guard.reading(patient_id) as session:
            return shares.of_patient(session, patient_id)

    @requires(Action.SHARE, fresh=True)
    def share(self, patient_id: PatientId, account_id: int) -> PatientAccount:
        """Put a copy of the record, as it is now, in the place of the one before."""
        at = _to_the_millisecond(self._now())
        with self._guard.reading(patient_id) as session:
            shares.get(session, account_id, patient_id)
            account = self._proven(accounts.get(session, account_id))
            content = to_json(shares.copy(session, patient_id, at))
        user_id = account.standing.user_id
        sealed = vault.seal_share(self._keys, user_id, str(patient_id), content)
        path = self._made_folder() / share_name(user_id)
        with (
            put_in_place(path, sealed, starts_with=SHARE_MAGIC),
            self._guard.writing(patient_id) as session,
        ):
            user = self._access.principal.user_id
            shares.note_shared(session, account_id, by=user, at=at)
            self._guard.record(session, patient_id, "share", detail={"user": account_id}, at=at)
        return self._shared(account_id, patient_id)

    @requires(Action.SHARE)
    def revoke(self, patient_id: PatientId, account_id: int) -> None:
        """Delete the copy. What the patient has read or copied stays with them."""
        with self._guard.writing(patient_id) as session:
            shares.get(session, account_id, patient_id)
            self._remove(accounts.get(session, account_id))
            shares.note_revoked(session, account_id)
            self._guard.record(
                session, patient_id, "share.revoke", detail={"user": account_id}, at=self._now()
            )

    def _shared(self, account_id: int, patient_id: PatientId) -> PatientAccount:
        with self._database.reading() as session:
            return shares.get(session, account_id, patient_id)

    def _proven(self, account: Account) -> Account:
        """An open account of a patient, the same in header and database."""
        if agreement.is_disputed(account, standings(self._keys)):
            raise agreement.AccountsDisputed([account.principal.login])
        _require(account.principal.role is Role.PATIENT, "This is not a patient's account.")
        _require(account.standing.active, "This account is closed. Nothing was shared.")
        return account

    def _made_folder(self) -> Path:
        folder = self._folder / SHARES
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError:
            raise StoreError("The store's folder cannot be written. Check its rights.") from None
        return folder

    def _remove(self, account: Account) -> None:
        try:
            share_path(self._folder, account.standing.user_id).unlink(missing_ok=True)
        except OSError:
            raise StoreError(
                "The shared copy could not be deleted, so it is still there. Check the rights of"
                " the store's folder, then try again."
            ) from None


def share_name(user_id: str) -> str:
    return f"{user_id}.share"


def share_path(folder: Path, user_id: str) -> Path:
    """Where the copy for this account lies in a store."""
    return folder / SHARES / share_name(user_id)


def _to_the_millisecond(at: datetime) -> datetime:
    """As the store keeps it: file and list say the same instant."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BadInput(otherwise)
