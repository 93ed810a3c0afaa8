"""Figures that only the models over time have: what a ward would notice, and simpler forecasts."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.card import Metric
from clinicdesk.models.evaluation.metrics import Measure, interval
from clinicdesk.models.learned.fitting import Split
from clinicdesk.models.learned.spec import HeldOut

Floats = NDArray[np.float64]

_HOURS_A_DAY = 24


def figure(held: HeldOut, measure: Measure, *said: Floats) -> Metric:
    """A figure of the held-out rows with its interval by patients. said: without any, the model."""
    predictions = said or held.predictions
    y, groups = held.table.y, held.table.groups
    value = float(np.mean([measure(y, p) for p in predictions]))
    return Metric(value, *interval(measure, y, predictions, held.seed, groups=groups))


def alarms(held: HeldOut, threshold: float) -> dict[str, Metric]:
    """The burden of an alarm at a probability, and what it finds.

    Hours flagged and new alarms are for a patient and a day of the hours that are judged; an alarm
    is new when the hour before was not flagged.
    """
    flagged = [(p >= threshold).astype(np.float64) for p in held.predictions]
    begun = [_begun(each, held) for each in flagged]
    named = f"{threshold:.2f}".replace(".", "_")
    return {
        f"hours_flagged_a_day_at_{named}": figure(held, _a_day, *flagged),
        f"new_alarms_a_day_at_{named}": figure(held, _a_day, *begun),
        f"right_when_flagged_at_{named}": figure(held, partial(_right, threshold=threshold)),
        f"found_at_{named}": figure(held, partial(_found, threshold=threshold)),
    }


def of_table(
    held: HeldOut, levels: NDArray[np.int64], classes: int, splits: Iterable[Split]
) -> Floats:
    """The simplest forecast: the shares of the classes among training rows of the same level.

    levels: (n), whole numbers from 0.  Returned: (n, classes), of held-out rows.
    """
    y = held.table.y.astype(int)
    said = np.full((len(y), classes), np.nan)
    for train, test in splits:
        counts = np.ones((levels.max() + 1, classes))  # a level never seen has equal shares
        np.add.at(counts, (levels[train], y[train]), 1)
        shares = counts / counts.sum(axis=1, keepdims=True)
        said[test] = shares[levels[test]]
    return said


def of_variant(
    held: HeldOut, x: Floats, make: Callable[[], Any], splits: Iterable[Split]
) -> Floats:
    """What a model trained on the rows as they are says of other versions of the held-out rows."""
    said = np.full(len(held.table.y), np.nan)
    for train, test in splits:
        fitted = make().fit(held.table.x[train], held.table.y[train])
        said[test] = fitted.predict_proba(x[test])[:, 1]
    return said


def _begun(flagged: Floats, held: HeldOut) -> Floats:
    groups = held.table.groups
    if groups is None:
        return flagged
    same = np.append(False, groups[1:] == groups[:-1])
    before = np.append(0.0, flagged[:-1]) * same
    return np.asarray(flagged * (1 - before))


def _a_day(_: Floats, flags: Floats) -> float:
    return float(flags.mean() * _HOURS_A_DAY)


def _right(y: Floats, p: Floats, threshold: float) -> float:
    flagged = p >= threshold
    return float(y[flagged].mean()) if flagged.any() else 0.0


def _found(y: Floats, p: Floats, threshold: float) -> float:
    return float((p[y == 1] >= threshold).mean())


def share_right(y: Floats, p: Floats) -> float:
    """How often the most probable class came."""
    return float((p.argmax(axis=1) == y).mean())
