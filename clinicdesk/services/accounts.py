"""The accounts of a store, for its administrators.

Header and database are kept in step: a change is announced in the database, made in the header,
followed in the database. What stops in between is brought to its end when an administrator
unlocks the store next (storage/agreement.py).
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime

from clinicdesk import vault
from clinicdesk.domain.account import AccountSummary, TemporaryPassword
from clinicdesk.domain.roles import Action, Role
from clinicdesk.errors import BadInput, RecordNotFound, StoreError
from clinicdesk.services.access import Access, requires
from clinicdesk.services.chaining import follow_root
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.rotation import KeyChange
from clinicdesk.services.standings import standing_of, standings
from clinicdesk.storage import accounts, agreement, audit
from clinicdesk.storage.accounts import Account
from clinicdesk.storage.database import Database
from clinicdesk.vault import AccountState, NewAccount, Unlocked


class Accounts:
    """Who may unlock the store, and as what. Accounts are named by their row id."""

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
        self._key_change = change
        self._now = now

    @requires(Action.ACCOUNTS_MANAGE)
    def list(self) -> list[AccountSummary]:
        """Every account there ever was, by login."""
        states = {state.user_id: state for state in vault.list_accounts(self._keys)}
        header = {user_id: standing_of(state) for user_id, state in states.items()}
        with self._database.reading() as session:
            known = accounts.every(session)
        return [
            AccountSummary(
                id=account.principal.user_id,
                login=account.principal.login,
                display_name=account.display_name,
                role=account.principal.role,
                active=account.standing.active,
                must_change=_must_change(states.get(account.standing.user_id)),
                disputed=agreement.is_disputed(account, header),
                created_at=account.created_at,
            )
            for account in known
        ]

    @requires(Action.ACCOUNTS_MANAGE)
    def by_login(self, login: str) -> AccountSummary:
        """The account with this login, however its case."""
        wanted = login.strip().casefold()
        for account in self.list():
            if account.login.casefold() == wanted:
                return account
        raise RecordNotFound("There is no account with this login. `users list` shows them all.")

    @requires(Action.ACCOUNTS_MANAGE, fresh=True)
    def add(self, login: str, role: str, display_name: str = "") -> TemporaryPassword:
        """Add an account under a temporary password, with the keys of its role."""
        login = vault.clean_login(login)
        new = NewAccount(login, vault.as_role(role), _temporary(login))
        with self._database.writing() as session:
            if accounts.find_login(session, new.login):
                raise BadInput("There is an account with this login already. Choose another login.")
            account = accounts.add(
                session,
                user_id=secrets.token_hex(16),
                login=new.login,
                display_name=display_name.strip() or new.login,
                role=Role(new.role),
                changing="add",
                at=self._now(),
            )
        with self._followed(account, "add", {"role": new.role}):
            vault.add_account(self._keys, new, user_id=account.standing.user_id)
        return self._handed_over(account, new.password)

    @requires(Action.ACCOUNTS_MANAGE, fresh=True)
    def reset(self, id: int) -> TemporaryPassword:
        """Give a temporary password to somebody who forgot theirs, which stops working."""
        account = self._get(id)
        _require(account.standing.active, "This account is closed. Reactivate it instead.")
        return self._new_password(account, "reset")

    @requires(Action.ACCOUNTS_MANAGE, fresh=True)
    def reactivate(self, id: int) -> TemporaryPassword:
        """Open a closed account again, under a temporary password."""
        account = self._get(id)
        _require(not account.standing.active, "This account is open already.")
        return self._new_password(account, "reactivate")

    @requires(Action.ACCOUNTS_MANAGE, fresh=True)
    def deactivate(self, id: int) -> None:
        """Close an account. Whoever kept a copy of the store still opens that copy: `remove`."""
        account = self._get(id)
        with self._announced(account, "deactivate"), self._followed(account, "deactivate"):
            vault.deactivate(self._keys, account.standing.user_id)

    @requires(Action.ACCOUNTS_MANAGE, fresh=True)
    def change_role(self, id: int, role: str) -> None:
        """Give an account another role, with the keys of that role and no others.

        Whoever had the key of the records may have kept a copy of it: `Keys.rotate`.
        """
        account, new = self._get(id), vault.as_role(role)
        with self._announced(account, "role"), self._followed(account, "role", {"role": new}):
            vault.change_role(self._keys, account.standing.user_id, new)

    @requires(Action.ACCOUNTS_MANAGE, fresh=True)
    def remove(self, id: int, progress: Progress = SILENT) -> None:
        """Close the account of somebody who may keep a copy, and encrypt the store anew.

        The account is closed at once. Where the store cannot be encrypted now, because the disk is
        full or somebody else has it open, `NotYetEncrypted` says so.
        """
        account = self._get(id)
        with self._database.reading() as session:
            agreement.require_agreement(session, standings(self._keys))
        with self._announced(account, "remove"), self._followed(account, "remove"):
            vault.remove_for_cause(self._keys, account.standing.user_id)
        self._key_change.finish_now_or_later(progress)
        follow_root(self._database, self._keys, self._access.principal, self._now())

    def _new_password(self, account: Account, what: str) -> TemporaryPassword:
        password = _temporary(account.principal.login)
        with self._announced(account, what), self._followed(account, what):
            vault.reset_password(
                self._keys, account.standing.user_id, account.principal.login, password
            )
        return self._handed_over(account, password)

    def _handed_over(self, account: Account, password: str) -> TemporaryPassword:
        return TemporaryPassword(self.by_login(account.principal.login), password)

    @contextmanager
    def _announced(self, account: Account, what: str) -> Iterator[None]:
        """Commit that the header is about to change."""
        with self._database.writing() as session:
            accounts.begin_change(session, account.standing.user_id, what)
        yield

    @contextmanager
    def _followed(
        self, account: Account, what: str, detail: Mapping[str, str] | None = None
    ) -> Iterator[None]:
        """Let the block change the header, then bring the database in step with it."""
        try:
            with self._database.writing() as session:
                yield
                accounts.follow(session, standings(self._keys)[account.standing.user_id])
                audit.record(
                    session,
                    self._access.principal,
                    f"account.{what}",
                    object_type="user",
                    object_id=account.principal.user_id,
                    detail=detail,
                    at=self._now(),
                )
        except BaseException:
            with suppress(StoreError):  # where that fails too, the next unlocking does it
                self._mend()
            raise

    def _mend(self) -> None:
        with self._database.writing() as session:
            agreement.mend(session, standings(self._keys), self._keys.user_id, self._now())

    def _get(self, id: int) -> Account:
        with self._database.reading() as session:
            return accounts.get(session, id)


def _temporary(login: str) -> str:
    """A proposal that our own rules take: a short login in a word, or a word twice, spoils one."""
    while True:
        proposed = vault.propose_passphrase().text
        with suppress(BadInput):
            vault.check_new_password(proposed, login=login)
            return proposed


def _must_change(state: AccountState | None) -> bool:
    return state is not None and state.must_change


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BadInput(otherwise)
