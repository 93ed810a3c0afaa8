"""The model of incident chronic kidney disease: what it asks, of whom, and its card.

Data: Al-Shamsi et al. 2018 (Tawam Hospital), 491 adults with 56 events; the training file may hold
a part. So few events carry a handful of inputs: four, chosen from the literature and not from the
data. The times of follow-up in the file are known only afterwards and are never an input.
"""

from clinicdesk.models.card import Band, CardInput
from clinicdesk.models.learned.learners import Logistic
from clinicdesk.models.learned.spec import ModelSpec

DIABETES_CODES = ("E10", "E11", "E12", "E13", "E14", "44054006", "46635009", "73211009")
DIABETES_WORDS = ("type 1 diabetes", "type 2 diabetes", "type ii diabetes", "diabetes mellitus")

_INPUTS = (
    CardInput(
        "eGFRBaseline",
        "eGFR",
        "mL/min/{1.73_m2}",
        "98979-8",
        1,
        250,
        also=("62238-1", "33914-3"),
        also_label="eGFR by an older equation",
        caution=(
            "The eGFR is by an older equation, which may differ from CKD-EPI 2021 by 10 % and more."
        ),
        scope_low=60,
        note="Calculated by CKD-EPI 2021 from creatinine, age and sex when the record has none.",
    ),
    CardInput("AgeBaseline", "Age", "a", "30525-0", 0, 120, max_age_days=None, note="Years."),
    CardInput(
        "HgbA1C",
        "HbA1c",
        "%",
        "4548-4",
        3,
        20,
        modifiable=True,
        note="NGSP per cent.",
    ),
    CardInput(
        "HistoryDiabetes",
        "Diabetes",
        "{0_1}",
        "",
        0,
        1,
        max_age_days=None,
        conditions=DIABETES_CODES,
        condition_words=DIABETES_WORDS,
        note="1 when the list of problems has diabetes; missing when it has not.",
    ),
)

_REFERENCES = (
    "Al-Shamsi S, Regmi D, Govender RD. Chronic kidney disease in patients at high risk of "
    "cardiovascular disease in the United Arab Emirates: a population-based study. PLoS ONE "
    "2018;13(6):e0199920. doi:10.1371/journal.pone.0199920",
    "Chicco D, Lovejoy CA, Oneto L. A machine learning analysis of health records of patients with "
    "chronic kidney disease at risk of cardiovascular disease. IEEE Access 2021. "
    "doi:10.1109/ACCESS.2021.3133700",
    "Collins GS, et al. TRIPOD+AI statement. BMJ 2024;385:e078378. doi:10.1136/bmj-2023-078378",
)

