"""The accounts inside the store: what a person may do is read here, not in the key header."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.roles import Principal, Role
from clinicdesk.storage.tables import UserRow


@dataclass(frozen=True, slots=True)
class Account:
    """One person who may unlock the store."""

    principal: Principal
    display_name: str = field(repr=False)
    public_key: str = field(repr=False)  # hex
    active: bool


def add(
    session: Session,
    *,
    user_id: str,
    login: str,
    display_name: str,
    role: Role,
    public_key: str,
    at: datetime,
) -> Account:
    """Add an active account; user_id and public_key are hex, as in the key header."""
    row = UserRow(
        user_id=user_id,
        login=login,
        display_name=display_name,
        role=role,
        status="active",
        public_key=public_key,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return _account(row)


def find(session: Session, user_id: str) -> Account | None:
    """The account with this id of the key header, None when the store does not know it."""
    row = session.scalar(select(UserRow).where(UserRow.user_id == user_id))
    return _account(row) if row else None


def _account(row: UserRow) -> Account:
    return Account(
        principal=Principal(row.id, row.login, Role(row.role)),
        display_name=row.display_name,
        public_key=row.public_key,
        active=row.status == "active",
    )
