"""A record that is open to few, and the emergencies in which it was opened all the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clinicdesk.domain.account import AccountName
from clinicdesk.domain.clock import ADJUSTED
from clinicdesk.domain.patient import PatientId, PatientSummary

GLASS_BROKEN = timedelta(minutes=60)  # how long an emergency opens a record
SHORTEST_REASON = 10  # characters


@dataclass(frozen=True, slots=True)
class Restriction:
    """reason: of the one who set it; it may say as much as the record does."""

    reason: str = field(repr=False)
    set_by: str = field(repr=False)  # login
    at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """Somebody to whom a restricted record is open."""

    login: str = field(repr=False)
    granted_by: str = field(repr=False)  # login
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordAccess:
    """Who may see a record, as far as one may know it.

    restriction: None where the record is open to everybody whose role reads records.
    grants, colleagues: to whom it is open, to whom it could be; empty where one decides nothing.
    """

    restriction: Restriction | None
    decides: bool  # whether one may restrict, grant, withdraw and lift
    grants: Sequence[Grant] = ()
    colleagues: Sequence[AccountName] = ()


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    """A restricted record, opened for a while without a grant."""

    id: int
    patient: PatientSummary
    login: str = field(repr=False)  # who opened it
    reason: str = field(repr=False)
    at: datetime
    expires_at: datetime
    reviewed_by: str = field(default="", repr=False)  # login, "" while nobody has
    reviewed_at: datetime | None = None
    comment: str = field(default="", repr=False)

    @property
    def patient_id(self) -> PatientId:
        return self.patient.id


def is_running(at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether an access from `at` to `expires_at` holds now. A clock set back ends it."""
    return at - ADJUSTED <= now < expires_at
