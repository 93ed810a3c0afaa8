"""How a value stands against its limits: normal, abnormal, critical, implausible, or not assessed.

Without a reference range nothing is `normal`. The catalogue's ranges are those of adults who are
not pregnant, so a value of a child is not assessed here. Critical is a vital sign that scores 3 by
itself on NEWS2 (Royal College of Physicians 2017, SpO2 scale 1, people of 16 years and over).
"""

from enum import StrEnum

from clinicdesk.domain.catalog import Concept, Range
from clinicdesk.domain.patient import AdministrativeGender

ADULT = 18  # years, from which the catalogue's ranges apply


class Level(StrEnum):
    NORMAL = "normal"
    LOW = "low"
    HIGH = "high"
    CRITICAL_LOW = "critical low"
    CRITICAL_HIGH = "critical high"
    IMPLAUSIBLE = "implausible"
    NOT_ASSESSED = "not assessed"

    @property
    def critical(self) -> bool:
        return self in {Level.CRITICAL_LOW, Level.CRITICAL_HIGH}


# LOINC -> the band that scores less than 3
_NOT_CRITICAL = {
    "9279-1": Range(9, 24),  # respiratory rate
    "59408-5": Range(92, None),  # SpO2, scale 1
    "8480-6": Range(91, 219),  # systolic
    "8867-4": Range(41, 130),  # pulse
    "8310-5": Range(35.1, None),  # temperature
}
_STEP = {"8310-5": 1}  # decimals of the band; the others are whole numbers


def assess(
    concept: Concept | None, value: float | None, gender: AdministrativeGender, age: int | None
) -> Level:
    """Say how `value`, in the concept's canonical unit, stands for a person of `age` years."""
    if concept is None or value is None:
        return Level.NOT_ASSESSED
    if value not in concept.plausible:
        return Level.IMPLAUSIBLE
    reference = concept.reference_for(gender)
    if not reference.known or age is None or age < ADULT:
        return Level.NOT_ASSESSED
    critical = _side(_NOT_CRITICAL.get(concept.code), round(value, _STEP.get(concept.code, 0)))
    if critical:
        return Level.CRITICAL_LOW if critical < 0 else Level.CRITICAL_HIGH
    return (Level.LOW, Level.NORMAL, Level.HIGH)[_side(reference, value) + 1]


def reference_text(concept: Concept | None, gender: AdministrativeGender, age: int | None) -> str:
    """The reference range that applies: `60–100`, `up to 30`, `from 60`, or "" for none."""
    if concept is None or age is None or age < ADULT:
        return ""
    return range_text(concept.reference_for(gender))


def range_text(limits: Range) -> str:
    low, high = (f"{limit:,g}" if limit is not None else "" for limit in (limits.low, limits.high))
    if low and high:
        return low if low == high else f"{low}–{high}"
    if high:
        return f"up to {high}"
    return f"from {low}" if low else ""


def _side(limits: Range | None, value: float) -> int:
    """-1 below, 0 inside, 1 above."""
    if limits is None or value in limits:
        return 0
    return -1 if limits.low is not None and value < limits.low else 1
