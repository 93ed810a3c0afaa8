"""The three pictures of a model: who is found, whether risks are true, whether acting helps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinicdesk.domain.proportions import Share
from clinicdesk.models.evaluation.metrics import net_benefit

Floats = NDArray[np.float64]

GROUPS = 10
THRESHOLDS = np.arange(1, 100) / 100


@dataclass(frozen=True, slots=True)
class RocCurve:
    """Corners of the curve, from (0, 0) to (1, 1)."""

    false_positive_rate: Floats
    sensitivity: Floats
    threshold: Floats  # that reaches each corner; infinity at the first


@dataclass(frozen=True, slots=True)
class CalibrationPoint:
    """Patients of similar risk: what was announced on average, and what came."""

    announced: float
    came: Share


@dataclass(frozen=True, slots=True)
class DecisionCurve:
    """Net benefit a patient at each threshold, beside treating everybody and nobody (0)."""

    threshold: Floats
    model: Floats
    everybody: Floats


def roc_curve(y: Floats, p: Floats) -> RocCurve:
    """y: 0/1, both present; equal probabilities are one step."""
    order = np.argsort(-p, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
    found = np.cumsum(y[order])[ends]
    flagged = ends + 1
    return RocCurve(
        np.insert((flagged - found) / (len(y) - y.sum()), 0, 0.0),
        np.insert(found / y.sum(), 0, 0.0),
        np.insert(p[order][ends], 0, np.inf),
    )


def calibration_curve(y: Floats, p: Floats, groups: int = GROUPS) -> list[CalibrationPoint]:
    """Groups of equal size by risk; equal risks may fall into neighbouring groups."""
    parts = np.array_split(np.argsort(p, kind="stable"), min(groups, len(p)))
    return [
        CalibrationPoint(float(p[part].mean()), Share(int(y[part].sum()), len(part)))
        for part in parts
    ]


def decision_curve(y: Floats, p: Floats) -> DecisionCurve:
    """Vickers & Elkin, Med Decis Making 2006;26:565."""
    model = np.array([net_benefit(y, p, float(t)) for t in THRESHOLDS])
    odds = THRESHOLDS / (1 - THRESHOLDS)
    return DecisionCurve(THRESHOLDS, model, y.mean() - (1 - y.mean()) * odds)
