"""The model of the course: will NEWS2 be lower, much the same or higher 12 hours from now."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinicdesk.domain.risk import Task
from clinicdesk.models.card import Metric
from clinicdesk.models.evaluation.metrics import auroc_macro
from clinicdesk.models.learned.fitting import splits
from clinicdesk.models.learned.learners import Trees
from clinicdesk.models.learned.spec import HeldOut, ModelSpec, Table
from clinicdesk.models.learned.vitals_card import REFERENCES, SECTIONS
from clinicdesk.models.learned.vitals_figures import figure, of_table, share_right
from clinicdesk.models.learned.vitals_inputs import (
    ADULT,
    INPUTS,
    MINIMUM,
    NEWS2_NOW,
    adults,
    hours_of,
    table_of,
    within_scope,
)
from clinicdesk.models.learned.vitals_table import ahead

HORIZON = 12  # hours
HIGH = 7  # points of NEWS2: the emergency response
STEP = 2  # points of NEWS2 that are a change
CLASSES = ("improving", "stable", "worsening")
_TREND = 15  # points: the widest change there can be


def read(path: Path) -> Table:
    """The hours after which NEWS2 is known 12 hours later, and what became of it."""
    hours = hours_of(path)
    _, later = ahead(hours, HORIZON)
    rows = adults(hours) & ~np.isnan(later)
    return table_of(path, hours, rows, _course(later - hours.news2))


def figures(held: HeldOut) -> Mapping[str, Metric]:
    """Against saying that nothing changes, and against NEWS2 or its trend alone."""
    news2, mean = (held.table.x[:, at] for at in (_AT["news2_now"], _AT["news2_mean_24h"]))
    levels = {
        "news2_now": news2.astype(np.int64),
        "trend": (np.round(news2 - mean) + _TREND).astype(np.int64),
    }
    splitting = splits(SPEC, held.table, held.seed)
    simpler = {
        name: of_table(held, level, len(CLASSES), splitting) for name, level in levels.items()
    }
    unchanged = np.tile([0.0, 1.0, 0.0], (len(news2), 1))
    return {
        "auroc_macro_of_no_change": figure(held, auroc_macro, unchanged),
        **{
            f"auroc_macro_of_{name}": figure(held, auroc_macro, said)
            for name, said in simpler.items()
        },
        "share_right": figure(held, share_right),
        "share_right_of_no_change": figure(held, share_right, unchanged),
    }


def _course(change: NDArray[np.float64]) -> NDArray[np.float64]:
    """The number of the class of each change in points."""
    return np.where(change <= -STEP, 0.0, np.where(change >= STEP, 2.0, 1.0))


_BEFORE_HIGH = within_scope(NEWS2_NOW, HIGH - 1)
_INPUTS = tuple(_BEFORE_HIGH if each is NEWS2_NOW else each for each in INPUTS)
_AT = {each.name: at for at, each in enumerate(INPUTS)}

_SECTIONS = {
    **SECTIONS,
    "question": (
        "Will NEWS2 of five vital signs be at least 2 points lower (improving), at least 2 points "
        "higher (worsening) or between (stable) 12 hours from now?"
    ),
    "intended_use": (
        "To say where an inpatient's vital signs are heading, beside the chart that shows them. It "
        "does not replace NEWS2 and lowers no level of monitoring that it asks for."
    ),
    "out_of_scope": (
        "Anyone under 18; outpatients; pregnancy; care at the end of life; people on SpO2 scale 2; "
        "a record whose vital signs are older than 8 hours; a NEWS2 of 7 or more now. That calls "
        "for an emergency response whatever comes, most who have it come down, and improving "
        "would reassure where nothing should."
    ),
    "outcome": (
        "NEWS2 of five vital signs (heart rate, SpO2 on scale 1, temperature, systolic pressure, "
        "respiratory rate; without oxygen and consciousness) 12 hours later, from values not older "
        "than 8 hours, less the present one: improving at -2 and less, worsening at +2 and more."
    ),
    "horizon": "12 hours",
    "algorithm": (
        "Histogram gradient boosting of three classes, shallow; the size of the trees is fixed "
        "beforehand; then temperature calibration on out-of-fold margins; scikit-learn, random "
        "states fixed. No resampling, no class weights."
    ),
    "validation": (
        "Internal only: 5-fold cross-validation by patient, stratified by class; the calibration "
        "is learnt anew within each training part. Macro AUROC is the mean over the three classes, "
        "each against the others, and over the folds, with its standard deviation; the other "
        "figures are of the pooled out-of-fold hours. Intervals are 95 % bootstrap intervals over "
        "patients. Persistence (auroc_macro_of_no_change, share_right_of_no_change) says stable of "
        "everybody. Who is high comes down and who is low cannot: auroc_macro_of_news2_now is "
        "what the present NEWS2 alone foretells, auroc_macro_of_trend its distance from the mean "
        "of 24 hours; what the model adds is the difference to these. No external validation."
    ),
    "calibration": (
        "Temperature calibration is part of the model. The log loss of telling everybody the "
        "shares of the classes (log_loss_of_shares) stands beside that of the model."
    ),
    "thresholds": (
        "None: the three probabilities are shown, and the largest names the course. It is often "
        "stable because most are; a probability of worsening well above its share (see "
        "class_counts) is what deserves a look."
    ),
    "fairness": (
        "Sex is not an input. Skin colour is not in the data, and pulse oximetry reads too high in "
        "dark skin. Figures by group have not been measured for the three classes."
    ),
    "limits": (
        "Improvement is in good part a return to the middle. It learnt of hours with any NEWS2, "
        "and the figures are of all of them; from 7 on it is not shown as in scope. Oxygen and "
        "consciousness are not in the NEWS2 that is forecast. Hours after which vital signs are "
        "not known 12 hours later, as before leaving intensive care or dying, are not judged. "
        "Treatment is hidden in it."
    ),
    "update_rule": (
        "Retrain when its log loss on 500 local patients is not below that of the local shares; "
        "retire when no local validation exists after 1 year."
    ),
    "command": (
        "clinicdesk models train trajectory --data physionet2019_setB.tar.xz "
        "--out resources/models/trajectory"
    ),
}

SPEC = ModelSpec(
    id="trajectory",
    version="1.0.0",
    title="Course over 12 hours (PhysioNet 2019)",
    outcome_column="",
    outcome_label="NEWS2 12 hours from now",
    outcome_codes=(),
    outcome_words=(),
    inputs=_INPUTS,
    minimum=MINIMUM,
    minimum_age=ADULT,
    sexes=("female", "male"),
    bands=(),
    sections=_SECTIONS,
    references=REFERENCES,
    age_groups={},
    learner=Trees(
        grid={"trees__max_leaf_nodes": (8,)},
        settings={
            "max_iter": 80,
            "learning_rate": 0.1,
            "min_samples_leaf": 200,
            "l2_regularization": 1.0,
        },
    ),
    task=Task.CLASSES,
    classes=CLASSES,
    repeats=1,
    resamples=20,
    read=read,
    more=figures,
)
