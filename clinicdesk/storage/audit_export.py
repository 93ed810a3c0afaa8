"""Every event as it is kept, for a file that others can check."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.storage.audit_chain import FIELDS, canonical
from clinicdesk.storage.audit_check import BATCH
from clinicdesk.storage.database import driver_connection
from clinicdesk.storage.tables import UserRow

_ROWS = f"SELECT {', '.join(FIELDS)}, mac FROM audit_event WHERE seq > ? AND seq <= ? ORDER BY seq"


class Digest:
    """SHA-256 over the canonical JSON of the events, a line each."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()

    def add(self, session: Session, after: int, until: int) -> int:
        """Take in a batch; return the last event of it."""
        last = min(until, after + BATCH)
        for row in driver_connection(session.connection()).execute(_ROWS, (after, last)):
            self._sha256.update(canonical(row[:-1]) + b"\n")
        return last

    def hex(self) -> str:
        return self._sha256.hexdigest()


def lines(session: Session, after: int, until: int) -> Iterator[bytes]:
    """A batch of events, one JSON object a line; `at` in ms since 1970, `mac` in hex."""
    users = session.execute(select(UserRow.id, UserRow.login))
    logins = {row.id: row.login for row in users}
    last = min(until, after + BATCH)
    for row in driver_connection(session.connection()).execute(_ROWS, (after, last)):
        said: dict[str, Any] = dict(zip(FIELDS, row, strict=False))
        said["login"] = logins.get(said["user_id"], "")
        said["mac"] = row[-1].hex() if row[-1] is not None else None
        yield json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
