"""Look through the chain of the audit, with the keys the person has."""

from clinicdesk import vault
from clinicdesk.domain.audit import Fault, Verification
from clinicdesk.domain.roles import Role
from clinicdesk.services.chaining import roots_of
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import accounts, audit, audit_check
from clinicdesk.storage.audit_check import Walk
from clinicdesk.storage.database import Database
from clinicdesk.vault import Domain, Pins, Unlocked

_NAMES = (
    "The events are as they were written, but not the names beside them: clinic.db has another"
    " login for an account than clinic.keys. Restore both from the last backup."
)


def verify_chain(database: Database, keys: Unlocked, progress: Progress = SILENT) -> Verification:
    """Prove every event from the first on, as an administrator; else from the last new key on.

    Whatever the keys: the event that the key header remembers must be there, and the same.
    """
    pins = vault.read_pins(keys, Domain.CLINICAL)
    walk, last = _begun(database, keys)
    first = walk.seq + 1
    fault = None
    while fault is None and walk.seq < last:
        progress.raise_if_cancelled()
        progress.report((walk.seq - first + 1) / (last - first + 1), "Checking the audit")
        with database.reading() as session:
            fault = walk.on(session, last)
    fault = fault or _besides(database, keys, pins, last)
    return Verification(fault is None, walk.checked, first, walk.seq, fault)


def _begun(database: Database, keys: Unlocked) -> tuple[Walk, int]:
    """A walk with all the keys there are for this person, and where it ends."""
    with database.reading() as session:
        last = audit.head(session).seq
        if keys.role == Role.ADMINISTRATOR:
            return audit_check.whole_walk(session, roots_of(keys), keys.audit_begins), last
        return audit_check.recent_walk(session), last


def _besides(database: Database, keys: Unlocked, pins: Pins, last: int) -> Fault | None:
    """What the chain itself does not show."""
    with database.reading() as session:
        if fault := audit_check.against_pin(session, pins.audit_seq, pins.audit_mac):
            return fault
        if keys.role != Role.ADMINISTRATOR:
            return audit_check.key_lost(session, last) if keys.audit_root else None
        known = {each.standing.user_id: each.principal.login for each in accounts.every(session)}
        fault = audit_check.key_in_use(session, roots_of(keys), last)
    if fault is None and not vault.are_logins_ours(keys, known):
        return Fault(last, _NAMES)
    return fault
