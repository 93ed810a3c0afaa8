"""How far a repeat of the same measurement may lie from the first: rounded, at the bedside.

Blood pressure and the vital signs by what hand-held devices are allowed; laboratory values by the
total error that laboratories are commonly held to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clinicdesk.models.card import CardInput


@dataclass(frozen=True, slots=True)
class MeasurementError:
    """The larger of an amount in the unit of `unit` and a part of the value."""

    unit: str  # UCUM
    amount: float = 0.0
    part: float = 0.0

    def at(self, value: float) -> float:
        return max(self.amount, self.part * abs(value))


_PRESSURE = MeasurementError("mm[Hg]", 5.0)
_ERRORS: Mapping[str, MeasurementError] = {
    "8480-6": _PRESSURE,
    "8462-4": _PRESSURE,
    "8867-4": MeasurementError("/min", 3.0),
    "9279-1": MeasurementError("/min", 2.0),
    "59408-5": MeasurementError("%", 2.0),
    "8310-5": MeasurementError("Cel", 0.2),
    "39156-5": MeasurementError("kg/m2", 0.4),
    "1518-0": MeasurementError("mg/dL", part=0.06),
    "2345-7": MeasurementError("mg/dL", part=0.06),
    "98979-8": MeasurementError("mL/min/{1.73_m2}", part=0.08),
    "4548-4": MeasurementError("%", 0.2),
}


def error_of(wanted: CardInput, value: float) -> float | None:
    """What a repeat may differ by, in the input's unit; None where that is not known."""
    known = _ERRORS.get(wanted.code)
    if known is None or known.unit != wanted.unit:
        return None
    return known.at(value)
