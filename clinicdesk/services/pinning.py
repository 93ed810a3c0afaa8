"""Notice an older copy of the database: the key header remembers the newest event it had."""

from contextlib import suppress

from clinicdesk import vault
from clinicdesk.errors import StoreError, UserFacingError
from clinicdesk.storage import audit, schema
from clinicdesk.storage.database import Database
from clinicdesk.vault import Domain, Pins, Unlocked


class OlderCopy(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "clinic.db is an older copy, or not the one these keys were used with last: what was"
            " written since is missing. Put the newer one back, or restore clinic.db and"
            " clinic.keys together from one backup."
        )


def require_not_older(database: Database, keys: Unlocked) -> None:
    """Refuse a database without the event that was pinned last."""
    pins = vault.read_pins(keys, Domain.CLINICAL)
    if not pins.audit_seq:
        return  # nobody has unlocked this store yet
    with database.reading() as session:
        if audit.mark(session, pins.audit_seq) != pins.audit_mac:
            raise OlderCopy


def require_schema(database: Database, keys: Unlocked) -> None:
    """Refuse a store of a newer program, and a database older than the keys, by their schema."""
    pinned = vault.read_pins(keys, Domain.CLINICAL).schema
    if not pinned:
        return
    newer = schema.age(pinned)
    with database.reading() as session:
        if schema.age(schema.current(session) or pinned) > newer:
            raise OlderCopy


def pin(database: Database, keys: Unlocked) -> None:
    """Remember the newest event of the database. A store that cannot be pinned still works."""
    with suppress(UserFacingError):
        with database.reading() as session:
            head, version = audit.head(session), schema.current(session)
        vault.write_pins(keys, Domain.CLINICAL, Pins(head.seq, head.seq, head.mac, version))
