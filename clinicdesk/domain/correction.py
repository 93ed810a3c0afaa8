"""What a person puts in the place of what was wrong, checked before it is kept."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from clinicdesk.domain.catalog import Concept
from clinicdesk.domain.display import number_text
from clinicdesk.domain.patient import AdministrativeGender
from clinicdesk.domain.units import printed_unit
from clinicdesk.errors import BadInput

AHEAD = timedelta(minutes=5)  # by how much another clock may be ahead of ours
_OLDEST = datetime(1850, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_LONGEST_TEXT = 500
SEVERITIES = ("", "mild", "moderate", "severe")


@dataclass(frozen=True, slots=True)
class ResultCorrection:
    """What a result should have said. value: as typed.  unit: UCUM, chosen; "" for words."""

    value: str = field(repr=False)
    unit: str
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class PatientCorrection:
    """Who the patient is, all of it, as it should be."""

    family_name: str = field(repr=False)
    given_name: str = field(repr=False)
    prefix: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    gender: AdministrativeGender = field(repr=False)
    deceased_on: date | None = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConditionCorrection:
    """What a problem should have said."""

    abatement: date | None


@dataclass(frozen=True, slots=True)
class MedicationCorrection:
    """What a prescription should have said. dosage: as it is to be read."""

    dosage: str = field(repr=False)
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class AllergyCorrection:
    """What an allergy should have said. severity: one of `SEVERITIES`."""

    reaction: str = field(repr=False)
    severity: str
    ended_on: date | None


EntryCorrection = ConditionCorrection | MedicationCorrection | AllergyCorrection


@dataclass(frozen=True, slots=True)
class Result:
    """A result as it is kept: canonical, and as it was typed."""

    value: float | None = field(repr=False)
    unit: str
    text: str = field(repr=False)
    original_value: str = field(repr=False)
    original_unit: str


def corrected_number(typed: str, unit: str, concept: Concept | None, held_unit: str) -> Result:
    """The number in the canonical unit; raise `BadInput` where it cannot be.

    held_unit: of the result as it was, the only one a test outside the catalogue may have.
    """
    typed = typed.strip()
    if not _NUMBER.fullmatch(typed):
        raise BadInput("Write the value as a number with a point: 7.4 or 1240.")
    number = float(typed)
    if concept is None:
        if unit != held_unit:
            raise BadInput("This test has one unit alone. Leave the unit as it was.")
        return Result(number, unit, "", typed, unit)
    conversion = concept.conversion(unit)
    if conversion is None:
        raise BadInput(f"Choose the unit. {concept.name} is not written in this one.")
    canonical = conversion(number)
    if canonical not in concept.plausible:
        raise BadInput(f"This cannot be. {_possible(concept)} Check the value and the unit.")
    return Result(canonical, concept.unit, "", typed, unit)


def corrected_text(typed: str) -> Result:
    """The words of a result that is no number; raise `BadInput` for none."""
    typed = " ".join(typed.split())
    if not typed or len(typed) > _LONGEST_TEXT:
        raise BadInput(f"Write the result, in {_LONGEST_TEXT} characters at most.")
    return Result(None, "", typed, typed, "")


def require_possible_time(at: datetime, now: datetime, born: date | None) -> None:
    """Raise `BadInput` for a time that was not yet, or before the patient was born."""
    if at > now + AHEAD:
        raise BadInput("This time is in the future. Check the date.")
    if at < _OLDEST or (born and at.date() < born - timedelta(days=1)):  # a day: of the zone
        raise BadInput("This time is before the patient was born, or before 1850. Check the date.")


def require_possible_person(person: PatientCorrection, today: date) -> None:
    """Raise `BadInput` where the dates of a life contradict each other, or nobody is named."""
    if not (person.family_name.strip() or person.given_name.strip()):
        raise BadInput("Write a family name or a given name.")
    for day in (person.birth_date, person.deceased_on):
        if day and not _OLDEST.date() <= day <= today:
            raise BadInput("A date of birth or of death is in the future or before 1850.")
    if person.birth_date and person.deceased_on and person.deceased_on < person.birth_date:
        raise BadInput("The date of death is before the date of birth.")


def require_possible_entry(entry: EntryCorrection, began: date | None, today: date) -> None:
    """Raise `BadInput` for an end before the beginning or after today, and for what is no word."""
    end = entry.abatement if isinstance(entry, ConditionCorrection) else entry.ended_on
    if end and (end > today or (began and end < began)):
        raise BadInput("The end is in the future or before the beginning. Check the day.")
    if isinstance(entry, AllergyCorrection) and entry.severity not in SEVERITIES:
        raise BadInput("Choose the severity: mild, moderate or severe, or none.")
    words = {MedicationCorrection: "dosage", AllergyCorrection: "reaction"}.get(type(entry), "")
    if words and len(getattr(entry, words)) > _LONGEST_TEXT:
        raise BadInput(f"That is too long: {_LONGEST_TEXT} characters at most.")


def _possible(concept: Concept) -> str:
    """Between 0.1 and 30 mg/dL is possible."""
    low, high = concept.plausible.low, concept.plausible.high
    limits = [
        f"{word} {number_text(limit)}"
        for word, limit in (("from", low), ("to", high))
        if limit is not None
    ]
    return f"{concept.name} is {' '.join(limits)} {printed_unit(concept.unit)}".strip() + "."
