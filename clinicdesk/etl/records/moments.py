"""What was measured together, side by side: a row a moment, a column a code."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinicdesk.etl.arrays import Floats, Ints, Mask
from clinicdesk.etl.frames import Table, frame_of


@dataclass(frozen=True, slots=True)
class Moments:
    """values, places: a row a moment, a column for each of `codes`; NaN and -1 where none is.

    places: which reading the value is.
    """

    codes: Sequence[str]
    values: Floats
    places: Ints

    def frame(self) -> Table:
        """The values as the rules read them."""
        return frame_of({code: self.values[:, at] for at, code in enumerate(self.codes)})

    def broken_at(self, rows: Mask, codes: Sequence[str]) -> Ints:
        """The readings of these codes in some moments."""
        columns = np.array([self.codes.index(code) for code in codes])
        return self.places[np.flatnonzero(rows)][:, columns].ravel()

    def forget(self, readings: Ints) -> None:
        """Compare these readings with nothing more: they are wrong."""
        gone = np.isin(self.places, readings)
        self.values[gone], self.places[gone] = np.nan, -1


def side_by_side(
    group: Ints, place: Ints, at: Ints, values: Floats, codes: Sequence[str]
) -> Moments:
    """Put the n-th value of each code of a group beside the n-th of the others. Aligned.

    group: shared by what was measured together.  place: of the code among `codes`.
    at: which reading.
    """
    moment = _moments(group, place, len(codes))
    size = int(moment.max(initial=-1)) + 1
    wide = np.full((size, len(codes)), np.nan)
    places = np.full((size, len(codes)), -1, dtype=np.int64)
    wide[moment, place], places[moment, place] = values, at
    return Moments(codes, wide, places)


def _moments(group: Ints, place: Ints, codes: int) -> Ints:
    moment, _ = pd.factorize(group)
    keys, uniques = pd.factorize(moment * codes + place)
    if len(uniques) == len(keys):
        return moment
    nth = pd.Series(keys).groupby(keys).cumcount().to_numpy()
    return pd.factorize(moment * (int(nth.max()) + 1) + nth)[0]
