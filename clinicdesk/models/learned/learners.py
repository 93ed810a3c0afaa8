"""What is fitted before calibration: a logistic regression or boosted trees.

Whether a value is missing is not itself an input: who had a test in a survey says nothing about
who has it in a clinic. The regression imputes the median; the trees are shown no gap in training
that means anything, and send one where most patients went.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler, TargetEncoder

from clinicdesk.models.card import CardInput

Floats = NDArray[np.float64]
Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Impute, encode, scale, fit.

    Numbers go in as logarithms, because glucose, insulin, age or the number of pregnancies act by
    ratio: in nested cross-validation they beat the plain values, and every effect stays monotonic.
    as_they_are: names of inputs that do not.  by_word: names of inputs with one column for each of
    their choices.  weights: "balanced" gives both outcomes the same weight, whatever their number;
    the calibration puts the frequency right again.
    """

    strengths: Sequence[float] = (0.01, 0.03, 0.1, 0.3, 1.0)  # inverse penalty
    as_they_are: frozenset[str] = frozenset()
    by_word: frozenset[str] = frozenset()
    weights: str | None = None

    @property
    def grid(self) -> Mapping[str, Sequence[Any]]:
        return {"logistic__C": self.strengths}

    def make(self, inputs: Sequence[CardInput], seed: int, settings: Settings) -> Pipeline:
        steps = [
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("encode", self._encoder(inputs)),
            ("scale", StandardScaler()),
            ("logistic", LogisticRegression(max_iter=1000, class_weight=self.weights)),
        ]
        return Pipeline(steps).set_params(**settings)

    def _encoder(self, inputs: Sequence[CardInput]) -> Any:
        words = [i for i, each in enumerate(inputs) if each.name in self.by_word]
        plain = [i for i, each in enumerate(inputs) if each.name in self.as_they_are]
        logs = [i for i in range(len(inputs)) if i not in {*words, *plain}]
        values = [[choice.value for choice in inputs[i].choices] for i in words]
        one_hot = OneHotEncoder(categories=values, sparse_output=False, handle_unknown="ignore")
        parts = [
            ("log", FunctionTransformer(np.log1p), logs),
            ("plain", "passthrough", plain),
            ("words", one_hot, words),
        ]
        return ColumnTransformer([part for part in parts if part[2]], sparse_threshold=0)


@dataclass(frozen=True, slots=True)
class Trees:
    """Histogram gradient boosting of a probability or of classes.

    An input with many words goes in as the mean outcome of each word among the training rows, by
    cross-fitting: shap does not explain categories that the trees split themselves.
    """

    grid: Mapping[str, Sequence[Any]]
    settings: Settings = field(default_factory=dict)  # the same for all

    def make(self, inputs: Sequence[CardInput], seed: int, settings: Settings) -> Pipeline:
        trees = HistGradientBoostingClassifier(
            random_state=seed, early_stopping=False, **self.settings
        )
        return _behind_words(inputs, seed, trees).set_params(**settings)


@dataclass(frozen=True, slots=True)
class TreeAmount:
    """The same of the median of an amount."""

    grid: Mapping[str, Sequence[Any]]
    settings: Settings = field(default_factory=dict)

    def make(self, inputs: Sequence[CardInput], seed: int, settings: Settings) -> Pipeline:
        trees = HistGradientBoostingRegressor(
            loss="absolute_error", random_state=seed, early_stopping=False, **self.settings
        )
        return _behind_words(inputs, seed, trees).set_params(**settings)


def _behind_words(inputs: Sequence[CardInput], seed: int, trees: Any) -> Pipeline:
    """The trees, behind the encoding of inputs that have more than two words."""
    words = [i for i, each in enumerate(inputs) if len(each.choices) > _TWO]
    others = [i for i in range(len(inputs)) if i not in words]
    folds = KFold(5, shuffle=True, random_state=seed)
    parts = [
        ("plain", "passthrough", others),
        ("words", TargetEncoder(smooth=_SMOOTH, cv=folds), words),
    ]
    encode = ColumnTransformer([part for part in parts if part[2]], sparse_threshold=0)
    return Pipeline([("encode", encode), ("trees", trees)])


_TWO = 2
_SMOOTH = 50.0  # rows: a rare word stays near the mean of all


def encoded(fitted: Pipeline, x: Floats) -> Floats:
    """Rows as the scaled columns of the regression."""
    return np.asarray(fitted[:-1].transform(x))


def owners(encode: ColumnTransformer) -> NDArray[np.int64]:
    """The input that each encoded column belongs to."""
    found: list[int] = []
    for _, part, columns in encode.transformers_:
        if isinstance(part, OneHotEncoder):
            sizes = [len(each) for each in part.categories_]
        elif isinstance(part, TargetEncoder):  # one column for each of several classes
            sizes = [len(part.encodings_) // len(columns)] * len(columns)
        else:
            sizes = [1] * len(columns)
        found += [c for c, size in zip(columns, sizes, strict=True) for _ in range(size)]
    return np.array(found)


def by_input(values: Floats, owner: NDArray[np.int64], inputs: int) -> Floats:
    """Add up what belongs to the same input; values: (n, columns)."""
    return np.asarray(values @ (owner[:, None] == np.arange(inputs)))
