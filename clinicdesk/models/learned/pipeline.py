"""The logistic regression: impute, take logarithms, scale, fit, calibrate. All inside one object.

Logarithms because glucose, insulin, pedigree, age and the number of pregnancies act by ratio:
in nested cross-validation they beat the plain values, and every effect stays monotonic.
Whether a value is missing is not itself an input: who had a skin fold or insulin measured in a
survey says nothing about who has it measured in a clinic.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

Floats = NDArray[np.float64]

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0)  # inverse penalty
FOLDS = 5


def pipeline(strength: float = 1.0) -> Pipeline:
    return Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("log", FunctionTransformer(np.log1p)),
            ("scale", StandardScaler()),
            ("logistic", LogisticRegression(C=strength, max_iter=1000)),
        ]
    )


def best_strength(x: Floats, y: Floats, seed: int) -> float:
    """Choose the penalty by inner cross-validation of the log loss."""
    search = GridSearchCV(
        pipeline(), {"logistic__C": STRENGTHS}, scoring="neg_log_loss", cv=_folds(seed)
    )
    return float(search.fit(x, y).best_params_["logistic__C"])


def fit(x: Floats, y: Floats, strength: float, seed: int) -> CalibratedClassifierCV:
    """Fit and calibrate. One sigmoid on out-of-fold margins: the calibrated margin stays linear."""
    model = CalibratedClassifierCV(
        pipeline(strength), method="sigmoid", cv=_folds(seed + 1), ensemble=False
    )
    return model.fit(x, y)


def _folds(seed: int) -> StratifiedKFold:
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed)


@dataclass(frozen=True, slots=True)
class Affine:
    """The calibrated model written out.

    logit p = intercept + weights . log1p(x), where a missing x has log1p(x) = fill.
    """

    intercept: float
    weights: Floats
    fill: Floats


def calibrated_parts(model: CalibratedClassifierCV) -> tuple[Pipeline, float, float]:
    """The fitted pipeline and the sigmoid: calibrated margin = slope * margin + shift."""
    (inner,) = model.calibrated_classifiers_
    (sigmoid,) = inner.calibrators
    return inner.estimator, -float(sigmoid.a_), -float(sigmoid.b_)


def affine(model: CalibratedClassifierCV) -> Affine:
    fitted, slope, shift = calibrated_parts(model)
    logistic, scale = fitted["logistic"], fitted["scale"]
    weights = slope * logistic.coef_[0] / scale.scale_
    intercept = slope * float(logistic.intercept_[0]) + shift - float(weights @ scale.mean_)
    return Affine(intercept, weights, np.log1p(fitted["impute"].statistics_))
