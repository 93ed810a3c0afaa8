"""The model of deterioration: who, calm by the vital signs now, will not be within 6 hours."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.card import Band, Metric
from clinicdesk.models.evaluation.metrics import auroc
from clinicdesk.models.learned.fitting import splits
from clinicdesk.models.learned.learners import Trees
from clinicdesk.models.learned.spec import HeldOut, ModelSpec, Table
from clinicdesk.models.learned.vitals_card import REFERENCES, SECTIONS
from clinicdesk.models.learned.vitals_figures import alarms, figure, of_variant
from clinicdesk.models.learned.vitals_inputs import (
    ADULT,
    AGE_GROUPS,
    INPUTS,
    MINIMUM,
    NEWS2_NOW,
    adults,
    hours_of,
    table_of,
    within_scope,
)
from clinicdesk.models.learned.vitals_table import Hours, ahead, by_hour, read_stays, thinned

HORIZON = 6  # hours
HIGH = 7  # points of NEWS2: the emergency response
CALM = 5  # points of NEWS2: below it nothing urgent is called for
_WARD = 4  # hours between two sets of vital signs on a ward
_ALARMS = (0.10, 0.20)


def read(path: Path) -> Table:
    """The hours of calm patients whose next 6 hours are known, and whether they then were ill."""
    hours = hours_of(path)
    highest, _ = ahead(hours, HORIZON)
    return table_of(path, hours, _judged(hours), (highest >= HIGH).astype(np.float64))


def figures(held: HeldOut) -> Mapping[str, Metric]:
    """Against NEWS2 itself, with a ward's rarer vital signs, and as an alarm."""
    splitting = splits(SPEC, held.table, held.seed)
    rarer = of_variant(
        held,
        _rarer(held.path),
        partial(SPEC.learner.make, _INPUTS, held.seed, held.settings),
        splitting,
    )
    news2 = held.table.x[:, _INPUTS.index(_CALM_NOW)]
    burden = [alarms(held, threshold) for threshold in _ALARMS]
    return {
        "auroc_of_news2_now": figure(held, auroc, news2),
        f"auroc_every_{_WARD}_hours": figure(held, auroc, rarer),
        **{name: metric for each in burden for name, metric in each.items()},
    }


def _judged(hours: Hours) -> NDArray[np.bool_]:
    return adults(hours) & (hours.news2 < CALM) & (hours.left >= HORIZON)


def _rarer(path: Path) -> NDArray[np.float64]:
    """The inputs of the same hours, had vital signs been taken every 4 hours."""
    stays = read_stays(path)
    rows = _judged(by_hour(stays))
    every = [thinned(stay, _WARD, number % _WARD) for number, stay in enumerate(stays)]
    return by_hour(every).x[rows]


_CALM_NOW = within_scope(NEWS2_NOW, CALM - 1)
_INPUTS = tuple(_CALM_NOW if each is NEWS2_NOW else each for each in INPUTS)

_SECTIONS = {
    **SECTIONS,
    "question": (
        "How likely is a NEWS2 of 7 or more, of five vital signs, within the next 6 hours?"
    ),
    "intended_use": (
        "To point a clinician to an inpatient whose vital signs do not yet call for anything and "
        "may soon. It is read beside NEWS2, never in its place: it lowers no level of monitoring "
        "and no escalation that NEWS2 asks for."
    ),
    "out_of_scope": (
        "Anyone under 18; outpatients; pregnancy; a NEWS2 of 5 or more now, which already calls "
        "for a response; care at the end of life; people on SpO2 scale 2, whose points these five "
        "vital signs overstate; a record whose vital signs are older than 8 hours."
    ),
    "outcome": (
        "NEWS2 of five vital signs (heart rate, SpO2 on scale 1, temperature, systolic pressure, "
        "respiratory rate; without oxygen and consciousness, which the data do not have) of 7 or "
        "more in any of the next 6 hours, from values not older than 8 hours."
    ),
    "horizon": "6 hours",
    "algorithm": (
        "Histogram gradient boosting, shallow; the size of the trees is chosen by inner 5-fold "
        "cross-validation of the log loss, then sigmoid (Platt) calibration on out-of-fold "
        "margins; scikit-learn, random states fixed. About 4 % of hours have the outcome: no "
        "resampling and no class weights, since what is shown is a probability."
    ),
    "validation": (
        "Internal only: 5-fold cross-validation by patient, stratified by outcome; the size of the "
        "trees and the calibration are learnt anew within each training part. AUROC is the mean "
        "of the folds with its standard deviation; the other figures are of the pooled "
        "out-of-fold hours. Intervals are 95 % bootstrap intervals over patients. Hours of one "
        "patient resemble each other, so that the number of patients counts and not that of "
        "hours. The last 6 hours of each stay are left out: what followed is not known. "
        "auroc_of_news2_now is the present NEWS2 of the same hours and vital signs; "
        "auroc_every_4_hours is what is left when vital signs are taken every 4 hours, as on a "
        "ward. No external validation has been done."
    ),
    "calibration": (
        "Sigmoid calibration is part of the model. Slope and intercept under `metrics` are those "
        "of the out-of-fold probabilities (ideal 1 and 0). Where fewer patients deteriorate than "
        "in intensive care the probability reads too high."
    ),
    "thresholds": (
        "Bands end at 5 % and 20 %. They order what is shown; no alarm is tied to them. What an "
        "alarm would cost is under `metrics`, at 10 % and at 20 %: the hours of a patient's day "
        "that are flagged (hours_flagged_a_day), the alarms that begin in a day of judged hours "
        "(new_alarms_a_day), how many flagged hours are followed by the outcome "
        "(right_when_flagged) and how many of the hours before an outcome are flagged (found). "
        "Most alarms are false; whoever switches one on should read these four first."
    ),
    "fairness": (
        "Sex is not an input. Skin colour is not in the data, and pulse oximetry reads too high in "
        "dark skin. AUROC by age group is under `metrics` (auroc_age_under_65, auroc_age_65_up)."
    ),
    "limits": (
        "Half of what raises NEWS2 elsewhere, oxygen and consciousness, is not in it. The outcome "
        "is made of the same vital signs as the inputs: it is a forecast of the chart, not of "
        "harm. Treatment that was given is hidden in it: who was treated in time counts as well. "
        "Values taken because somebody was worried are among the inputs."
    ),
    "update_rule": (
        "Retrain when the calibration slope leaves 0.8-1.2 or AUROC does not exceed that of the "
        "present NEWS2 on 500 local patients; retire when no local validation exists after 1 year."
    ),
    "command": (
        "clinicdesk models train deterioration --data physionet2019_setB.tar.xz "
        "--out resources/models/deterioration"
    ),
}

SPEC = ModelSpec(
    id="deterioration",
    version="1.0.0",
    title="Deterioration within 6 hours (PhysioNet 2019)",
    outcome_column="",
    outcome_label="a NEWS2 of 7 or more within 6 hours",
    outcome_codes=(),
    outcome_words=(),
    inputs=_INPUTS,
    minimum=MINIMUM,
    minimum_age=ADULT,
    sexes=("female", "male"),
    bands=(Band("low", 0.05), Band("moderate", 0.20), Band("high", 1.01)),
    sections=_SECTIONS,
    references=REFERENCES,
    age_groups=AGE_GROUPS,
    learner=Trees(
        grid={"trees__max_leaf_nodes": (8, 15)},
        settings={
            "max_iter": 100,
            "learning_rate": 0.08,
            "min_samples_leaf": 200,
            "l2_regularization": 1.0,
        },
    ),
    repeats=1,
    resamples=20,
    read=read,
    more=figures,
)
