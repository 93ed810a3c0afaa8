"""The facts of the store itself: which one it is, whose clinic, in which time zone."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.errors import StoreError
from clinicdesk.storage.tables import StoreRow


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What is written down once, when a store is made."""

    store_id: str  # hex, as in the key header
    clinic_name: str = field(repr=False)
    timezone: str  # IANA name
    demo: bool
    created_at: datetime


def write(session: Session, facts: StoreFacts) -> None:
    """Write down the facts of a new store."""
    values = {
        "store_id": facts.store_id,
        "clinic_name": facts.clinic_name,
        "timezone": facts.timezone,
        "demo": "yes" if facts.demo else "no",
        "created_at": facts.created_at.isoformat(),
    }
    session.add_all(StoreRow(name=name, value=value) for name, value in values.items())


def read(session: Session) -> StoreFacts:
    """Read the facts; raise a StoreError when they are not all there."""
    values = {row.name: row.value for row in session.scalars(select(StoreRow))}
    try:
        return StoreFacts(
            store_id=values["store_id"],
            clinic_name=values["clinic_name"],
            timezone=values["timezone"],
            demo=values["demo"] == "yes",
            created_at=datetime.fromisoformat(values["created_at"]),
        )
    except (KeyError, ValueError):
        raise StoreError("clinic.db is incomplete. Restore the last backup.") from None


def setting(session: Session, name: str) -> str:
    """A setting of the clinic, "" when nobody has set it."""
    row = session.get(StoreRow, name)
    return row.value if row else ""


def change_setting(session: Session, name: str, value: str) -> None:
    """Set a setting of the clinic."""
    session.merge(StoreRow(name=name, value=value))
