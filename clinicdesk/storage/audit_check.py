"""Look through the chain for the first event that is not as it was written."""

from collections.abc import Mapping, Sequence

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.orm import Session

from clinicdesk.domain.audit import Fault
from clinicdesk.storage.audit import Epoch, epochs, head, mac, mark
from clinicdesk.storage.audit_chain import (
    CLOSE,
    FIELDS,
    NotAnEvent,
    OlderEvents,
    Said,
    Sealer,
    first_key,
    next_key,
)
from clinicdesk.storage.database import driver_connection

BATCH = 20_000  # events read at once: no reader keeps the write-ahead log from being folded
_ACTION, _EPOCH, _MAC = FIELDS.index("action"), FIELDS.index("epoch"), len(FIELDS)
_COLUMNS = ", ".join(FIELDS)
_ONE = f"SELECT {_COLUMNS}, mac FROM audit_event WHERE seq = ?"
_SPELLED = (
    f"SELECT json_array({_COLUMNS}), seq, action, epoch, mac FROM audit_event"
    " WHERE seq > ? AND seq <= ? ORDER BY seq"
)
_NO_EVENT = ("UTF-8", "BLOB")  # in what SQLite says of a text or a value that no event has
_CHANGED = "Event {seq} is not as it was written: it was changed, exchanged, or put there."
_MISSING = "Event {seq} is missing: it was deleted."
_UNCHAINED = "Event {seq} has no seal: something other than ClinicDesk put it there."
_NO_KEY = "Event {seq} is not under the key of its time: events before it were deleted or forged."
_TRUNCATED = (
    "Event {first} is missing, and all that followed: {witness} remembers event {seq}. Somebody"
    " deleted the newest events, or clinic.db is an older copy."
)
_FORKED = "Event {seq} is not the one {witness} remembers: clinic.db is another copy."
_NOT_IN_USE = (
    "The key for the events after {seq} is not the one that follows. Lock the store and let an"
    " administrator unlock it: that puts it back."
)
_NOT_TEXT = "Event {seq} cannot be read: it was changed."


class Walk:
    """A walk along the chain. keys: by epoch.  after: the last event that is taken as it is.

    before: the MAC of that event; None at the beginning.  begins: the first event that must be
    sealed.
    """

    def __init__(
        self,
        keys: Mapping[int, bytes],
        *,
        after: int = 0,
        before: bytes | None = None,
        begins: int = 1,
    ) -> None:
        self._keys = keys
        self._before = before
        self._begins = begins
        self._older = OlderEvents()
        self._epoch = 0
        self._closed = False
        self._sealer: Sealer | None = None
        self.seq = after
        self.checked = 0

    def on(self, session: Session, until: int) -> Fault | None:
        """Go on through at most `BATCH` events, none after `until`; the first fault ends it."""
        driver = driver_connection(session.connection())
        last = min(until, self.seq + BATCH)
        while self.seq < last:
            self._hurry(driver, last)
            if self.seq < last and (fault := self._step(driver)):
                return fault
        return None

    def _hurry(self, driver: sqlcipher.Connection, last: int) -> None:
        """Go on while all is well under this key.

        SQLite spells the events, in half the time. What does not fit is looked at by `_step`.
        """
        if self._sealer is None or self._before is None:
            return
        mac_of, epoch, before = self._sealer.mac_of, self._epoch, self._before
        begun = seq = self.seq
        closed = self._closed
        try:
            for said, found, action, under, mac in driver.execute(_SPELLED, (seq, last)):
                if found != seq + 1 or under != epoch or mac_of(before + said.encode()) != mac:
                    break
                seq, before, closed = found, mac, action == CLOSE
        except sqlcipher.OperationalError as error:
            if not any(word in str(error) for word in _NO_EVENT):
                raise
        self.seq, self._before, self._closed = seq, before, closed
        self.checked += seq - begun

    def _step(self, driver: sqlcipher.Connection) -> Fault | None:
        """Take the next event by the definition, or say what is wrong with it."""
        seq = self.seq + 1
        try:
            row = driver.execute(_ONE, (seq,)).fetchone()
        except sqlcipher.OperationalError as error:
            if "UTF-8" not in str(error):
                raise
            return self._fault(seq, _NOT_TEXT)
        if row is None:
            return self._fault(seq, _MISSING)
        if seq < self._begins:
            return self._is_older(row)
        if fault := self._unsealed(row):
            return fault
        self.seq, self._before, self._closed = seq, row[_MAC], row[_ACTION] == CLOSE
        self.checked += 1
        return None

    def _is_older(self, row: Said) -> Fault | None:
        """Take an event from before the chain, which its first event covers."""
        try:
            self._older.add(row[:_MAC])
        except NotAnEvent:
            return self._fault(row[0], _CHANGED)
        self.seq = row[0]
        return None

    def _unsealed(self, row: Said) -> Fault | None:
        """Why the event cannot be the one that was written, None where it is."""
        seq, epoch, mac = row[0], row[_EPOCH], row[_MAC]
        if not isinstance(mac, bytes) or not isinstance(epoch, int):
            return self._fault(seq, _UNCHAINED)
        if epoch != self._epoch and not self._enter(epoch):
            return self._fault(seq, _NO_KEY)
        before = self._older.digest() if self._before is None else self._before
        try:
            same = self._sealer is not None and self._sealer.mac(before, row[:_MAC]) == mac
        except NotAnEvent:
            same = False
        return None if same else self._fault(seq, _CHANGED)

    def _enter(self, epoch: int) -> bool:
        """Take the key of the epoch that follows, once the one before it was closed."""
        follows = self._closed and epoch == self._epoch + 1
        begins = not self._epoch and epoch == min(self._keys, default=0)
        if epoch in self._keys and (follows or begins):
            self._epoch, self._sealer = epoch, Sealer(self._keys[epoch])
            return True
        return False

    def _fault(self, seq: int, words: str) -> Fault:
        return Fault(seq, words.format(seq=seq))


