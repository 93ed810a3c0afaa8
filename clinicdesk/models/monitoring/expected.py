"""What a calibrated model expects of itself, before outcomes arrive. An estimate, and called so.

If the probabilities are true, each prediction is an event with its own probability: every figure
has an expected value over those events (confidence-based performance estimation). It cannot see
what the model does not know: a change of the risk behind the same inputs.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LABEL = "estimated from the model's own probabilities; no outcome is known yet"


def expected_auroc(p: Floats) -> float | None:
    """The expected chance that a case ranks above a non-case; None where none can be expected."""
    order = np.argsort(p, kind="stable")
    values, starts = np.unique(p[order], return_index=True)
    cases = np.add.reduceat(p[order], starts)
    others = np.add.reduceat(1 - p[order], starts)
    total = cases.sum() * others.sum() - float((p * (1 - p)).sum())  # nobody against himself
    if total <= 0:
        return None
    below = np.cumsum(others) - others
    own = np.array([float((p[p == v] * (1 - p[p == v])).sum()) for v in values])
    ranked = (cases * below).sum() + ((cases * others) - own).sum() / 2
    return float(ranked / total)


def expected_brier(p: Floats) -> float:
    """The mean variance of the outcomes that the probabilities announce."""
    return float((p * (1 - p)).mean())


def expected_events(p: Floats) -> float:
    return float(p.sum())


def expected_precision(p: Floats, threshold: float) -> float | None:
    """The share of flagged patients who are expected to have it; None when none is flagged."""
    flagged = p[p >= threshold]
    return float(flagged.mean()) if len(flagged) else None
