"""Stores with several accounts, whose passwords cost next to nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import create_clinic, unlock_clinic
from tests.conftest import CHEAP, CHEAP_LIMITS, LOGIN, PASSWORD
from tests.storage.factories import database_of

OWN_PASSWORD = "glove harvest tundra nine"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **span: float) -> None:
        self.now += timedelta(**span)


def noon() -> datetime:
    return NOON


def make_store(folder: Path, now: Callable[[], datetime] = noon) -> tuple[Clinic, str]:
    """A new store, unlocked by its administrator, and its recovery key."""
    return create_clinic(
        folder,
        login=LOGIN,
        password=PASSWORD,
        clinic_name="Test clinic",
        timezone="Europe/Berlin",
        now=now,
        cost=CHEAP,
        limits=CHEAP_LIMITS,
    )


def unlock(
    folder: Path,
    login: str = LOGIN,
    password: str = PASSWORD,
    now: Callable[[], datetime] = noon,
) -> Clinic:
    return unlock_clinic(folder, login=login, password=password, now=now, limits=CHEAP_LIMITS)


def add_account(clinic: Clinic, login: str, role: str = "clinician") -> int:
    """An account that has chosen its own password, OWN_PASSWORD; its row id."""
    added = clinic.accounts.add(login, role)
    if role in {"administrator", "clinician", "nurse"}:
        own = unlock(clinic.folder, login, added.password, clinic.now)
        own.own_account.change_password(added.password, OWN_PASSWORD)
        own.lock()
    return added.account.id


def events(clinic: Clinic, *columns: str) -> list[Any]:
    """The audit, oldest first: these columns of every event."""
    with database_of(clinic).reading() as session:
        found = session.execute(text(f"SELECT {', '.join(columns)} FROM audit_event ORDER BY seq"))
        return [row[0] if len(columns) == 1 else tuple(row) for row in found]


def execute(clinic: Clinic, statement: str) -> None:
    with database_of(clinic).writing() as session:
        session.execute(text(statement))


def die(clinic: Clinic) -> None:
    """Let go of the store as a process does that is killed: nothing more is written."""
    clinic._access.close()
    database_of(clinic).engine.dispose()
    clinic._presence.close()
