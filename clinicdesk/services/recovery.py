"""Come back into a store whose administrators forgot their passwords, by the key on paper."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from clinicdesk import vault
from clinicdesk.services.backup_copy import Source
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.clock import utc_now
from clinicdesk.services.migrating import bring_up_to_date
from clinicdesk.services.rotation import key_in_use
from clinicdesk.services.session import unlock_clinic
from clinicdesk.services.standings import standings
from clinicdesk.storage import accounts, audit, store
from clinicdesk.storage.database import DATABASE_FILE, Database
from clinicdesk.storage.places import require_safe_place
from clinicdesk.storage.presence import Presence
from clinicdesk.vault import Recovery
from clinicdesk.vault.kdf import LIMITS, Limits


def recover_clinic(
    folder: Path,
    *,
    recovery_key: str,
    login: str,
    new_password: str,
    now: Callable[[], datetime] = utc_now,
    limits: Limits = LIMITS,
) -> tuple[Clinic, str]:
    """Give an administrator a new password; return the store unlocked, and its new recovery key.

    The old sheet stops working. A stop in between leaves the new password working, or the old
    sheet; where the new recovery key was never seen, an administrator replaces it.
    """
    key = vault.read_recovery_key(recovery_key)
    require_safe_place(folder)
    with (
        closing(Presence(folder)) as presence,
        closing(vault.begin_recovery(folder, key, limits=limits)) as recovery,
        closing(Database(folder / DATABASE_FILE, key_in_use(folder, recovery))) as database,
    ):
        source = Source(folder, database, recovery)
        bring_up_to_date(source, presence, recovery.user_id(login), now)
        new_key = _recovered(database, recovery, login, new_password, now)
    clinic = unlock_clinic(folder, login=login, password=new_password, now=now, limits=limits)
    return clinic, new_key


def _recovered(
    database: Database,
    recovery: Recovery,
    login: str,
    new_password: str,
    now: Callable[[], datetime],
) -> str:
    user_id = recovery.user_id(login)
    with database.writing() as session:
        words = (store.read(session).clinic_name,)
        vault.check_new_password(new_password, login=login, words=words)
        accounts.begin_change(session, user_id, "recover")
    keys, new_key = recovery.complete(login, new_password, words=words)
    with closing(keys), database.writing() as session:
        accounts.follow(session, standings(keys)[user_id])
        principal = accounts.get_user(session, user_id).principal
        audit.record(
            session,
            principal,
            "account.recover",
            object_type="user",
            object_id=principal.user_id,
            at=now(),
        )
    return str(new_key)
