"""The diabetes model: what it asks, of whom, and every sentence of its card.

Data: NIDDK / Smith et al. 1988, 768 Pima women of 21 and over; the training file may hold a part.
"""

from clinicdesk.models.card import Band, CardInput
from clinicdesk.models.learned.learners import Logistic
from clinicdesk.models.learned.spec import ModelSpec

_INPUTS = (
    CardInput(
        "Pregnancies",
        "Pregnancies",
        "{count}",
        "11996-6",
        0,
        25,
        max_age_days=None,
        note="Number of times pregnant.",
    ),
    CardInput(
        "Glucose",
        "Glucose, 2 h after 75 g",
        "mg/dL",
        "1518-0",
        20,
        1000,
        zero_is_missing=True,
        modifiable=True,
        note="Plasma glucose 2 hours into an oral glucose tolerance test.",
        also=("2345-7",),
        also_label="Plasma glucose, timing unknown",
        caution=(
            "The glucose is a plasma glucose of unknown timing; the model was made for the value "
            "2 h after 75 g of glucose, and a fasting value makes the risk read too low."
        ),
    ),
    CardInput(
        "BloodPressure",
        "Diastolic blood pressure",
        "mm[Hg]",
        "8462-4",
        5,
        300,
        zero_is_missing=True,
        modifiable=True,
        note="DIASTOLIC pressure, whatever the name of the column.",
    ),
    CardInput(
        "SkinThickness",
        "Triceps skin fold",
        "mm",
        "",
        2,
        120,
        zero_is_missing=True,
        modifiable=True,
        note="Seldom measured in clinics.",
    ),
    CardInput(
        "Insulin",
        "Insulin, 2 h after 75 g",
        "u[IU]/mL",
        "",
        0.1,
        2000,
        zero_is_missing=True,
        modifiable=True,
        note="2-hour serum insulin; a fasting insulin is another quantity and is not used.",
    ),
    CardInput(
        "BMI",
        "Body mass index",
        "kg/m2",
        "39156-5",
        7,
        120,
        zero_is_missing=True,
        modifiable=True,
        note="Calculated from weight and height when the record has no BMI.",
    ),
    CardInput(
        "DiabetesPedigreeFunction",
        "Diabetes pedigree function",
        "{score}",
        "",
        0,
        5,
        max_age_days=None,
        note="Family history weighted by kinship, as in Smith et al. 1988.",
    ),
    CardInput("Age", "Age", "a", "30525-0", 0, 120, max_age_days=None, note="Completed years."),
)

_REFERENCES = (
    "Smith JW, Everhart JE, Dickson WC, Knowler WC, Johannes RS. Using the ADAP learning algorithm "
    "to forecast the onset of diabetes mellitus. Proc Annu Symp Comput Appl Med Care 1988:261-5.",
    "Collins GS, et al. TRIPOD+AI statement. BMJ 2024;385:e078378. doi:10.1136/bmj-2023-078378",
    "Van Calster B, et al. Calibration: the Achilles heel of predictive analytics. BMC Med "
    "2019;17:230.",
)

_SECTIONS = {
    "question": "How likely is a diagnosis of diabetes within 5 years?",
    "intended_use": (
        "To show a clinician, and to discuss with the patient, how known risk markers add up for "
        "an adult woman who was screened with an oral glucose tolerance test. It supports a "
        "decision to repeat or extend testing; it does not make a diagnosis."
    ),
    "out_of_scope": (
        "Men; anyone under 21; pregnancy; known diabetes; diagnosis; choice of treatment. "
        "Populations other than the one below have not been tested: read the number as a ranking "
        "there, not as a probability."
    ),
    "population": (
        "Women of Pima heritage aged 21 and over, Phoenix, Arizona, examined from 1965 on: a "
        "population with one of the highest known rates of type 2 diabetes."
    ),
    "outcome": "Diabetes by WHO criteria found between 1 and 5 years after the examination.",
    "horizon": "5 years",
    "data_source": (
        "National Institute of Diabetes and Digestive and Kidney Diseases, known as the UCI Pima "
        "Indians Diabetes data. Real patients, without identifiers. Of its 768 rows the number "
        "under `n` was used for training and validation."
    ),
    "data_licence": "CC0 (Kaggle uciml; OpenML 37 public). UCI has withdrawn its page.",
    "data_citation": "Smith et al. 1988 (see references).",
    "data_dates": "Examinations from 1965 to 1988; exact dates are not in the data.",
    "preprocessing": (
        "Zeros in Glucose, BloodPressure, SkinThickness, Insulin and BMI are missing values. "
        "Median imputation, log(1 + x) and scaling are part of the fitted pipeline."
    ),
    "missing_policy": (
        "A patient of the record needs Glucose, BMI and Age; without one of them there is no "
        "estimate. Any other missing input is named, stands at the training median, and widens "
        "the interval. Rows of a file are predicted with any one input, and say what is missing. "
        "Whether a value is missing is never itself a sign of risk."
    ),
    "algorithm": (
        "Logistic regression with an L2 penalty chosen by inner 5-fold cross-validation of the "
        "log loss, then sigmoid (Platt) calibration on out-of-fold margins; scikit-learn, random "
        "states fixed. No resampling, no class weights."
    ),
    "validation": (
        "Internal only: 5 times 5-fold cross-validation, stratified by outcome; the penalty, the "
        "imputation and the calibration are learnt anew within each training part. AUROC is the "
        "mean of the 25 folds with its standard deviation; the other figures are means over the "
        "5 repeats of the pooled out-of-fold predictions. Intervals are 95 % bootstrap intervals "
        "over patients. No external or temporal validation has been done."
    ),
    "calibration": (
        "Sigmoid calibration is part of the model. Slope and intercept under `metrics` are those "
        "of the out-of-fold probabilities (ideal 1 and 0)."
    ),
    "thresholds": (
        "Bands end at 20 % and 50 %. They order what is shown; no treatment is tied to them. The "
        "net benefit at both, and of treating everybody (net_benefit_of_all), is under `metrics`."
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
        "One sex and one community, so differences between sexes or ethnic groups are not known. "
        "AUROC by age group is under `metrics` (auroc_age_21_29, auroc_age_30_up)."
    ),
    "limits": (
        "BloodPressure is diastolic. Glucose is the 2-hour value: a fasting or random one gives a "
        "misleading risk. Insulin was not measured in about half, the skin fold in about a third "
        "of the patients. The data are decades old. Probabilities reflect a rate of about one in "
        "three and will be too high where diabetes is rarer."
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
    "command": "clinicdesk models train diabetes --data pima.csv --out resources/models/diabetes",
}

SPEC = ModelSpec(
    id="diabetes",
    version="1.0.0",
    title="Diabetes within 5 years (Pima)",
    outcome_column="Outcome",
    outcome_label="diabetes within 5 years",
    outcome_codes=("E10", "E11", "E12", "E13", "E14", "44054006", "46635009", "73211009"),
    outcome_words=("type 1 diabetes", "type 2 diabetes", "type ii diabetes", "diabetes mellitus"),
    inputs=_INPUTS,
    minimum=("Glucose", "BMI", "Age"),
    minimum_age=21,
    sexes=("female",),
    bands=(Band("low", 0.20), Band("moderate", 0.50), Band("high", 1.01)),
    sections=_SECTIONS,
    references=_REFERENCES,
    age_groups={"21_29": (21, 30), "30_up": (30, 200)},
    learner=Logistic(),
)
