"""Everybody at once: whom each choice of limits of the rule for seniors would flag.

The same as `record_scores.seniors_of` says of one: the newest set of vital signs, those within an
hour, NEWS2 only where it is complete, on SpO2 scale 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.record_values import ACVPU, FIO2, O2_FLOW, VITAL_WINDOW, acvpu_letter
from clinicdesk.models.scores.seniors_at_risk import Thresholds, versions
from clinicdesk.models.vitals_features import VITALS, news2_of

Floats = NDArray[np.float64]

_SCORED = [vital for vital in VITALS if vital.chart]
_SET = [vital.code for vital in VITALS]
CODES = (*_SET, O2_FLOW, FIO2, ACVPU)
_ON_OXYGEN, _NOT_ALERT = 2, 3  # points of NEWS2
_AIR = 21  # per cent


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest value of one code. patients: ascending.  at: ms UTC."""

    patients: NDArray[np.int64]
    values: Floats
    at: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the seniors a choice of limits flags, does not, and cannot tell of."""

    limits: Thresholds
    flagged: int
    not_flagged: int
    unknown: int


@dataclass(frozen=True, slots=True)
class SeniorCounts:
    """of: by version of the limits, the default first.  as_of: the state of the record."""

    as_of: datetime
    of: Mapping[str, Counted]


def letters(texts: Sequence[str]) -> Floats:
    """Charted levels of consciousness: 0 for alert, 1 for anything less, NaN for neither."""
    meant = {"": np.nan, "A": 0.0}
    return np.array([meant.get(acvpu_letter(text), 1.0) for text in texts])


def counted(
    patients: NDArray[np.int64], ages: Floats, newest: Mapping[str, Newest]
) -> dict[str, Counted]:
    """Count under each version of the limits. patients: ascending.  ages: years, NaN unknown."""
    values = _sets(patients, newest)
    rate, news2 = values["8867-4"], _news2(values)
    return {name: _count(limits, ages, rate, news2) for name, limits in versions().items()}


def _count(limits: Thresholds, ages: Floats, rate: Floats, news2: Floats) -> Counted:
    senior = ages >= limits.min_age
    flagged = (rate < limits.heart_rate_below) | (rate > limits.heart_rate_above)
    flagged |= news2 >= limits.news2_from
    known = ~np.isnan(rate) & ~np.isnan(news2)
    return Counted(
        limits,
        int((senior & flagged).sum()),
        int((senior & ~flagged & known).sum()),
        int((senior & ~flagged & ~known).sum()),
    )


def _sets(patients: NDArray[np.int64], newest: Mapping[str, Newest]) -> dict[str, Floats]:
    """The values of each code that belong to the newest set of their patient."""
    aligned = {code: _aligned(patients, newest[code]) for code in CODES if code in newest}
    ends = [aligned[code][1] for code in (*_SET, ACVPU) if code in aligned]
    end = np.max(ends, axis=0) if ends else np.zeros(len(patients))
    begin = end - VITAL_WINDOW.total_seconds() * 1000
    nobody = np.full(len(patients), np.nan)
    return {
        code: np.where((at >= begin) & (at <= end), values, np.nan)
        for code in CODES
        for values, at in [aligned.get(code, (nobody, nobody))]
    }


def _aligned(patients: NDArray[np.int64], found: Newest) -> tuple[Floats, Floats]:
    """The value and the instant of each patient; NaN and 0 where there is none."""
    values, at = np.full(len(patients), np.nan), np.zeros(len(patients))
    place = np.searchsorted(patients, found.patients)
    inside = place < len(patients)
    inside[inside] = patients[place[inside]] == found.patients[inside]
    values[place[inside]] = found.values[inside]
    at[place[inside]] = found.at[inside]
    return values, at


def _news2(values: Mapping[str, Floats]) -> Floats:
    """The whole score, NaN where any of it is not known."""
    signs = np.column_stack([values[vital.code] for vital in VITALS])
    complete = ~np.isnan(signs[:, [VITALS.index(vital) for vital in _SCORED]]).any(axis=1)
    flow, inspired, alert = values[O2_FLOW], values[FIO2], values[ACVPU]
    breathing = ~np.isnan(flow) | ~np.isnan(inspired)
    oxygen = (flow > 0) | (inspired > _AIR)
    total = news2_of(signs) + _ON_OXYGEN * oxygen + _NOT_ALERT * alert
    return np.where(complete & breathing, total, np.nan)
