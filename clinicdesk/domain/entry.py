"""What a person adds to a record by hand, checked before it is kept."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from clinicdesk.domain.correction import SEVERITIES
from clinicdesk.domain.encounter import EncounterClass
from clinicdesk.errors import BadInput

LONGEST = 500  # characters
OLDEST = date(1850, 1, 1)
CATEGORIES = ("", "medication", "food", "environment", "biologic")
ICD10 = "http://hl7.org/fhir/sid/icd-10"


@dataclass(frozen=True, slots=True)
class NewProblem:
    """A problem or a diagnosis. code: ICD-10, "" for words alone."""

    display: str = field(repr=False)
    code: str = ""
    onset: date | None = None


@dataclass(frozen=True, slots=True)
class NewPrescription:
    """A medication. dosage: as it is to be read."""

    display: str = field(repr=False)
    dosage: str = field(default="", repr=False)
    authored_on: date | None = None
    ended_on: date | None = None
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class NewAllergy:
    """An allergy or intolerance. category: one of `CATEGORIES`.  severity: one of `SEVERITIES`."""

    display: str = field(repr=False)
    category: str = ""
    reaction: str = field(default="", repr=False)
    severity: str = ""
    recorded_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewEncounter:
    """A visit or a stay. severity: 1 to 10, as the clinic scores it."""

    class_: EncounterClass
    started_at: datetime
    ended_at: datetime | None = None
    reason: str = field(default="", repr=False)
    severity: int | None = None


NewEntry: TypeAlias = NewProblem | NewPrescription | NewAllergy | NewEncounter


def require_possible(entry: NewEntry, born: date | None, now: datetime, today: date) -> None:
    """Raise `BadInput` for what cannot be: no name, a day before birth or after today, an order
    of days that no life has.  today: on the clinic's clock.
    """
    if isinstance(entry, NewEncounter):
        _require_visit(entry, born, now)
        return
    if not entry.display.strip() or len(entry.display) > LONGEST:
        raise BadInput(f"Write what it is, in {LONGEST} characters at most.")
    if isinstance(entry, NewPrescription):
        _require_days(born, today, entry.authored_on, entry.ended_on)
    elif isinstance(entry, NewAllergy):
        _require_days(born, today, entry.recorded_on)
        if entry.category not in CATEGORIES or entry.severity not in SEVERITIES:
            raise BadInput("Choose a kind and a severity of the list.")
    else:
        _require_days(born, today, entry.onset)


def _require_visit(entry: NewEncounter, born: date | None, now: datetime) -> None:
    _require_days(born, now.date(), entry.started_at.date())
    if entry.started_at > now:
        raise BadInput("The visit begins in the future. Check the time.")
    if entry.ended_at and not entry.started_at <= entry.ended_at <= now:
        raise BadInput("The end of the visit is in the future or before its beginning.")
    if entry.severity is not None and not 1 <= entry.severity <= 10:
        raise BadInput("The severity is from 1 to 10.")


def _require_days(born: date | None, today: date, *days: date | None) -> None:
    known = [day for day in days if day]
    first = max(born or OLDEST, OLDEST)
    if any(not first <= day <= today for day in known):
        raise BadInput("A day is in the future, before the birth, or before 1850. Check the days.")
    if known != sorted(known):
        raise BadInput("The end is before the beginning. Check the days.")
