"""Why this probability: SHAP on the margin, carried to percentage points.

The calibrated margin is linear, so its SHAP values are exact. They are carried through the
logistic link by the Aumann-Shapley rule: each input is credited along the straight path from the
base to the patient. For a link of one variable this is the same as sharing out the change of
probability in proportion to the SHAP values: signs and ranks are kept, and the sum is exact.
"""

import numpy as np
import shap
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV

from clinicdesk.models.learned.pipeline import calibrated_parts

Floats = NDArray[np.float64]

TOLERANCE = 1e-9


class NotAdditive(ArithmeticError):
    """The contributions do not add up to the probability: the explanation is wrong."""


def expit(margin: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-margin)))


def explain(
    model: CalibratedClassifierCV, background: Floats, x: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return probability (n), base (n) and contributions (n, inputs); x: (n, inputs), NaN missing.

    background: one row, the mean of each scaled column in training.
    Raise `NotAdditive` rather than return contributions that do not sum to the probability.
    """
    fitted, slope, shift = calibrated_parts(model)
    explainer = shap.LinearExplainer(fitted["logistic"], shap.maskers.Independent(background))
    explanation = explainer(fitted[:-1].transform(x))
    base = slope * np.broadcast_to(explanation.base_values, len(x)) + shift
    contributions = carried(base, slope * explanation.values)
    probability = model.predict_proba(x)[:, 1]
    if np.abs(expit(base) + contributions.sum(axis=1) - probability).max(initial=0) > TOLERANCE:
        raise NotAdditive
    return probability, expit(base), contributions


def carried(base: Floats, margins: Floats) -> Floats:
    """Carry contributions to a margin over to its probability; base: (n), margins: (n, inputs)."""
    moved = margins.sum(axis=1)
    start = expit(base)
    still = np.abs(moved) < 1e-9  # the secant becomes the tangent
    secant = (expit(base + moved) - start) / np.where(still, 1.0, moved)
    share = np.where(still, start * (1 - start), secant)
    return np.asarray(margins * share[:, None])
