"""Measurements as the laboratory and the ward send them: code, value and unit as text."""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Floats, Ints, Texts, Times, numbers_as_text, texts


@dataclass(frozen=True, slots=True)
class Test:
    """What is measured: a LOINC code, the unit on the printout, and its decimals."""

    code: str
    unit: str
    places: int = 0


PULSE = Test("8867-4", "/min")
BREATHS = Test("9279-1", "/min")
SATURATION = Test("59408-5", "%")
SYSTOLIC = Test("8480-6", "mm[Hg]")
DIASTOLIC = Test("8462-4", "mm[Hg]")
TEMPERATURE = Test("8310-5", "Cel", 1)
ALERTNESS = Test("67775-7", "")  # A, C, V, P or U
OXYGEN = Test("3151-8", "L/min", 1)
WEIGHT = Test("29463-7", "kg", 1)
HEIGHT = Test("8302-2", "cm")
PREGNANCIES = Test("11996-6", "{count}")
BMI = Test("39156-5", "kg/m2", 1)


@dataclass(frozen=True, slots=True)
class Readings:
    """Results of one test. who: row of People."""

    who: Ints
    at: Times
    code: str
    unit: str
    value: Texts

    def __len__(self) -> int:
        return len(self.who)


def of(test: Test, who: Ints, at: Times, values: Floats) -> Readings:
    """Print the values; a NaN was not measured and gives no result."""
    measured = ~np.isnan(values)
    printed = numbers_as_text(values[measured], test.places)
    return Readings(who[measured], at[measured], test.code, test.unit, printed)


def words(test: Test, who: Ints, at: Times, values: Texts) -> Readings:
    """Results in words; an empty one gives no result."""
    said = values != ""
    return Readings(who[said], at[said], test.code, test.unit, texts(values[said]))


def unmeasured(rng: np.random.Generator, values: Floats, share: float | Floats) -> Floats:
    """The values with `share` of them never taken."""
    return np.where(rng.random(len(values)) < share, np.nan, values)
