"""The model of the days in hospital, from what is known at admission."""

from clinicdesk.domain.risk import Task
from clinicdesk.models.card import Band
from clinicdesk.models.learned import inpatient
from clinicdesk.models.learned.learners import TreeAmount
from clinicdesk.models.learned.spec import ModelSpec

_INPUTS = (
    inpatient.AGE_AT_STAY,
    inpatient.SEX,
    inpatient.ADMISSION_TYPE,
    inpatient.ADMITTED_FROM,
    inpatient.MAIN_DIAGNOSIS,
    inpatient.INPATIENT_BEFORE,
    inpatient.EMERGENCY_BEFORE,
    inpatient.OUTPATIENT_BEFORE,
)

_SECTIONS = {
    "question": "How many days will this stay in hospital last?",
    "intended_use": (
        "To plan beds and the discharge of adults with diabetes at their admission. It is no "
        "target: a stay lasts as long as it is needed."
    ),
    "out_of_scope": (
        "People without diabetes; under 18; stays of less than a day or more than 14 days; stays "
        "outside the United States, until it was validated there; payment."
    ),
    "outcome": "Days between admission and discharge, whole days, 1 to 14 (time_in_hospital).",
    "horizon": "The stay.",
    "preprocessing": (
        "Only what is known at admission: the counts of laboratory tests, procedures, drugs and "
        "diagnoses of the stay and the discharge destination grow with the stay itself and would "
        "make the error look smaller. An answer in words enters the trees as its mean outcome "
        "among the training rows, learnt by cross-fitting within each training part."
    ),
    "missing_policy": (
        "A patient of the record needs a stay in hospital and an age. A record has no place for "
        "the kind of admission: it is missing unless given, is named, and widens the interval."
    ),
    "algorithm": (
        "Histogram gradient boosting of the median (absolute error), 120 trees of a size fixed "
        "beforehand; scikit-learn, random states fixed."
    ),
    "validation": (
        "Internal only: 5-fold cross-validation by whole patients; encoding is "
        "learnt anew within each training part. `mae` is the mean of the 5 folds with its standard "
        "deviation; `mae_of_median` is what telling everybody the median would cost; `bias` is "
        "below 0 because a median lies below the mean of long stays. Intervals are 95 % bootstrap "
        "intervals over patients. No external validation has been done."
    ),
    "calibration": (
        "The upper end of the 90 % interval is moved until 90 % of held-out stays lie inside "
        "(conformalised quantile regression, Romano 2019); `coverage_90` is how many did, in "
        "patients that neither the trees nor the move had seen."
    ),
    "thresholds": (
        "Bands end at 3 and 6 days. They order what is shown; no action is tied to them."
    ),
    "explanation": (
        "Exact tree SHAP values of the days (shap.TreeExplainer, along the trees' own paths): base "
        "+ contributions = days, checked for every patient. They describe the model, not causes."
    ),
    "interval": (
        "90 % interval of the days themselves: in 9 of 10 such stays of the register the number of "
        "days lay inside. It is wide, because what is known at admission says little."
    ),
    "limits": (
        "It is only a little better than the median of everybody: what decides about a stay "
        "happens after the admission. The register ends at 14 days. Hospitals of 1999 to 2008 kept "
        "people longer than those of today, so that the days read too high now."
    ),
    "monitoring": "Compare the mean error and the coverage with what was seen, every quarter.",
    "update_rule": (
        "Retrain on own stays when the mean error is above that of the own median, or when fewer "
        "than 85 % of 200 stays lie inside the interval."
    ),
    "command": (
        "clinicdesk models train length-of-stay --data diabetic_data.csv.xz "
        "--out resources/models/length-of-stay"
    ),
}

SPEC = ModelSpec(
    id="length-of-stay",
    version="1.0.0",
    title="Days in hospital, inpatients with diabetes",
    outcome_column="time_in_hospital",
    outcome_label="days in hospital",
    outcome_codes=(),
    outcome_words=(),
    inputs=_INPUTS,
    minimum=("Age", "InpatientBefore"),
    minimum_age=18,
    sexes=("female", "male"),
    bands=(Band("short", 3), Band("medium", 6), Band("long", 1000)),
    sections={**inpatient.DATA, **_SECTIONS},
    references=(
        *inpatient.REFERENCES,
        "Romano Y, Patterson E, Candes EJ. Conformalized quantile regression. NeurIPS 2019.",
    ),
    age_groups={},
    learner=TreeAmount(
        grid={"trees__max_leaf_nodes": (16,)},
        settings={
            "learning_rate": 0.08,
            "max_iter": 120,
            "min_samples_leaf": 100,
            "l2_regularization": 1.0,
        },
    ),
    task=Task.VALUE,
    unit="d",
    outcomes={},
    group_column=inpatient.GROUP_COLUMN,
    repeats=1,
)
