"""Does it work for everybody: the same figures group by group, small groups hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinicdesk.domain.proportions import Share
from clinicdesk.models.evaluation.metrics import auroc
from clinicdesk.models.monitoring.realised import ENOUGH, Figure

Floats = NDArray[np.float64]

SMALLEST = 20  # patients: a smaller group says more about its members than about the model
RESAMPLES = 300


@dataclass(frozen=True, slots=True)
class Group:
    """One group. auroc: None with too few events.  expected: events that the model announced.

    missed: cases who were not flagged, of all cases.
    """

    name: str
    n: int
    events: int
    expected: float
    auroc: Figure | None
    flagged: Share
    missed: Share


@dataclass(frozen=True, slots=True)
class Subgroups:
    """hidden: names of groups that are too small to show."""

    groups: Sequence[Group]
    hidden: Sequence[str]


def subgroups(
    labels: Sequence[str], p: Floats, y: Floats, threshold: float, seed: int
) -> Subgroups:
    """Figures of each group; labels: a name for each patient; y: 0 or 1."""
    names = np.array(labels)
    of: Mapping[str, NDArray[np.bool_]] = {name: names == name for name in sorted(set(labels))}
    shown = [name for name, rows in of.items() if rows.sum() >= SMALLEST]
    groups = [_group(name, p[of[name]], y[of[name]], threshold, seed) for name in shown]
    return Subgroups(groups, [name for name in of if name not in shown])


def _group(name: str, p: Floats, y: Floats, threshold: float, seed: int) -> Group:
    events = int(y.sum())
    flagged = p >= threshold
    return Group(
        name,
        len(p),
        events,
        float(p.sum()),
        _ranked(p, y, seed) if min(events, len(y) - events) >= ENOUGH else None,
        Share(int(flagged.sum()), len(p)),
        Share(int((~flagged & (y == 1)).sum()), events),
    )


def _ranked(p: Floats, y: Floats, seed: int) -> Figure:
    rng = np.random.default_rng(seed)
    cases, others = p[y == 1], p[y == 0]
    outcome = np.repeat([1.0, 0.0], [len(cases), len(others)])
    values = [
        auroc(outcome, np.append(rng.choice(cases, len(cases)), rng.choice(others, len(others))))
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(values, [2.5, 97.5])
    return Figure(auroc(y, p), float(low), float(high))
