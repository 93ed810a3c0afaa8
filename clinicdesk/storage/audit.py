"""Record who did what, in the transaction of what was done: both are kept, or neither is.

Every event is chained to the one before it (storage/audit_chain.py). There is one writer at a time,
who holds the write lock from the first statement on, so that the newest event is the newest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.orm import Session

from clinicdesk.domain import audit as domain
from clinicdesk.domain.clock import went_back
from clinicdesk.domain.roles import Principal
from clinicdesk.errors import StoreError
from clinicdesk.storage import audit_chain
from clinicdesk.storage.audit_chain import FIELDS, OlderEvents, Said, Sealer
from clinicdesk.storage.database import driver_connection
from clinicdesk.storage.types import from_millis, to_millis

_COLUMNS = ", ".join(FIELDS)
_INSERT = f"INSERT INTO audit_event ({_COLUMNS}, mac) VALUES ({', '.join('?' * len(FIELDS))}, ?)"
_NEWEST = f"SELECT {_COLUMNS}, mac FROM audit_event ORDER BY seq DESC LIMIT 1"
_ONE = f"SELECT {_COLUMNS}, mac FROM audit_event WHERE seq = ?"
_OLDER = f"SELECT {_COLUMNS} FROM audit_event WHERE seq < ? ORDER BY seq"
_EPOCH = "SELECT epoch, began_at, first_seq, root, key FROM audit_epoch ORDER BY epoch DESC LIMIT 1"
_AT = FIELDS.index("at")


HEAD = "audit head"  # in `Session.info`: the newest event this unit of work has recorded


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event: its number, and its MAC in hex. 0 and "" when there is none.

    An event from before the chain has a digest of all it says in the place of the MAC.
    """

    seq: int
    mac: str


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch of the chain under one key. root: whence its key; key: while it is in use."""

    number: int
    began_at: datetime
    first_seq: int
    root: int
    key: bytes | None = field(repr=False)


class KeyLost(StoreError):
    """Nothing is done that cannot be recorded."""

    def __init__(self) -> None:
        super().__init__(
            "The key of the audit is not where ClinicDesk keeps it, so nothing can be recorded and"
            " nothing is done. An administrator who unlocks the store puts it back."
        )


def record(
    session: Session,
    principal: Principal,
    action: str,
    *,
    object_type: str = "",
    object_id: int | str = "",
    outcome: str = "success",
    detail: Mapping[str, Any] | None = None,
    at: datetime,
) -> None:
    """Add an event: row ids and counts, never names or values."""
    session.flush()  # an account that is new has its row before it does something
    chain = _Chain(driver_connection(session.connection()), principal, at)
    chain.turn_if_over()
    if went_back(chain.newest_at, at):
        seconds = round((chain.newest_at - at).total_seconds())
        chain.add("clock.set_back", "", "", "success", {"seconds": seconds})
    chain.add(action, object_type, str(object_id), outcome, detail)
    if chain.head:
        session.info[HEAD] = chain.head


def begin_root(
    session: Session, principal: Principal, root: int, root_key: bytes, at: datetime
) -> None:
    """Close the epoch in use, if there is one, and go on under a new root. root_key: 32 bytes."""
    session.flush()
    chain = _Chain(driver_connection(session.connection()), principal, at)
    chain.turn(root, audit_chain.first_key(root_key, chain.next_epoch))


def put_back(session: Session, principal: Principal, key: bytes, at: datetime) -> None:
    """Go on where the key in use was lost or exchanged. key: the one it should be, 32 bytes."""
    chain = _Chain(driver_connection(session.connection()), principal, at, key)
    chain.turn_on()


def epochs(session: Session) -> list[Epoch]:
    """Every epoch, oldest first."""
    driver = driver_connection(session.connection())
    return [_as_epoch(row) for row in driver.execute(_EPOCH.replace("DESC LIMIT 1", ""))]


def live_epoch(session: Session) -> Epoch | None:
    """The epoch of the next event; None in a store whose audit is not chained yet."""
    return _epoch(driver_connection(session.connection()))


def head(session: Session) -> Head:
    """The newest event."""
    seq = _newest_seq(driver_connection(session.connection()))
    return Head(seq, mark(session, seq))


def mark(session: Session, seq: int) -> str:
    """What `Head.mac` is for the event with this number; "" when there is none."""
    row = driver_connection(session.connection()).execute(_ONE, (seq,)).fetchone()
    return "" if row is None else _mark(row)


def mac(session: Session, seq: int) -> bytes | None:
    """The MAC of the event with this number; None when there is none, or it has none."""
    row = driver_connection(session.connection()).execute(_ONE, (seq,)).fetchone()
    return row[-1] if row is not None and isinstance(row[-1], bytes) else None


def short_code(session: Session) -> str:
    """The newest event as it is printed on paper and written beside a backup."""
    row = driver_connection(session.connection()).execute(_NEWEST).fetchone()
    return "" if row is None else domain.short_code(row[0], _mark(row))


class _Chain:
    """The end of the chain, in one transaction. key: in the place of the one that is kept."""

    def __init__(
        self,
        driver: sqlcipher.Connection,
        principal: Principal,
        at: datetime,
        key: bytes | None = None,
    ) -> None:
        self._driver, self._principal, self._at = driver, principal, at
        newest = driver.execute(_NEWEST).fetchone()
        self._seq: int = newest[0] if newest else 0
        self._mac: bytes | None = newest[-1] if newest else None
        self.newest_at = from_millis(newest[_AT]) if newest else at
        epoch = _epoch(driver)
        self._epoch = replace(epoch, key=key) if epoch and key else epoch

    @property
    def next_epoch(self) -> int:
        return self._epoch.number + 1 if self._epoch else 1

    @property
    def head(self) -> Head | None:
        """The newest event; None while there is no chain."""
        return Head(self._seq, self._mac.hex()) if self._mac else None

    def turn_if_over(self) -> None:
        """Go on under the next key where the day is another, or the epoch long."""
        epoch = self._epoch
        if epoch and audit_chain.is_over(epoch.began_at, self._seq + 1 - epoch.first_seq, self._at):
            self.turn_on()

    def turn_on(self) -> None:
        """Go on under the next key of the same root."""
        if self._epoch is None or self._epoch.key is None:
            raise KeyLost
        self.turn(self._epoch.root, audit_chain.next_key(self._epoch.key))

    def turn(self, root: int, key: bytes) -> None:
        """Close the epoch in use, erase its key, and go on under this one."""
        number = self.next_epoch
        if self._epoch:
            self.add(audit_chain.CLOSE, "audit_epoch", str(self._epoch.number), "success", None)
        self._epoch = Epoch(number, self._at, self._seq + 1, root, key)
        _start(self._driver, self._epoch)

    def add(
        self,
        action: str,
        object_type: str,
        object_id: str,
        outcome: str,
        detail: Mapping[str, Any] | None,
    ) -> None:
        """Put one more event at the end."""
        person, self._seq = self._principal, self._seq + 1
        said = (
            self._seq,
            to_millis(self._at),
            person.user_id,
            str(person.role),
            str(action),
            object_type,
            object_id,
            outcome,
            json.dumps(detail, sort_keys=True) if detail else "",
            self._epoch.number if self._epoch else None,
        )
        self._mac = self._sealed(said)
        self._driver.execute(_INSERT, (*said, self._mac))

    def _sealed(self, said: Said) -> bytes | None:
        if self._epoch is None and self._mac is None:
            return None  # an administrator's next unlocking begins the chain
        if self._epoch is None or self._epoch.key is None:
            raise KeyLost
        before = self._older(said[0]) if self._mac is None else self._mac
        return Sealer(self._epoch.key).mac(before, said)

    def _older(self, until: int) -> bytes:
        """A digest of all from before the chain, which its first event is chained to."""
        older = OlderEvents()
        for said in self._driver.execute(_OLDER, (until,)):
            older.add(said)
        return older.digest()


def _start(driver: sqlcipher.Connection, epoch: Epoch) -> None:
    """Erase the key in use and put the next one in its place."""
    driver.execute("UPDATE audit_epoch SET key = NULL WHERE key IS NOT NULL")
    row = (epoch.number, to_millis(epoch.began_at), epoch.first_seq, epoch.root, epoch.key)
    driver.execute(
        "INSERT INTO audit_epoch (epoch, began_at, first_seq, root, key) VALUES (?, ?, ?, ?, ?)",
        row,
    )


def _epoch(driver: sqlcipher.Connection) -> Epoch | None:
    row = driver.execute(_EPOCH).fetchone()
    return _as_epoch(row) if row else None


def _as_epoch(row: Said) -> Epoch:
    number, began_at, first_seq, root, key = row
    return Epoch(number, from_millis(began_at), first_seq, root, key)


def _newest_seq(driver: sqlcipher.Connection) -> int:
    (seq,) = driver.execute("SELECT max(seq) FROM audit_event").fetchone()
    return seq or 0


def _mark(row: Said) -> str:
    return row[-1].hex() if isinstance(row[-1], bytes) else _old_digest(row)


def _old_digest(row: Said) -> str:
    """The digest that headers pinned before there was a chain."""
    seq, at, *rest = row[: FIELDS.index("epoch")]
    said = [seq, str(from_millis(at)), *rest]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()
