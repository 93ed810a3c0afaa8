"""The accounts inside the store: who they are, and what the key header must say of them.

A change of an account touches this database and the key header. `begin_change` is committed
first, then the header is written, then `follow` brings the row in step and ends the change: a row
that says `changing` explains a header that is ahead of it, and nothing else does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinicdesk.domain.account import AccountName
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import RecordNotFound, StoreError
from clinicdesk.storage.tables import UserRow

ACTIVE, INACTIVE = "active", "inactive"


@dataclass(frozen=True, slots=True)
class Standing:
    """What header and database must agree on. user_id, public_key: hex, as in the key header."""

    user_id: str
    role: Role
    active: bool
    public_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """One person who may unlock the store, or could once."""

    principal: Principal
    display_name: str = field(repr=False)
    standing: Standing
    changing: str  # a change that began and did not end; "" for none
    created_at: datetime

    @property
    def name(self) -> AccountName:
        who = self.principal
        return AccountName(who.user_id, who.login, self.display_name, who.role)


def add(
    session: Session,
    *,
    user_id: str,
    login: str,
    display_name: str,
    role: Role,
    public_key: str = "",
    changing: str = "",
    at: datetime,
) -> Account:
    """Add an account; without a public key it is not active yet."""
    row = UserRow(
        user_id=user_id,
        login=login,
        display_name=display_name,
        role=role,
        status=ACTIVE if public_key else INACTIVE,
        public_key=public_key,
        changing=changing,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return _account(row)


def find(session: Session, user_id: str) -> Account | None:
    """The account with this id of the key header, None when the store does not know it."""
    row = session.scalar(select(UserRow).where(UserRow.user_id == user_id))
    return _account(row) if row else None


def find_login(session: Session, login: str) -> Account | None:
    """The account with this login, however its case."""
    row = session.scalar(select(UserRow).where(UserRow.login == login.strip()))
    return _account(row) if row else None


def get(session: Session, id: int) -> Account:
    """The account of this row; raise `RecordNotFound` when there is none."""
    row = session.get(UserRow, id)
    if row is None:
        raise RecordNotFound("There is no such account. Look at the list of accounts again.")
    return _account(row)


def get_user(session: Session, user_id: str) -> Account:
    """The account with this id of the key header, which the store must know."""
    account = find(session, user_id)
    if account is None:
        raise StoreError(
            "The account in clinic.keys is not in clinic.db: one of them was exchanged. Restore"
            " both from the last backup."
        )
    return account


def every(session: Session) -> Sequence[Account]:
    """All accounts, closed ones too, by login."""
    return [_account(row) for row in session.scalars(select(UserRow).order_by(UserRow.login))]


def begin_change(session: Session, user_id: str, what: str) -> None:
    """Say that the header is about to change; commit before it does."""
    _row(session, user_id).changing = what


def follow(session: Session, standing: Standing) -> None:
    """Bring the row in step with the header; the change has ended."""
    row = _row(session, standing.user_id)
    row.role = standing.role
    row.status = ACTIVE if standing.active else INACTIVE
    row.public_key = standing.public_key
    row.changing = ""


def end_change(session: Session, user_id: str) -> None:
    """Say that no change is under way any more."""
    _row(session, user_id).changing = ""


def drop(session: Session, user_id: str) -> None:
    """Forget an account that never came to be."""
    session.execute(delete(UserRow).where(UserRow.user_id == user_id))


def _row(session: Session, user_id: str) -> UserRow:
    return session.scalars(select(UserRow).where(UserRow.user_id == user_id)).one()


def _account(row: UserRow) -> Account:
    role = Role(row.role)
    return Account(
        principal=Principal(row.id, row.login, role),
        display_name=row.display_name,
        standing=Standing(row.user_id, role, row.status == ACTIVE, row.public_key),
        changing=row.changing,
        created_at=row.created_at,
    )
