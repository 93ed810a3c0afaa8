"""Who works with the store."""

from dataclasses import dataclass, field
from datetime import datetime

from clinicdesk.domain.roles import Role


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """One line of the list of accounts.

    must_change: the password is a temporary one.  disputed: header and database do not say the
    same of this account, and no change of ours explains it.
    """

    id: int
    login: str = field(repr=False)
    display_name: str = field(repr=False)
    role: Role
    active: bool
    must_change: bool
    disputed: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AccountName:
    """Enough of an account to choose it."""

    id: int
    login: str = field(repr=False)
    display_name: str = field(repr=False)
    role: Role


@dataclass(frozen=True, slots=True)
class TemporaryPassword:
    """Shown once to the administrator, who hands it over; its owner must choose another."""

    account: AccountSummary
    password: str = field(repr=False)
