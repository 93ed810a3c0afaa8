"""Has an input changed since training? The population stability index, judged against chance.

Bins are fixed at training. A rule of thumb (0.1, 0.25) means nothing for fifty patients, where
chance alone gives more: the index is compared with what it would be if today's patients were
drawn from the same pool, at the same number (a permutation null).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

ALPHA = 0.03  # of a false alarm for one input; 5 % is what is promised
NOTABLE = 0.25  # "act" by the rule of thumb: what chance alone may not reach if we are to tell
DRAWS = 999
BINS = 10
_SMOOTH = 0.5  # added to each bin: an empty one is rare, not impossible


class Verdict(StrEnum):
    STABLE = "stable"
    CHANGED = "changed"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Bins:
    """Where values were in training. edges: inner ones, rising.  counts: one more, missing last.

    The bin of the missing is the last of `counts`, which has len(edges) + 2 entries.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]

    def count(self, values: Floats) -> Counts:
        """How many of the values fall into each bin; NaN is missing."""
        known = values[~np.isnan(values)]
        places = np.searchsorted(np.array(self.edges), known, "right")
        found = np.bincount(places, minlength=len(self.edges) + 1)
        return np.append(found, len(values) - len(known))


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of one input. chance: the index that chance stays below 19 times of 20.

    p: how often chance gives as much.  missing: share without the input, then and now.
    """

    psi: float
    chance: float
    p: float
    n: int
    missing: tuple[float, float]
    verdict: Verdict


def training_bins(values: Floats) -> Bins:
    """Deciles of the values in training; of few distinct values, each is a bin of its own."""
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if len(distinct) <= BINS:
        edges = (distinct[1:] + distinct[:-1]) / 2
    else:
        edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS))
    empty = Bins(tuple(edges.tolist()), ())
    return Bins(empty.edges, tuple(empty.count(values).tolist()))


def stability_index(before: Counts, now: Counts) -> Floats:
    """The index of each row of `now` (..., bins) against `before` (..., bins)."""
    expected, actual = _shares(before), _shares(now)
    index: Floats = ((actual - expected) * np.log(actual / expected)).sum(axis=-1)
    return index


def drift(bins: Bins, values: Floats, rng: np.random.Generator) -> Drift:
    """Compare today's values of one input, NaN where it is missing, with those of training."""
    before, now = np.array(bins.counts, dtype=np.int64), bins.count(values)
    psi = float(stability_index(before, now))
    null = _null(before, now, rng)
    p = float((1 + (null >= psi).sum()) / (1 + len(null)))
    chance = float(np.quantile(null, 0.95))
    missing = float(before[-1] / before.sum()), float(now[-1] / max(len(values), 1))
    return Drift(psi, chance, p, len(values), missing, _verdict(p, chance, ALPHA))


def judged_together(drifts: Mapping[str, Drift]) -> dict[str, Drift]:
    """The same with the verdicts of many inputs looked at at once (Holm): twenty looks are many."""
    ranked = sorted(drifts, key=lambda name: drifts[name].p)
    judged, open_ = {}, True
    for rank, name in enumerate(ranked):
        each = drifts[name]
        open_ = open_ and each.p <= ALPHA / (len(ranked) - rank)
        alpha = ALPHA if open_ else 0.0
        verdict = _verdict(each.p, each.chance, alpha)
        judged[name] = Drift(each.psi, each.chance, each.p, each.n, each.missing, verdict)
    return {name: judged[name] for name in drifts}


def _verdict(p: float, chance: float, alpha: float) -> Verdict:
    if p <= alpha:
        return Verdict.CHANGED
    return Verdict.CANNOT_TELL if chance > NOTABLE else Verdict.STABLE


def _null(before: Counts, now: Counts, rng: np.random.Generator) -> Floats:
    """The index of today's number of patients drawn from everybody, then and now together."""
    pool = before + now
    drawn = rng.multivariate_hypergeometric(pool, int(now.sum()), size=DRAWS, method="marginals")
    return stability_index(pool - drawn, drawn)


def _shares(counts: Counts) -> Floats:
    smooth = counts + _SMOOTH
    shares: Floats = smooth / smooth.sum(axis=-1, keepdims=True)
    return shares


def plain_index(before: Floats, now: Floats, floor: float = 1e-6) -> float:
    """The index of two rows of shares as the convention writes it, empty bins at `floor`."""
    expected, actual = np.maximum(before, floor), np.maximum(now, floor)
    return float(((actual - expected) * np.log(actual / expected)).sum())
