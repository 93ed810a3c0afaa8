"""Record who did what, in the transaction of what was done: both are kept, or neither is."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clinicdesk.domain.roles import Principal
from clinicdesk.storage.tables import AuditEventRow


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
