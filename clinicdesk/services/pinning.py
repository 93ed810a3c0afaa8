"""Notice an older copy of the database: the key header remembers the newest event it had."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from clinicdesk import vault
from clinicdesk.errors import StoreError, UserFacingError
from clinicdesk.storage import audit, schema
from clinicdesk.storage.audit import Head
from clinicdesk.storage.database import Database
from clinicdesk.vault import Domain, Pins, Unlocked

AGE = timedelta(seconds=45)  # and whoever has a timer looks every ten: a minute at most
EVENTS = 100


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


class Pinner:
    """Pins the newest event when somebody comes and goes, and every minute or 100 events (E03).

    It also knows in memory which event was committed last. Where that one is gone from the
    database, it is the one that is pinned: so whoever comes next misses it.
    """

    def __init__(self, database: Database, keys: Unlocked, now: Callable[[], datetime]) -> None:
        self._database = database
        self._keys = keys
        self._now = now
        self._one = threading.Lock()
        pins = vault.read_pins(keys, Domain.CLINICAL)
        self._known = self._pinned = Head(pins.audit_seq, pins.audit_mac)
        self._at = now()

    def committed(self, info: Mapping[Any, Any]) -> None:
        """A unit of work was committed; `info` says whether it has an event."""
        head = info.get(audit.HEAD)
        if head is not None and head.seq > self._known.seq:
            self._known = head
            self.pin_if_due()

    def is_due(self) -> bool:
        """Whether the last pin is old enough, and something came since. Reads nothing."""
        events = self._known.seq - self._pinned.seq
        return bool(events) and (events >= EVENTS or abs(self._now() - self._at) >= AGE)

    def pin_if_due(self) -> None:
        """Pin where it is due."""
        if self.is_due():
            self.pin()

    def pin(self) -> None:
        """Remember the newest event. A store that cannot be pinned still works."""
        if self._one.acquire(blocking=False):
            try:
                with suppress(UserFacingError):
                    self._pin()
            finally:
                self._one.release()

    def _pin(self) -> None:
        before = vault.read_pins(self._keys, Domain.CLINICAL)
        known, self._at = self._known, self._now()
        with self._database.reading() as session:
            if audit.mark(session, before.audit_seq) != before.audit_mac:
                return  # an older copy, or another one: what is pinned stays what is missed
            head, version = audit.head(session), schema.current(session)
            if audit.mark(session, known.seq) != known.mac:
                head = known  # it was deleted since
        vault.write_pins(self._keys, Domain.CLINICAL, Pins(head.seq, head.seq, head.mac, version))
        self._pinned = head


def pin(database: Database, keys: Unlocked, now: Callable[[], datetime]) -> None:
    """Remember the newest event, once."""
    Pinner(database, keys, now).pin()
