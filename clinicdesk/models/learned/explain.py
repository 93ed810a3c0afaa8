"""Why this number: SHAP on the margin, carried to what is shown.

The margin beneath the calibration is a sum: of columns in a regression, of leaves in trees. Its
SHAP values are exact. They are carried through the calibration by the Aumann-Shapley rule: each
input is credited along the straight path from the base to the patient. For a link of one variable
this is the same as sharing out the change of probability in proportion to the SHAP values: signs
and ranks are kept, and the sum is exact. For several classes the path is integrated numerically.
An amount has no link: its SHAP values are the contributions.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import shap
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import Pipeline

from clinicdesk.models.learned.fitting import answers, inner
from clinicdesk.models.learned.learners import by_input, encoded, owners

Floats = NDArray[np.float64]

TOLERANCE = 1e-9
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


class NotAdditive(ArithmeticError):
    """The contributions do not add up to the number: the explanation is wrong."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """answer, base: (n, k).  contributions: (n, inputs, k).  k: 1, or the classes."""

    answer: Floats
    base: Floats
    contributions: Floats


class Margins(Protocol):
    """Exact SHAP values of a fitted estimator's margin."""

    def of(self, x: Floats) -> tuple[Floats, Floats]:
        """The base (k) and the values (n, inputs, k)."""


class LinearMargins:
    """Of a regression, against the mean of each scaled training column."""

    def __init__(self, fitted: Pipeline, background: Floats) -> None:
        self._fitted = fitted
        self._owner = owners(fitted["encode"])
        masker = shap.maskers.Independent(background)
        self._explainer = shap.LinearExplainer(fitted["logistic"], masker)

    def of(self, x: Floats) -> tuple[Floats, Floats]:
        values = self._explainer.shap_values(encoded(self._fitted, x))
        moved = by_input(values, self._owner, x.shape[1])[:, :, None]
        return np.atleast_1d(self._explainer.expected_value), moved


class TreeMargins:
    """Of trees, along their own paths: no background of patients is needed or kept."""

    def __init__(self, fitted: Pipeline) -> None:
        self._fitted = fitted
        self._owner = owners(fitted["encode"])
        trees = fitted["trees"]
        self._explainer = shap.TreeExplainer(trees, feature_perturbation="tree_path_dependent")

    def of(self, x: Floats) -> tuple[Floats, Floats]:
        columns = encoded(self._fitted, x)
        values = np.asarray(self._explainer.shap_values(columns, check_additivity=False))
        base = np.atleast_1d(self._explainer.expected_value).astype(np.float64)
        by_answer = values.reshape(*columns.shape, len(base)).transpose(2, 0, 1)
        moved = [by_input(each, self._owner, x.shape[1]) for each in by_answer]
        return base, np.stack(moved, axis=2)


def margins(model: Any, background: Floats | None) -> Margins:
    """How to explain a model, ready for many patients."""
    fitted = inner(model)
    if background is not None:
        return LinearMargins(fitted, background)
    return TreeMargins(fitted)


def explain(model: Any, reasons: Margins, x: Floats) -> Explanation:
    """Answer and explain each row; x: (n, inputs), NaN missing.

    Raise `NotAdditive` rather than return contributions that do not sum to the answer.
    """
    answer = answers(model, x)
    base, contributions = _linked(model, *reasons.of(x))
    far = np.abs(base + contributions.sum(axis=1) - answer).max(initial=0)
    if far > TOLERANCE:
        raise NotAdditive
    return Explanation(answer, np.broadcast_to(base, answer.shape), contributions)


def expit(margin: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-margin)))


def softmax(margins: Floats) -> Floats:
    """Over the last axis."""
    powers = np.exp(margins - margins.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def carried(base: Floats, moved: Floats) -> Floats:
    """Carry contributions to a margin over to its probability; base: (n), moved: (n, inputs)."""
    total = moved.sum(axis=1)
    start = expit(base)
    still = np.abs(total) < 1e-9  # the secant becomes the tangent
    secant = (expit(base + total) - start) / np.where(still, 1.0, total)
    share = np.where(still, start * (1 - start), secant)
    return np.asarray(moved * share[:, None])


def carried_to_classes(base: Floats, moved: Floats) -> Floats:
    """The same for several margins and their softmax; base: (k), moved: (n, inputs, k)."""
    total = moved.sum(axis=1)
    carried_over = np.zeros_like(moved)
    for node, weight in zip((_NODES + 1) / 2, _WEIGHTS / 2, strict=True):
        p = softmax(base + node * total)[:, None, :]
        carried_over += weight * p * (moved - (p * moved).sum(axis=2, keepdims=True))
    return carried_over


def _linked(model: Any, base: Floats, moved: Floats) -> tuple[Floats, Floats]:
    if not isinstance(model, CalibratedClassifierCV):
        return base, moved
    (calibrated,) = model.calibrated_classifiers_
    (curve,) = calibrated.calibrators
    if hasattr(curve, "beta_"):
        base, moved = curve.beta_ * base, curve.beta_ * moved
        return softmax(base), carried_to_classes(base, moved)
    slope, shift = -float(curve.a_), -float(curve.b_)
    base, moved = slope * base + shift, slope * moved[:, :, 0]
    starts = np.repeat(base, len(moved))
    return expit(base), carried(starts, moved)[:, :, None]
