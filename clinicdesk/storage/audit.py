"""Record who did what, in the transaction of what was done: both are kept, or neither is."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.domain.roles import Principal
from clinicdesk.storage.trail_tables import AuditEventRow

_DIGESTED = (  # named, so that a column added later leaves the digests of older events alone
    "seq",
    "at",
    "user_id",
    "role",
    "action",
    "object_type",
    "object_id",
    "outcome",
    "detail",
)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event: its number, and a digest of all it says. 0 and "" when there is none."""

    seq: int
    digest: str


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
    session.add(
        AuditEventRow(
            at=at,
            user_id=principal.user_id,
            role=principal.role,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            outcome=outcome,
            detail=json.dumps(detail, sort_keys=True) if detail else "",
        )
    )


def head(session: Session) -> Head:
    """The newest event."""
    seq = session.scalar(select(func.max(AuditEventRow.seq))) or 0
    return Head(seq, digest(session, seq))


def digest(session: Session, seq: int) -> str:
    """SHA-256 of the event with this number, "" when there is none."""
    event = session.get(AuditEventRow, seq)
    if event is None:
        return ""
    said = [getattr(event, name) for name in _DIGESTED]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()
