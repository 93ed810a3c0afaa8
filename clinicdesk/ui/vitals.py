"""The vital signs on the strip and in the charts: their order, names and stable scales.

A scale is the adult reference range with a clinical margin, the same for every patient and every
period (CUI GTAB-067..075); weight has none that fits everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clinicdesk.domain.observation import Observation

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign. code: LOINC.  scale: lowest and highest value drawn, None: the patient's."""

    code: str
    label: str
    scale: tuple[float, float] | None
    symbol: str = "o"  # pyqtgraph's


PRESSURE = Sign(SYSTOLIC, "Blood pressure", (40, 220))
SIGNS = (
    Sign("8867-4", "Heart rate", (30, 150), "o"),
    PRESSURE,
    Sign("9279-1", "Respiratory rate", (5, 40), "d"),
    Sign("59408-5", "Oxygen saturation", (80, 100), "s"),
    Sign("8310-5", "Temperature", (34, 41), "t"),
    Sign("29463-7", "Weight", None, "h"),
)
TILES = (*SIGNS, Sign("39156-5", "Body mass index", (10, 50), "p"))  # it follows from the weight
CHARTED = (DIASTOLIC, *(sign.code for sign in SIGNS))


@dataclass(frozen=True, slots=True)
class Reading:
    """One point of a sign; `low` is the diastolic pressure of a blood pressure, else None."""

    at: datetime
    main: Observation
    low: Observation | None = None


def readings(sign: Sign, observations: Sequence[Observation]) -> Sequence[Reading]:
    """The readings of a sign, oldest first; pressures of the same instant make a pair."""
    found = [o for o in observations if o.code == sign.code and o.value is not None]
    if sign is not PRESSURE:
        return [Reading(o.effective_at, o) for o in found]
    low = {o.effective_at: o for o in observations if o.code == DIASTOLIC and o.value is not None}
    return [Reading(o.effective_at, o, low.get(o.effective_at)) for o in found]
