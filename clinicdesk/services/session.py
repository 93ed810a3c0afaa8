"""Make a store, unlock a store."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.storage import accounts, audit, schema, store
from clinicdesk.storage.database import Database
from clinicdesk.storage.store import StoreFacts
from clinicdesk.vault import KEYS_COPY, KEYS_FILE, NewAccount, Unlocked
from clinicdesk.vault.kdf import LIMITS, STANDARD, KdfCost, Limits

DATABASE_FILE = "clinic.db"


def utc_now() -> datetime:
    """The present instant, aware."""
    return datetime.now(UTC)


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
    cost: KdfCost = STANDARD,
    limits: Limits = LIMITS,
) -> tuple[Clinic, str]:
    """Make a store with its first administrator; return it unlocked, and the recovery key.

    folder: must not exist or be empty.  timezone: an IANA name, "Europe/Berlin".  cost: of the
    password's key.  limits: tests alone pass others.
    The store is made whole in a hidden folder beside it, renamed into place, and then unlocked
    like on any other day: a crash leaves nothing under `folder`, or all of it.
    """
    _require_timezone(timezone)
    account = NewAccount(login, Role.ADMINISTRATOR, password)
    with _new_folder(folder) as making:
        unlocked, recovery_key = vault.create(making, account, cost=cost, limits=limits)
        with closing(unlocked):
            facts = StoreFacts(unlocked.store_id, clinic_name, timezone, demo, now())
            _fill(making / DATABASE_FILE, unlocked, facts, display_name)
    clinic = unlock_clinic(folder, login=login, password=password, now=now, limits=limits)
    return clinic, str(recovery_key)


def unlock_clinic(
    folder: Path,
    *,
    login: str,
    password: str,
    now: Callable[[], datetime] = utc_now,
    limits: Limits = LIMITS,
) -> Clinic:
    """Unlock the store; raise `WrongPassword`, or a `StoreError` that says what is missing."""
    if not folder.is_dir():
        raise StoreError("There is no such folder. Choose the folder of the store.")
    with ExitStack() as opened:
        unlocked = vault.unlock(folder, login, password, limits=limits)
        opened.callback(unlocked.close)
        database = Database(folder / DATABASE_FILE, unlocked.database_key())
        opened.callback(database.close)
        clinic = _clinic(folder, unlocked, database, now)
        opened.pop_all()  # the clinic closes them from here on
    return clinic


def _clinic(
    folder: Path, unlocked: Unlocked, database: Database, now: Callable[[], datetime]
) -> Clinic:
    with database.writing() as session:
        schema.require_newest(session)
        facts = store.read(session)
        account = accounts.find(session, unlocked.user_id)
        if facts.store_id != unlocked.store_id:
            raise StoreError("clinic.db belongs to another store. Restore the last backup.")
        if account is None or not account.active or account.public_key != unlocked.public_key.hex():
            raise StoreError(
                "The account in clinic.keys is not the one in clinic.db: one of them was"
                " exchanged. Restore both from the last backup."
            )
        tries = {"failed_attempts": unlocked.failed_attempts} if unlocked.failed_attempts else None
        audit.record(session, account.principal, "session.unlock", detail=tries, at=now())
    return Clinic(
        folder=folder,
        facts=facts,
        unlocked=unlocked,
        database=database,
        principal=account.principal,
        now=now,
    )


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
            audit.record(session, account.principal, "store.create", at=facts.created_at)
    finally:
        database.close()


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder, for its owner alone, that becomes `folder` when the block ends well."""
    folder = folder.absolute()
    _require_empty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))  # 0700
    try:
        yield making
        _sync(making)
        if folder.exists():
            folder.rmdir()  # Windows renames onto nothing
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _sync(folder.parent)


def _require_empty(folder: Path) -> None:
    if any((folder / name).exists() for name in (DATABASE_FILE, KEYS_FILE, KEYS_COPY)):
        raise StoreError("The folder already holds a store. Unlock it, or choose another folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError("The folder is not empty. Choose a new or an empty folder for the store.")


def _sync(folder: Path) -> None:
    """Write the folder's list of names to the disk, where the system has such a thing."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _require_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"{name!r} is not a time zone. Write it like Europe/Berlin.") from None
