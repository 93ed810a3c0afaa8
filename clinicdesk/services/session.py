"""Make a store, unlock a store."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.services.backup_copy import STORE_FILES, Source
from clinicdesk.services.chaining import roots_of
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.clock import utc_now
from clinicdesk.services.documents import sweep_documents
from clinicdesk.services.entering import enter
from clinicdesk.services.migrating import bring_up_to_date
from clinicdesk.services.pinning import require_schema
from clinicdesk.services.research import ResearchDesk
from clinicdesk.services.rotation import KeyChange, key_in_use
from clinicdesk.services.shared_record import SharedRecord
from clinicdesk.storage import accounts, audit, audit_roots, schema, store
from clinicdesk.storage.database import DATABASE_FILE, Database
from clinicdesk.storage.folders import new_folder
from clinicdesk.storage.places import require_safe_place
from clinicdesk.storage.presence import Presence
from clinicdesk.storage.store import StoreFacts
from clinicdesk.vault import DOMAINS, Domain, NewAccount, Unlocked
from clinicdesk.vault.kdf import LIMITS, KdfCost, Limits

Session = Clinic | ResearchDesk | SharedRecord


def create_clinic(
    folder: Path,
    *,
    login: str,
    password: str,
    clinic_name: str,
    timezone: str,
    display_name: str = "",
    demo: bool = False,
    now: Callable[[], datetime] = utc_now,
    cost: KdfCost | None = None,
    limits: Limits = LIMITS,
) -> tuple[Clinic, str]:
    """Make a store with its first administrator; return it unlocked, and the recovery key.

    folder: must not exist or be empty.  timezone: an IANA name, "Europe/Berlin".  cost: of the
    passwords' keys, else what takes this computer half a second.  limits: tests alone pass others.
    The store is made whole in a hidden folder beside it, renamed into place, and then unlocked
    like on any other day: a crash leaves nothing under `folder`, or all of it.
    """
    _require_timezone(timezone)
    require_safe_place(folder)
    account = NewAccount(login, Role.ADMINISTRATOR, password)
    with new_folder(folder, STORE_FILES) as making:
        unlocked, recovery_key = vault.create(
            making,
            account,
            words=(clinic_name,),
            cost=cost or vault.benchmark(perf_counter),
            limits=limits,
        )
        with closing(unlocked):
            facts = StoreFacts(unlocked.store_id, clinic_name, timezone, demo, now())
            _fill(making / DATABASE_FILE, unlocked, facts, display_name)
    clinic = unlock_clinic(folder, login=login, password=password, now=now, limits=limits)
    return clinic, str(recovery_key)


def unlock(
    folder: Path,
    *,
    login: str,
    password: str,
    now: Callable[[], datetime] = utc_now,
    limits: Limits = LIMITS,
) -> Session:
    """Unlock the store as what the role of the account makes of it.

    Raise `WrongPassword`, or a `StoreError` that says what is missing.
    """
    require_safe_place(folder)
    with ExitStack() as opened:
        presence = Presence(folder)
        opened.callback(presence.close)
        unlocked = vault.unlock(folder, login, password, limits=limits)
        opened.callback(unlocked.close)
        session = _session(folder, unlocked, presence, now)
        opened.pop_all()  # the session closes them from here on
    return session


def unlock_clinic(
    folder: Path,
    *,
    login: str,
    password: str,
    now: Callable[[], datetime] = utc_now,
    limits: Limits = LIMITS,
) -> Clinic:
    """Unlock the records; raise `NotAllowed` for an account that does not open them."""
    session = unlock(folder, login=login, password=password, now=now, limits=limits)
    if not isinstance(session, Clinic):
        session.lock()
        raise NotAllowed(f"The account of a {session.principal.role} does not open the records.")
    return session


def _session(
    folder: Path, unlocked: Unlocked, presence: Presence, now: Callable[[], datetime]
) -> Session:
    """What the keys of the role open: the records, the copy for research, or what was shared."""
    domains = DOMAINS[Role(unlocked.role)]
    if Domain.CLINICAL in domains:
        return _clinic(folder, unlocked, presence, now)
    kind = ResearchDesk if Domain.RESEARCH in domains else SharedRecord
    return kind(folder, unlocked, presence, now)


def _clinic(
    folder: Path, unlocked: Unlocked, presence: Presence, now: Callable[[], datetime]
) -> Clinic:
    database = Database(folder / DATABASE_FILE, key_in_use(folder, unlocked))
    try:
        require_schema(database, unlocked)
        bring_up_to_date(Source(folder, database, unlocked), presence, unlocked.user_id, now)
        change = KeyChange(folder, unlocked, presence, database)
        entry = enter(unlocked, database, change, now)
        if entry.principal.role is Role.ADMINISTRATOR:
            sweep_documents(folder, database, presence, now())
    except BaseException:
        database.close()
        raise
    return Clinic(
        folder=folder,
        entry=entry,
        unlocked=unlocked,
        database=database,
        presence=presence,
        change=change,
        now=now,
    )


def change_password(
    folder: Path,
    *,
    login: str,
    old: str,
    new: str,
    now: Callable[[], datetime] = utc_now,
    limits: Limits = LIMITS,
) -> None:
    """Choose a new password for an account of any role.

    The audit is in the records: whoever has no key of those changes it without an event.
    """
    session = unlock(folder, login=login, password=old, now=now, limits=limits)
    try:
        session.own_account.change_password(old, new)
    finally:
        session.lock()


def _fill(path: Path, unlocked: Unlocked, facts: StoreFacts, display_name: str) -> None:
    """Make the database: schema, facts, the first account, the first event, in one transaction."""
    database = Database(path, unlocked.database_key(), create=True)
    try:
        with database.writing() as session:
            schema.upgrade(session)
            store.write(session, facts)
            account = accounts.add(
                session,
                user_id=unlocked.user_id,
                login=unlocked.login,
                display_name=display_name or unlocked.login,
                role=Role.ADMINISTRATOR,
                public_key=unlocked.public_key.hex(),
                at=facts.created_at,
            )
            audit_roots.follow(session, account.principal, roots_of(unlocked), facts.created_at)
            audit.record(session, account.principal, "store.create", at=facts.created_at)
    finally:
        database.close()


def _require_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"{name!r} is not a time zone. Write it like Europe/Berlin.") from None