def whole_walk(session: Session, roots: Mapping[int, bytes], begins: int) -> Walk:
    """From the first event on. roots: every one there is, by its number.

    begins: the first event that must be sealed, as the key header has it: the database itself
    could be made to look like one from before the chain.
    """
    return Walk(keys_from_roots(epochs(session), roots), begins=begins)


def recent_walk(session: Session) -> Walk:
    """From where the key in use began, for whoever has no other."""
    known = epochs(session)
    live = known[-1] if known else None
    if live is None or live.key is None:
        return Walk({}, after=head(session).seq)
    after = live.first_seq - 1
    keys = {live.number: live.key}
    return Walk(keys, after=after, before=mac(session, after), begins=live.first_seq)


def keys_from_roots(epochs: Sequence[Epoch], roots: Mapping[int, bytes]) -> dict[int, bytes]:
    """The key of every epoch, made from the first keys of the roots that are known."""
    keys: dict[int, bytes] = {}
    root = 0
    for number, epoch in enumerate(epochs, 1):
        if epoch.number != number or epoch.root not in roots or epoch.root - root not in (0, 1):
            break  # not as we write them: the first event from here on is found at fault
        is_first = epoch.root != root
        keys[number] = (
            first_key(roots[epoch.root], number) if is_first else next_key(keys[number - 1])
        )
        root = epoch.root
    return keys


def against_pin(session: Session, seq: int, mac: str) -> Fault | None:
    """What is wrong with the event the key header remembers."""
    return _against(session, seq, mac, "the key file")


def against_anchor(session: Session, seq: int, mac: str) -> Fault | None:
    """What is wrong with the event that an anchor was made of."""
    return _against(session, seq, mac, "the anchor")


def _against(session: Session, seq: int, mac: str, witness: str) -> Fault | None:
    if not seq:
        return None
    found = mark(session, seq)
    if not found:
        first = head(session).seq + 1
        return Fault(first, _TRUNCATED.format(first=first, seq=seq, witness=witness))
    return None if found == mac else Fault(seq, _FORKED.format(seq=seq, witness=witness))


def key_in_use(session: Session, roots: Mapping[int, bytes], last: int) -> Fault | None:
    """What is wrong with the key that the next event is sealed with. last: the newest event."""
    known = epochs(session)
    if not known:
        return None
    right = keys_from_roots(known, roots).get(known[-1].number)
    return None if known[-1].key == right else Fault(last, _NOT_IN_USE.format(seq=last))


def key_lost(session: Session, last: int) -> Fault | None:
    """The same, for whoever cannot tell the right key from another."""
    known = epochs(session)
    kept = bool(known) and known[-1].key is not None
    return None if kept else Fault(last, _NOT_IN_USE.format(seq=last))
