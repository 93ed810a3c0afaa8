"""A set of vital signs as somebody writes it down at the bedside, checked before it is kept.

Nothing is assumed: a field that is empty was not measured, and oxygen is asked for like the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.correction import Result, corrected_number
from clinicdesk.errors import BadInput

RESPIRATORY_RATE, SPO2, O2_FLOW = "9279-1", "59408-5", "3151-8"
SYSTOLIC, DIASTOLIC, HEART_RATE = "8480-6", "8462-4", "8867-4"
ACVPU, TEMPERATURE, WEIGHT, PAIN = "67775-7", "8310-5", "29463-7", "72514-3"
GLUCOSE = "41653-7"
RESPONSES: Mapping[str, str] = {
    "A": "Alert",
    "C": "New confusion",
    "V": "Responds to voice",
    "P": "Responds to pain",
    "U": "Unresponsive",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One vital sign as it was written. code: LOINC.  unit: UCUM; "" for a word."""

    code: str
    value: str = field(repr=False)
    unit: str


@dataclass(frozen=True, slots=True)
class VitalSet:
    """What was measured at one time."""

    taken_at: datetime  # aware
    measured: Sequence[Measured]


@dataclass(frozen=True, slots=True)
class Kept:
    """One of them as it will be kept."""

    code: str
    result: Result


class BadVitalSigns(BadInput):
    """What is wrong, by the code of the vital sign; nothing was kept."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        names = (catalog()[code].name for code in wrong)
        told = (f"{name}: {why}" for name, why in zip(names, wrong.values(), strict=True))
        super().__init__(" ".join(told))
        self.wrong = wrong


def checked(vital_set: VitalSet) -> list[Kept]:
    """The set in canonical units; raise `BadVitalSigns` with everything that is wrong at once."""
    if not vital_set.measured:
        raise BadInput("Nothing is written down yet. Fill in what was measured.")
    kept, wrong = [], {}
    for each in vital_set.measured:
        try:
            kept.append(Kept(each.code, _result(each)))
        except BadInput as error:
            wrong[each.code] = str(error)
    wrong |= _contradictions({each.code: each.result for each in kept})
    if wrong:
        raise BadVitalSigns(wrong)
    return kept


def _result(measured: Measured) -> Result:
    concept = catalog()[measured.code]
    if not concept.coded:
        return corrected_number(measured.value, measured.unit, concept, concept.unit)
    letter = measured.value.strip().upper()
    if letter not in RESPONSES:
        raise BadInput(f"Write one of {', '.join(RESPONSES)}.")
    return Result(None, "", letter, measured.value.strip(), "")


def _contradictions(results: Mapping[str, Result]) -> dict[str, str]:
    upper, lower = results.get(SYSTOLIC), results.get(DIASTOLIC)
    if upper is None or lower is None or upper.value is None or lower.value is None:
        return {}
    if lower.value < upper.value:
        return {}
    return {DIASTOLIC: "The lower pressure is not below the upper one."}
