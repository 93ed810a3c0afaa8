"""Two units in one column: where one ends and the other begins, as a person agreed to it (F30).

Written `mmol/L < 25 ... 40 < mg/dL`: what is below 25 is in mmol/L, what is above 40 in mg/dL, and
what lies between is nobody's guess: it is kept out and told.
"""

import re
from dataclasses import dataclass

import numpy as np

from clinicdesk.etl.arrays import Floats, Texts, texts

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_WRITTEN = re.compile(rf"(\S+) < {_NUMBER} \.\.\. {_NUMBER} < (\S+)")


@dataclass(frozen=True, slots=True)
class Split:
    """below: numbers up to here are in `lower`.  above: numbers from here on are in `upper`."""

    lower: str
    below: float
    above: float
    upper: str

    def __str__(self) -> str:
        return f"{self.lower} < {self.below:.10g} ... {self.above:.10g} < {self.upper}"

    def units(self, values: Floats) -> Texts:
        """The unit of each number; of one between the two, both, which no result can have."""
        both = f"{self.lower} or {self.upper}"
        lower = np.where(values <= self.below, self.lower, both)
        found = texts(np.where(values >= self.above, self.upper, lower).tolist())
        found[np.isnan(values)] = ""
        return found


def split_of(unit: str) -> Split | None:
    """The split that an answer says, None for the name of one unit."""
    match = _WRITTEN.fullmatch(unit.strip())
    if match is None:
        return None
    lower, below, above, upper = match.groups()
    return Split(lower, float(below), float(above), upper)