_SECTIONS = {
    "question": "How likely is chronic kidney disease of stage 3 to 5 in the next years?",
    "intended_use": (
        "To show a clinician how known risk markers add up for an adult with cardiovascular risk "
        "factors and an eGFR of 60 or more. It supports a decision on how often to test creatinine "
        "and urine albumin; it does not make a diagnosis."
    ),
    "out_of_scope": (
        "Anyone with an eGFR below 60 or known chronic kidney disease of stage 3 to 5; people "
        "under 20; pregnancy; acute kidney injury; time to dialysis, for which the Kidney Failure "
        "Risk Equation is made; people without any cardiovascular risk factor."
    ),
    "population": (
        "Emirati adults with cardiovascular risk factors, outpatients of Tawam Hospital, Al Ain, "
        "United Arab Emirates, with an eGFR of 60 or more in 2008."
    ),
    "outcome": (
        "An eGFR below 60 mL/min/1.73 m² for 3 months or more (stage 3 to 5) during follow-up."
    ),
    "horizon": (
        "The follow-up of the cohort: up to 9 years, half of it more than 7.5 years. It is not a "
        "fixed number of years; who was followed for less counts as free of the disease, so that "
        "the risk over the full time is somewhat underestimated."
    ),
    "data_source": (
        "Al-Shamsi et al. 2018, as edited by Chicco et al. 2021. Real patients, without "
        "identifiers. Of its 491 rows the number under `n` was used for training and validation."
    ),
    "data_licence": "CC BY 4.0.",
    "data_citation": "Al-Shamsi et al. 2018; Chicco et al. 2021 (see references).",
    "data_dates": "Baseline in 2008, follow-up to 2017.",
    "preprocessing": (
        "Median imputation, log(1 + x) and scaling are part of the fitted pipeline. The columns "
        "TimeToEventMonths, TIME_YEAR and Age.3.categories are not used: the times are known only "
        "after the outcome, and with them the AUROC would read 0.03 too high."
    ),
    "missing_policy": (
        "A patient of the record needs eGFR (or creatinine) and age; without one of them there is "
        "no estimate. A missing HbA1c is named, stands at the training median, and widens the "
        "interval. Diabetes is taken from the list of problems; one without "
        "it leaves the input missing, which the model reads as no and names."
    ),
    "algorithm": (
        "Logistic regression of four inputs with an L2 penalty chosen by inner 5-fold "
        "cross-validation of the log loss, then sigmoid (Platt) calibration on out-of-fold "
        "margins; scikit-learn, random states fixed. No resampling, no class weights."
    ),
    "validation": (
        "Internal only: 5 times 5-fold cross-validation, stratified by outcome; the penalty, the "
        "imputation and the calibration are learnt anew within each training part. AUROC is the "
        "mean of the 25 folds with its standard deviation; the other figures are means over the "
        "5 repeats of the pooled out-of-fold predictions. Intervals are 95 % bootstrap intervals "
        "over patients. With this few events every figure is uncertain. All 491 patients give an "
        "AUROC of 0.885 with the same four inputs; on the part used here it is lower by about one "
        "fiftieth, well within its standard deviation. No external validation has been done."
    ),
    "calibration": (
        "Sigmoid calibration is part of the model. Slope and intercept under `metrics` are those "
        "of the out-of-fold probabilities (ideal 1 and 0)."
    ),
    "thresholds": (
        "Bands end at 5 % and 20 %. They order what is shown; no treatment is tied to them. The "
        "net benefit at 20 % and 50 %, and of treating everybody, is under `metrics`."
    ),
    "explanation": (
        "Exact SHAP values of the calibrated margin (linear, shap.LinearExplainer) against the "
        "average of the training columns, carried to probability by the Aumann-Shapley rule, "
        "which for this link equals sharing out in proportion: base + contributions = "
        "probability, checked for every patient. They describe the model, not causes."
    ),
    "interval": (
        "90 % bootstrap interval of the probability itself: the model refitted on 200 resamples "
        "of the training patients; a missing input takes values drawn from its own distribution. "
        "It does not cover a difference between this clinic and the training population."
    ),
    "background": (
        "One row: the mean of each scaled training column. It is an aggregate over all training "
        "patients; no patient's row is in any file of the model."
    ),
    "fairness": (
        "One country and one hospital. Sex is not an input: it added nothing in cross-validation. "
        "AUROC by age group is under `metrics` (auroc_age_under_60, auroc_age_60_up)."
    ),
    "limits": (
        "Few events. Urine albumin, the strongest marker beside eGFR, was not in the data. The "
        "baseline eGFR of the cohort is by CKD-EPI 2009, which reads about 4 % lower in people who "
        "are not black than CKD-EPI 2021. Follow-up was of unequal length."
    ),
    "monitoring": (
        "Compare calibration and discrimination with local outcomes at least yearly, and the "
        "distribution of each input with the training range shown on this card."
    ),
    "update_rule": (
        "Retrain when the calibration slope leaves 0.8-1.2 or AUROC falls below 0.75 on 200 local "
        "patients; retire when no local validation exists after 2 years of use."
    ),
    "regulatory": (
        "Not a certified medical device. For demonstration, teaching and research until it has "
        "been validated and certified for its place of use."
    ),
    "owner": "ClinicDesk developers",
    "command": "clinicdesk models train ckd35 --data tawam_ckd35.csv --out resources/models/ckd35",
}

SPEC = ModelSpec(
    id="ckd35",
    version="1.0.0",
    title="Chronic kidney disease, stage 3 to 5 (Tawam)",
    outcome_column="EventCKD35",
    outcome_label="chronic kidney disease of stage 3 to 5 within up to 9 years",
    outcome_codes=("N18.3", "N18.4", "N18.5", "N18.6", "433144002", "431857002", "433146000"),
    outcome_words=(
        "chronic kidney disease stage 3",
        "chronic kidney disease stage 4",
        "chronic kidney disease stage 5",
        "end-stage renal disease",
        "end stage renal disease",
    ),
    inputs=_INPUTS,
    minimum=("eGFRBaseline", "AgeBaseline"),
    minimum_age=20,
    sexes=("female", "male"),
    bands=(Band("low", 0.05), Band("moderate", 0.20), Band("high", 1.01)),
    sections=_SECTIONS,
    references=_REFERENCES,
    age_groups={"under_60": (0, 60), "60_up": (60, 200)},
    learner=Logistic(),
)
