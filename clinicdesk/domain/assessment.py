"""How a value stands against its limits: normal, abnormal, critical, implausible, or not assessed.

Without a reference range nothing is `normal`. The catalogue's ranges are those of adults who are
not pregnant, so a value of a child is not assessed here. Critical is a vital sign that scores 3 by
itself on NEWS2 (Royal College of Physicians 2017, SpO2 scale 1, people of 16 years and over).
"""

from decimal import ROUND_HALF_UP, Decimal
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


_TEMPERATURE = "8310-5"
# LOINC -> critical at or below, at or above. A limit is reached, never rounded to: 91.4 % is not.
_CRITICAL: dict[str, tuple[float | None, float | None]] = {
    "9279-1": (8, 25),  # respiratory rate
    "59408-5": (91, None),  # SpO2, scale 1
    "8480-6": (90, 220),  # systolic
    "8867-4": (40, 131),  # pulse
    _TEMPERATURE: (35.0, None),
}


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
    return (
        _critical(concept.code, value)
        or ((Level.LOW, Level.NORMAL, Level.HIGH)[_side(reference, value) + 1])
    )


def to_tenth(celsius: float) -> float:
    """A temperature as its NEWS2 bands are printed, in tenths; halves go up."""
    return float(Decimal(str(celsius)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _critical(code: str, value: float) -> Level | None:
    low, high = _CRITICAL.get(code, (None, None))
    reached = to_tenth(value) if code == _TEMPERATURE else value
    if low is not None and reached <= low:
        return Level.CRITICAL_LOW
    return Level.CRITICAL_HIGH if high is not None and reached >= high else None


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


def _side(limits: Range, value: float) -> int:
    """-1 below, 0 inside, 1 above."""
    if value in limits:
        return 0
    return -1 if limits.low is not None and value < limits.low else 1
