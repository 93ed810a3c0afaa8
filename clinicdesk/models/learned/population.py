"""What the training patients looked like, as aggregates: levels of each column, and how far apart.

No patient's row is kept: 101 quantiles of a column, means, spreads and correlations.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.bundle import Bundle

Floats = NDArray[np.float64]

POPULATION = "population.npz"
_SHRINKAGE = 0.1  # towards uncorrelated columns: a correlation of few patients is a guess
_PERCENT = np.linspace(0, 1, 101)


@dataclass(frozen=True, slots=True)
class Population:
    """Aggregates of the training rows.

    levels: (101, inputs), the quantiles 0 %, 1 % ... 100 % of each column's known values.
    mean, spread: (inputs), of the columns as `_even` writes them.  logged: (inputs), which columns
    are compared by ratio.  precision: (inputs, inputs), of the standardised columns.
    distances: (101), the quantiles of the training patients' own distances.
    """

    levels: Floats
    mean: Floats
    spread: Floats
    logged: Floats
    precision: Floats
    distances: Floats

    def plausible(self, column: int, count: int) -> Floats:
        """Equally likely values of an input: the middles of `count` equal parts of the patients."""
        at = np.rint(100 * (np.arange(count) + 0.5) / count).astype(int)
        return np.asarray(self.levels[at, column])

    def distance(self, x: Floats) -> Floats:
        """Mahalanobis distance from the middle of the training patients; NaN adds none."""
        z = self._standardised(x)
        return np.asarray(np.sqrt(np.maximum(((z @ self.precision) * z).sum(axis=1), 0)))

    def nearer(self, x: Floats) -> Floats:
        """The share of training patients that are nearer to the middle, 0 to 1."""
        return np.interp(self.distance(x), self.distances, _PERCENT)

    def farthest(self, row: Floats) -> list[int]:
        """The columns by how much of the distance is theirs, largest first."""
        z = self._standardised(row[None, :])[0]
        return [int(at) for at in np.argsort(-z * (self.precision @ z), kind="stable")]

    def _standardised(self, x: Floats) -> Floats:
        z = (_even(x, self.logged) - self.mean) / self.spread
        return np.where(np.isnan(z), 0.0, z)


def population_of(x: Floats, words: Sequence[int] = ()) -> Population:
    """Describe the training rows; x: (n, inputs), NaN for missing.

    words: columns whose numbers only name a word; no number is nearer to another.
    """
    logged = _skewed(x).astype(np.float64)
    even = _even(x, logged)
    mean, spread = np.nanmean(even, axis=0), np.nanstd(even, axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    spread[list(words)] = np.inf  # they add nothing to a distance
    z = (even - mean) / spread
    z = np.where(np.isnan(z), 0.0, z)
    correlation = (1 - _SHRINKAGE) * (z.T @ z) / len(z) + _SHRINKAGE * np.eye(z.shape[1])
    levels = np.nanquantile(x, _PERCENT, axis=0)
    precision = np.asarray(np.linalg.inv(correlation), dtype=np.float64)
    bare = Population(levels, mean, spread, logged, precision, _PERCENT)
    distances = np.asarray(np.quantile(bare.distance(x), _PERCENT))
    return Population(levels, mean, spread, logged, precision, distances)


def population_file(x: Floats, words: Sequence[int] = ()) -> bytes:
    """The description as the file of a model."""
    found = population_of(x, words)
    file = io.BytesIO()
    arrays = {name: getattr(found, name) for name in Population.__slots__}
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def read_population(bundle: Bundle) -> Population:
    """The training patients of a verified model."""
    with np.load(io.BytesIO(bundle.files[POPULATION]), allow_pickle=False) as file:
        return Population(**{name: file[name] for name in Population.__slots__})


def _even(x: Floats, logged: Floats) -> Floats:
    """Columns that are never negative and lean to the right, by their logarithm."""
    return np.where(logged > 0, np.log1p(np.maximum(x, 0.0)), x)


def _skewed(x: Floats) -> NDArray[np.bool_]:
    """Whether the mean lies above the median by a good part of the spread, and nothing below 0."""
    lean = np.nanmean(x, axis=0) - np.nanmedian(x, axis=0)
    many = np.array([len(np.unique(column[~np.isnan(column)])) > 2 for column in x.T])
    return np.asarray((np.nanmin(x, axis=0) >= 0) & (lean > 0.1 * np.nanstd(x, axis=0)) & many)
