"""The model of an unplanned return to hospital within 30 days, for inpatients with diabetes."""

from clinicdesk.models.card import Band
from clinicdesk.models.learned import inpatient
from clinicdesk.models.learned.learners import Trees
from clinicdesk.models.learned.spec import ModelSpec

_INPUTS = (
    inpatient.AGE_AT_STAY,
    inpatient.SEX,
    inpatient.ADMISSION_TYPE,
    inpatient.ADMITTED_FROM,
    inpatient.DISCHARGED_TO,
    inpatient.MAIN_DIAGNOSIS,
    inpatient.SECOND_DIAGNOSIS,
    inpatient.THIRD_DIAGNOSIS,
    inpatient.DIAGNOSES,
    inpatient.DAYS,
    inpatient.INPATIENT_BEFORE,
    inpatient.EMERGENCY_BEFORE,
    inpatient.OUTPATIENT_BEFORE,
    inpatient.MEDICATIONS,
    inpatient.LAB_TESTS,
    inpatient.PROCEDURES,
    inpatient.HBA1C,
    inpatient.INSULIN,
    inpatient.METFORMIN,
    inpatient.CHANGED,
)

_SECTIONS = {
    "question": "How likely is an unplanned return to hospital within 30 days of the discharge?",
    "intended_use": (
        "To show a clinician, near the discharge of an adult with diabetes, how known markers of "
        "an early return add up, so that follow-up can be planned by need. It says nothing about "
        "whether a discharge is safe."
    ),
    "out_of_scope": (
        "People without diabetes; under 18; who died or went to a hospice; planned returns; stays "
        "in intensive care alone; hospitals outside the United States, until it was validated "
        "there. It must not be used to withhold care or to grade hospitals."
    ),
    "outcome": (
        "Any readmission to a hospital of the register within 30 days (readmitted = '<30'). The "
        "register does not say which were planned."
    ),
    "horizon": "30 days from the discharge.",
    "preprocessing": (
        "Stays that ended in death or a hospice are left out (discharge 11, 13, 14, 19, 20, 21): "
        "they cannot come back. Diagnoses are grouped by their code. An answer in words enters the "
        "trees as the mean outcome of that word among the training rows, learnt by cross-fitting "
        "within each training part. '?' is missing; 'None' of HbA1c means not measured. No count "
        "of a patient's rows over the file is an input: it looks into the future and would read "
        "0.79."
    ),
    "missing_policy": (
        "A patient of the record needs a stay in hospital and an age. A record has no place for "
        "the kind of admission, the discharge destination, the second and third diagnosis, the "
        "procedures and a change of diabetes drugs: they are missing unless given, are named, and "
        "widen the interval. A missing value goes where most training stays went."
    ),
    "algorithm": (
        "Histogram gradient boosting of 300 shallow trees, their size chosen by inner 5-fold "
        "cross-validation of the log loss, then sigmoid (Platt) calibration on out-of-fold "
        "margins; scikit-learn, random states fixed. No resampling, no class weights."
    ),
    "validation": (
        "Internal only: 5-fold cross-validation by whole patients, stratified by outcome; "
        "encoding, settings and calibration are learnt anew within each training part. AUROC is "
        "the mean of the 5 folds with its standard deviation; the other figures are of the pooled "
        "out-of-fold predictions. Intervals are 95 % bootstrap intervals over patients. Honest "
        "models of this register lie between 0.64 and 0.69. Trees on all 99,343 stays with payer, "
        "specialty and raw codes reach 0.677; here payer and specialty are left out, since they "
        "belong to one country's billing. No external validation has been done."
    ),
    "calibration": (
        "Sigmoid calibration is part of the model. Slope and intercept under `metrics` are those "
        "of the out-of-fold probabilities (ideal 1 and 0)."
    ),
    "thresholds": (
        "Bands end at 8 % and 20 %; 11 % of all stays are followed by a return. They order what is "
        "shown; no action is tied to them."
    ),
    "explanation": (
        "Exact tree SHAP values of the margin (shap.TreeExplainer, along the trees' own paths), "
        "carried through the calibration to probability by the Aumann-Shapley rule: base + "
        "contributions = probability, checked for every patient. They describe the model, not "
        "causes."
    ),
    "interval": (
        "90 % interval of the probability itself: how far 25 models refitted on resampled patients "
        "lay apart at a stay like this one, learnt from 20,000 stays; a missing input takes values "
        "drawn from its own distribution. It does not cover a difference between this clinic and "
        "the training hospitals."
    ),
    "limits": (
        "An early return depends most on what no register holds: support at home, understanding "
        "of the plan, access to care. The AUROC says so: of two stays, one followed by a return, "
        "it names the right one in two of three. The data are from 1999 to 2008, with decades for "
        "ages and drugs of that time. In a record, stays in other hospitals are not counted."
    ),
    "monitoring": ("Compare the share of returns in each band with what was seen, every quarter."),
    "update_rule": (
        "Recalibrate when the calibration slope leaves 0.8-1.2 or observed over expected leaves "
        "0.8-1.25 on 500 local stays; retire when no local validation exists after 2 years of use."
    ),
    "command": (
        "clinicdesk models train readmission30 --data diabetic_data.csv.xz "
        "--out resources/models/readmission30"
    ),
}

SPEC = ModelSpec(
    id="readmission30",
    version="1.0.0",
    title="Readmission within 30 days, inpatients with diabetes",
    outcome_column="readmitted",
    outcome_label="an unplanned return to hospital within 30 days",
    outcome_codes=(),
    outcome_words=(),
    inputs=_INPUTS,
    minimum=("Age", "Days", "InpatientBefore"),
    minimum_age=18,
    sexes=("female", "male"),
    bands=(Band("low", 0.08), Band("moderate", 0.20), Band("high", 1.01)),
    sections={**inpatient.DATA, **_SECTIONS},
    references=inpatient.REFERENCES,
    age_groups={"under_60": (0, 60), "60_to_79": (60, 80), "80_up": (80, 200)},
    learner=Trees(
        grid={"trees__max_leaf_nodes": (12, 24)},
        settings={
            "learning_rate": 0.04,
            "max_iter": 300,
            "min_samples_leaf": 200,
            "l2_regularization": 10.0,
            "max_features": 0.4,
        },
    ),
    outcomes={"<30": 1.0, ">30": 0.0, "NO": 0.0},
    left_out={"discharge_disposition_id": inpatient.NEVER_BACK},
    group_column=inpatient.GROUP_COLUMN,
    repeats=1,
    resamples=25,
)
