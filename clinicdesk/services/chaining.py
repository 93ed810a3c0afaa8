"""Keep the audit's chain under the key it should have: the work of an administrator's session."""

from datetime import datetime

from clinicdesk import vault
from clinicdesk.domain.roles import Principal
from clinicdesk.services.rotation import is_under_way
from clinicdesk.storage import audit, audit_roots
from clinicdesk.storage.database import Database
from clinicdesk.vault import Unlocked


def roots_of(keys: Unlocked) -> dict[int, bytes]:
    """The roots of the chain, by their numbers. keys: an administrator's."""
    return {number: keys.audit_key(number) for number in range(1, keys.audit_root + 1)}


def follow_root(database: Database, keys: Unlocked, principal: Principal, at: datetime) -> None:
    """Begin the chain in a store from before it; go on under the root of the newest data key.

    Not before the database has that key: whoever was removed reads it until then.
    """
    if is_under_way(keys):
        return
    if not keys.audit_root:
        with database.writing() as session:  # nobody records anything in between
            vault.begin_audit(keys, audit.head(session).seq + 1)
            audit_roots.follow(session, principal, roots_of(keys), at)
        return
    roots = roots_of(keys)
    with database.reading() as session:
        due = audit_roots.is_due(session, roots)
    if due:
        with database.writing() as session:
            audit_roots.follow(session, principal, roots, at)


def require_chain(database: Database, keys: Unlocked) -> None:
    """Refuse a database without the key that the next event is sealed with, if it had one."""
    with database.reading() as session:
        live = audit.live_epoch(session)
    if keys.audit_root and (live is None or live.key is None):
        raise audit.KeyLost
