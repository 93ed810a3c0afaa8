"""What somebody decides before a model is trained; training measures the rest of its card."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clinicdesk.domain.risk import Task
from clinicdesk.models.card import Band, CardInput, Metric

NO_OR_YES: Mapping[str, float] = {"0": 0.0, "1": 1.0}


@dataclass(frozen=True, slots=True)
class Table:
    """Training rows.

    x: (n, inputs), NaN for missing.  y: (n), 0 or 1, the number of a class, or an amount.
    sha256: of the file.  groups: (n), a number for each patient; without it each row is one.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    sha256: str
    groups: NDArray[np.int64] | None = None

    @property
    def patients(self) -> int:
        return len(self.y) if self.groups is None else len(np.unique(self.groups))

    def part(self, rows: NDArray[np.int64]) -> "Table":
        """The rows of these numbers."""
        groups = None if self.groups is None else self.groups[rows]
        return Table(self.x[rows], self.y[rows], self.sha256, groups)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What a model of its own kind measures beside the usual: the rows, and what was said of them.

    path: the training file.  predictions: of each repeat, of rows that were not trained on.
    settings: of the released model.
    """

    path: Path
    table: Table
    predictions: Sequence[NDArray[np.float64]]
    settings: Mapping[str, Any]
    seed: int


class Learner(Protocol):
    """What is fitted, before its calibration; `learners` has the kinds there are."""

    @property
    def grid(self) -> Mapping[str, Sequence[Any]]:
        """The settings that inner cross-validation chooses from."""

    def make(self, inputs: Sequence[CardInput], seed: int, settings: Mapping[str, Any]) -> Any:
        """An unfitted scikit-learn estimator."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """The declared half of a model card; the fields are those of `ModelCard`.

    outcome_column: in the training file.  outcomes: its texts and what they mean: 0 or 1, or the
    number of a class; none where the column is the amount itself.  left_out: rows with these texts
    in a column are not of the population.  group_column: who a row belongs to; rows of one patient
    are never on both sides of a split.  repeats: of the cross-validation.  resamples: refits for
    the interval.  read: how, where the file is no table of such rows.  more: figures of its own.
    age_groups: name -> from and below, years, for figures by age; none without the input Age.
    """

    id: str
    version: str
    title: str
    outcome_column: str
    outcome_label: str
    outcome_codes: tuple[str, ...]
    outcome_words: tuple[str, ...]
    inputs: tuple[CardInput, ...]
    minimum: tuple[str, ...]
    minimum_age: int
    sexes: tuple[str, ...]
    bands: tuple[Band, ...]
    sections: Mapping[str, str]
    references: tuple[str, ...]
    age_groups: Mapping[str, tuple[float, float]]
    learner: Learner
    task: Task = Task.PROBABILITY
    unit: str = ""
    classes: tuple[str, ...] = ()
    outcomes: Mapping[str, float] = field(default_factory=lambda: NO_OR_YES)
    left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    group_column: str = ""
    repeats: int = 5
    resamples: int = 200
    read: Callable[[Path], Table] | None = None
    more: Callable[[HeldOut], Mapping[str, Metric]] | None = None
