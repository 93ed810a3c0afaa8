"""Points of a series as arrays, thinned to what a screen can show."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_GAP = 12 * 3600.0  # s; readings closer than this are always joined
GAP = 4.0  # times the usual interval: farther apart, and no line pretends to know what was between


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """x: seconds since 1970, ascending.  y: values."""

    x: Floats
    y: Floats

    def within(self, start: float, end: float) -> "Series":
        """The points of a span, and one neighbour on each side so that lines leave the picture."""
        first, last = np.searchsorted(self.x, (start, end))
        window = slice(max(int(first) - 1, 0), int(last) + 1)
        return Series(self.x[window], self.y[window])

    def window(self, start: float, end: float) -> slice:
        """Where the points of a span are."""
        first, last = np.searchsorted(self.x, (start, end + 1e-6))
        return slice(int(first), int(last))

    def inside(self, start: float, end: float) -> "Series":
        """The points of a span and no more."""
        window = self.window(start, end)
        return Series(self.x[window], self.y[window])


def usual_interval(x: Floats) -> float:
    """The median time between readings, in seconds; 0 for fewer than two."""
    return float(np.median(np.diff(x))) if len(x) > 1 else 0.0


def joined(x: Floats, usual: float) -> NDArray[np.bool_]:
    """Whether a line runs from each point to the next; gaps are not bridged."""
    links = np.zeros(len(x), dtype=bool)
    if len(x) > 1:
        links[:-1] = np.diff(x) <= max(GAP * usual, LEAST_GAP)
    return links


def thinned(series: Series, start: float, end: float, pixels: int) -> Series:
    """At most two points a pixel column, its lowest and its highest: peaks survive."""
    if len(series.x) <= 4 * pixels:
        return series
    column = np.floor((series.x - start) / (end - start) * pixels)
    edges = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
    low = np.minimum.reduceat(series.y, edges)
    high = np.maximum.reduceat(series.y, edges)
    x = np.repeat(series.x[edges], 2)
    y = np.column_stack((low, high)).ravel()
    return Series(x, y)
