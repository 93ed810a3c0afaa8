"""What is checked and put right once the keys are unlocked, before somebody goes to work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import NOT_WRITABLE, StoreError
from clinicdesk.services.chaining import follow_root, require_chain
from clinicdesk.services.pinning import pin, require_not_older
from clinicdesk.services.rotation import KeyChange, NotYetEncrypted, is_under_way
from clinicdesk.services.standings import standings
from clinicdesk.storage import accounts, agreement, audit, integrity, schema, store
from clinicdesk.storage.accounts import Account, Standing
from clinicdesk.storage.database import Database
from clinicdesk.storage.store import StoreFacts
from clinicdesk.vault import Unlocked


@dataclass(frozen=True, slots=True)
class Entry:
    """Who came in, to which store. warnings: what an administrator should know of its state."""

    facts: StoreFacts
    principal: Principal
    warnings: tuple[str, ...]


def enter(
    keys: Unlocked, database: Database, change: KeyChange, now: Callable[[], datetime]
) -> Entry:
    """Make sure that keys and database belong together, and note who came in.

    An administrator's coming brings to its end what a crash has left half done.
    """
    facts = _facts(database, keys)
    if not integrity.is_large(database):
        integrity.look_through(database)
    require_not_older(database, keys)
    at = now()
    try:
        principal, warnings = _come_in(keys, database, change, now)
    except NOT_WRITABLE as trouble:
        principal, warnings = _come_in_to_read(keys, database, at), (str(trouble),)
    pin(database, keys, now)
    return Entry(facts, principal, warnings)


def _come_in(
    keys: Unlocked, database: Database, change: KeyChange, now: Callable[[], datetime]
) -> tuple[Principal, tuple[str, ...]]:
    """Note who came in; an administrator's coming mends what a crash has left."""
    is_administrator = keys.role == Role.ADMINISTRATOR
    if is_administrator:
        _follow_root(keys, database, now())
    else:
        require_chain(database, keys)
    with database.writing() as session:
        if is_administrator:
            agreement.mend(session, standings(keys), keys.user_id, now())
        principal = _proven(accounts.get_user(session, keys.user_id), keys).principal
        _note_unlock(session, keys, principal, now())
    return principal, _looked_after(keys, database, change, now) if is_administrator else ()


def _come_in_to_read(keys: Unlocked, database: Database, at: datetime) -> Principal:
    """Let in whoever comes while the disk takes nothing; that is noted once it does."""
    with database.reading() as session:
        principal = _proven(accounts.get_user(session, keys.user_id), keys).principal
    database.owe(lambda session: _note_unlock(session, keys, principal, at))
    return principal


def _note_unlock(session: Any, keys: Unlocked, principal: Principal, at: datetime) -> None:
    tries = {"failed_attempts": keys.failed_attempts} if keys.failed_attempts else None
    audit.record(session, principal, "session.unlock", detail=tries, at=at)


def _facts(database: Database, keys: Unlocked) -> StoreFacts:
    with database.reading() as session:
        schema.require_newest(session)
        facts = store.read(session)
    if facts.store_id != keys.store_id:
        raise StoreError("clinic.db belongs to another store. Restore the last backup.")
    return facts


def _proven(account: Account, keys: Unlocked) -> Account:
    """Refuse whoever the database knows otherwise than the header does."""
    ours = Standing(keys.user_id, Role(keys.role), active=True, public_key=keys.public_key.hex())
    if account.standing == ours:
        return account
    if account.changing:
        raise StoreError(
            "A change of this account was interrupted. It is finished when an administrator"
            " unlocks the store; unlock it after that."
        )
    raise StoreError(
        "The account in clinic.keys is not the one in clinic.db: one of them was exchanged."
        " Restore both from the last backup."
    )


def _follow_root(keys: Unlocked, database: Database, at: datetime) -> None:
    with database.reading() as session:
        principal = accounts.get_user(session, keys.user_id).principal
    follow_root(database, keys, principal, at)


def _looked_after(
    keys: Unlocked, database: Database, change: KeyChange, now: Callable[[], datetime]
) -> tuple[str, ...]:
    """Finish a change of keys that was interrupted; tell what could not be settled."""
    with database.reading() as session:
        logins = agreement.disputed(session, standings(keys))
    if logins:
        return (str(agreement.AccountsDisputed(logins)),)
    try:
        if is_under_way(keys):
            change.finish_now_or_later()
            _follow_root(keys, database, now())
    except NotYetEncrypted as trouble:
        return (str(trouble),)
    return ()
