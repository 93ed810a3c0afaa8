"""Accounts: add, reset, close, open again, change the role, change one's own password."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput
from clinicdesk.vault.administering import administer, someone_else
from clinicdesk.vault.creation import NewAccount, as_role, new_account
from clinicdesk.vault.drafts import enrolled, resealed, shut_out
from clinicdesk.vault.header import Header
from clinicdesk.vault.kdf import normal
from clinicdesk.vault.keyring import KeyRing
from clinicdesk.vault.opening import confirm_password
from clinicdesk.vault.passwords import check_new_password, clean_login
from clinicdesk.vault.roster import MOST_ACCOUNTS, Account, login_tag
from clinicdesk.vault.slots import Contents, password_slot
from clinicdesk.vault.throttle import SYSTEM_CLOCKS, Clocks, Throttle
from clinicdesk.vault.unlocked import Unlocked


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as the header knows it; the names of its owner are in the database."""

    user_id: str
    role: Role
    active: bool
    must_change: bool
    public_key: bytes  # must equal the one in the database


def list_accounts(keys: Unlocked) -> list[AccountState]:
    """Every account there ever was, those that were closed too."""
    header = keys.current()
    return [_state(header, account) for account in header.roster.accounts]


def find_account(keys: Unlocked, login: str) -> AccountState | None:
    """Find an account by its login."""
    header = keys.current()
    account = header.roster.account_of_login(login)
    return _state(header, account) if account else None


def are_logins_ours(keys: Unlocked, logins: Mapping[str, str]) -> bool:
    """Whether each login is that of this account in the header. logins: by user_id."""
    roster = keys.current().roster
    known = {account.user_id: account.login_tag for account in roster.accounts}
    return all(
        login_tag(roster.login_salt, login) == known[user_id]
        for user_id, login in logins.items()
        if user_id in known
    )


def add_account(keys: Unlocked, account: NewAccount, *, user_id: str | None = None) -> AccountState:
    """Add an account under a temporary password, and give it the keys of its role.

    user_id: 32 hex digits where the database has noted the account already.
    """
    clean_login(account.login)
    check_new_password(account.password, login=account.login)
    role = as_role(account.role)

    def added(header: Header, ring: KeyRing) -> Header:
        taken = user_id and header.roster.account(user_id)
        if taken or header.roster.account_of_login(account.login):
            raise BadInput("There is an account with this login already. Choose another login.")
        if len(header.roster.accounts) == MOST_ACCOUNTS:
            raise BadInput(f"A store holds {MOST_ACCOUNTS} accounts at most, closed ones included.")
        new = new_account(header, account.login, role, user_id)
        return _enrolled(keys, header, new, account.password, ring)

    header = administer(keys, added)
    return _state(header, header.roster.accounts[-1])


def reset_password(keys: Unlocked, user_id: str, login: str, temporary: str) -> AccountState:
    """Give somebody a temporary password without knowing the old one, which stops working.

    Opens an account that was closed again; lifts the lock after too many wrong passwords.
    """
    check_new_password(temporary, login=login)

    def reset(header: Header, ring: KeyRing) -> Header:
        account = someone_else(keys, header, user_id)
        return _enrolled(keys, header, account, temporary, ring)

    header = administer(keys, reset)
    account = _account(header, user_id)
    Throttle(keys.files.folder).succeeded(account.login_tag)
    return _state(header, account)


def deactivate(keys: Unlocked, user_id: str) -> None:
    """Close an account.

    Whoever kept an older clinic.keys still opens an older copy of the store with it; where that
    matters, `remove_for_cause`.
    """
    administer(keys, lambda header, ring: shut_out(header, someone_else(keys, header, user_id)))


def change_role(keys: Unlocked, user_id: str, role: str) -> AccountState:
    """Give an account another role, with the keys of that role and no others."""
    new = as_role(role)

    def changed(header: Header, ring: KeyRing) -> Header:
        account = someone_else(keys, header, user_id)
        if not account.active:
            raise BadInput("This account is closed. Give it a new password first.")
        return resealed(header, replace(account, role=new), ring)

    header = administer(keys, changed)
    return _state(header, _account(header, user_id))


def change_own_password(
    keys: Unlocked,
    old: str,
    new: str,
    *,
    words: Collection[str] = (),
    clocks: Clocks = SYSTEM_CLOCKS,
) -> None:
    """Wrap our private key under a new password; nothing else in the store changes.

    words: what the new one may not be made of, the clinic's name first.
    """
    check_new_password(new, login=keys.login, words=words)
    if normal(old) == normal(new):
        raise BadInput("The new password is the old one. Choose another.")
    confirm_password(keys, old, clocks=clocks)
    header = keys.current()
    slot = password_slot(
        header.store_id,
        keys.user_id,
        Contents(keys.contents().private, header.roster.signer()),
        new,
        cost=keys.files.limits.today(header.roster.cost),
        limits=keys.files.limits,
    )

    def changed(found: Header) -> Header:
        keys.check(found)
        return replace(found, slots=found.with_slot(slot))

    keys.files.update(changed)
    keys.must_change = False


def _enrolled(
    keys: Unlocked, header: Header, account: Account, password: str, ring: KeyRing
) -> Header:
    header, contents = enrolled(
        header, account, password, ring, keys.files.limits, must_change=True
    )
    contents.wipe()
    return header


def _account(header: Header, user_id: str) -> Account:
    return next(each for each in header.roster.accounts if each.user_id == user_id)


def _state(header: Header, account: Account) -> AccountState:
    slot = header.slot(account.user_id)
    return AccountState(
        user_id=account.user_id,
        role=account.role,
        active=account.active,
        must_change=slot is not None and slot.must_change,
        public_key=account.public_key,
    )
