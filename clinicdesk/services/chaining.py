"""Keep the audit's chain under the key it should have: the work of an administrator's session."""

from datetime import datetime

from clinicdesk import vault
from clinicdesk.domain.roles import Principal
from clinicdesk.services.rotation import is_under_way
from clinicdesk.storage import audit_roots
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
        vault.begin_audit(keys)
    roots = roots_of(keys)
    with database.reading() as session:
        due = audit_roots.is_due(session, roots)
    if due:
        with database.writing() as session:
            audit_roots.follow(session, principal, roots, at)
