"""The migraine model: is there visual aura, given the other symptoms; and why 0.94 is a leak.

Data: Sanchez-Sanchez et al. 2020, 400 patients; the training file may hold a part.
"""

from clinicdesk.models.card import Band, CardInput, Choice
from clinicdesk.models.learned.learners import Logistic
from clinicdesk.models.learned.spec import ModelSpec

_AURA_CODES = ("G43.1", "G43.5", "4473006", "315613000")


def _number(
    name: str, label: str, unit: str, high: float, note: str, *, code: str = "", low: float = 0
) -> CardInput:
    return CardInput(name, label, unit, code, low, high, max_age_days=None, note=note)


def _words(name: str, label: str, *choices: Choice, note: str = "") -> CardInput:
    high = max(each.value for each in choices)
    return CardInput(
        name, label, "{choice}", "", 0, high, max_age_days=None, note=note, choices=choices
    )


def _sign(name: str, label: str, note: str = "") -> CardInput:
    """Present or not in attacks, as a clinician asked."""
    no, yes = Choice("no", 0, ("0", "no")), Choice("yes", 1, ("1", "yes"))
    return _words(name, label, no, yes, note=note)


_INPUTS = (
    _number("Age", "Age", "a", 120, "Years.", code="30525-0"),
    _number("Duration", "Duration of the last episode", "d", 30, "Days.", low=0),
    _number("Frequency", "Episodes a month", "{count}", 31, "Episodes in a month."),
    _words(
        "Location",
        "Side of the pain",
        Choice("no headache", 0, ("0", "none", "no headache")),
        Choice("one side", 1, ("1", "unilateral")),
        Choice("both sides", 2, ("2", "bilateral")),
    ),
    _words(
        "Character",
        "Character of the pain",
        Choice("no headache", 0, ("0", "none", "no headache")),
        Choice("throbbing", 1, ("1", "throbbing")),
        Choice("constant", 2, ("2", "constant", "persistent")),
    ),
    _words(
        "Intensity",
        "Intensity of the pain",
        Choice("no headache", 0, ("0", "none", "no headache")),
        Choice("mild", 1, ("1", "mild")),
        Choice("moderate", 2, ("2", "moderate", "medium")),
        Choice("severe", 3, ("3", "severe")),
    ),
    _sign("Nausea", "Nausea"),
    _sign("Vomit", "Vomiting"),
    _sign("Phonophobia", "Sensitivity to sound"),
    _sign("Photophobia", "Sensitivity to light"),
    _number("Sensory", "Sensory symptoms", "{count}", 10, "Number of sensory symptoms."),
    _sign("Dysphasia", "Dysphasia", "Difficulty to find or understand words."),
    _sign("Dysarthria", "Dysarthria", "Slurred speech."),
    _sign("Vertigo", "Vertigo"),
    _sign("Tinnitus", "Tinnitus"),
    _sign("Hypoacusis", "Loss of hearing"),
    _sign("Diplopia", "Double vision"),
    _sign("Defect", "Visual field defect in both eyes", "Both nasal or both temporal fields."),
    _sign("Conscience", "Jeopardised consciousness"),
    _sign("Paresthesia", "Paraesthesia of both sides", "At the same time."),
    _sign("DPF", "Family history of migraine"),
)

_REFERENCES = (
    "Sanchez-Sanchez PA, Garcia-Gonzalez JR, Rua Ascar JM. Automatic migraine classification using "
    "artificial neural networks. F1000Research 2020;9:618. doi:10.12688/f1000research.23181.2",
    "Headache Classification Committee of the International Headache Society. ICHD-3. Cephalalgia "
    "2018;38:1-211.",
    "Collins GS, et al. TRIPOD+AI statement. BMJ 2024;385:e078378. doi:10.1136/bmj-2023-078378",
)

_SECTIONS = {
    "question": (
        "Is visual aura part of this patient's attacks, given the other symptoms? It may be "
        "present and not yet told or asked."
    ),
    "intended_use": (
        "To prompt a clinician to ask about visual symptoms, where the other symptoms of a patient "
        "with migraine are known. It does not diagnose a type of migraine: the criteria of ICHD-3, "
        "which are calculated beside it, do."
    ),
    "out_of_scope": (
        "People without migraine; children under 12; a first or worst headache, or one with a new "
        "neurological deficit, which needs urgent assessment and no model; forecasting the next "
        "attack: the data have no time."
    ),
    "population": (
        "Patients of a headache centre whose attacks were recorded and classified: 8 of 10 have "
        "visual aura. In general practice it is 1 of 5 and fewer, so that the number ranks "
        "patients and must not be read as a frequency."
    ),
    "outcome": "One or more visual symptoms recorded (Visual above 0).",
    "horizon": "None: the symptoms and the aura are of the same attacks.",
    "data_source": (
        "Sanchez-Sanchez et al. 2020, 400 patients, in the coding of the original publication as "
        "rebuilt from two public copies. The number under `n` was used."
    ),
    "data_licence": "Article CC BY 4.0; the licence of the data themselves is not verified.",
    "data_citation": "Sanchez-Sanchez et al. 2020 (see references).",
    "data_dates": "Recorded in 2013.",
    "preprocessing": (
        "The side, character and intensity of the pain each become one column for each of their "
        "words; every number is taken as it is. All columns are scaled. The word None is an "
        "answer (no headache), not a gap. Ataxia is not used: it is the same for everybody."
    ),
    "missing_policy": (
        "Age and two of the symptoms of the minimum set are needed. A record has no place for the "
        "other symptoms: they are given when the model is asked. One that is missing stands at "
        "the training median and widens the interval."
    ),
    "algorithm": (
        "Logistic regression with an L2 penalty chosen by inner 5-fold cross-validation of the log "
        "loss, both outcomes of the same weight, then sigmoid (Platt) calibration on out-of-fold "
        "margins, which puts the frequency right; scikit-learn, random states fixed. No "
        "resampling."
    ),
    "validation": (
        "Internal only: 5 times 5-fold cross-validation, stratified by outcome; penalty, "
        "imputation and calibration are learnt anew within each training part. AUROC is the mean "
        "of the 25 folds with its standard deviation; the other figures are means over the 5 "
        "repeats of the pooled out-of-fold predictions. All 400 patients give 0.841 with such a "
        "regression; the part used here gives about a hundredth less, well within the standard "
        "deviation of 0.05 between folds. Telling everybody yes is right in 8 of 10, which is why "
        "no accuracy is given. No external validation has been done."
    ),
    "calibration": (
        "Sigmoid calibration is part of the model. Slope and intercept under `metrics` are those "
        "of the out-of-fold probabilities (ideal 1 and 0)."
    ),
    "thresholds": (
        "Bands end at 60 % and 85 %, around the four fifths that have visual aura here. No "
        "treatment is tied to them."
    ),
    "explanation": (
        "Exact SHAP values of the calibrated margin (linear, shap.LinearExplainer) against the "
        "average of the training columns; the columns of one input are added up; carried to "
        "probability by the Aumann-Shapley rule, so that base + contributions = probability, "
        "checked for every patient. They describe the model, not causes."
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
    "fairness": "The data have no sex and no origin. AUROC by age group is under `metrics`.",
    "limits": (
        "Why not 0.94: other models of these data reach it by using Type, the final diagnosis, "
        "which was made knowing the aura (migraine without aura has none in 60 of 60, typical aura "
        "without migraine has it in 20 of 20). That is reading the answer. With Type the same "
        "regression reads 0.943; here it is left out, and so is Visual itself. "
        "The 20 patients with aura and no headache all have visual aura and are easy: without them "
        "the AUROC of all 400 is 0.82. The clinic selected who came; 3 combinations of symptoms "
        "occur with both outcomes."
    ),
    "monitoring": (
        "Compare the share of visual aura in each band with what was found on asking, at least "
        "yearly."
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
    "command": (
        "clinicdesk models train migraine-aura --data migraine.csv "
        "--out resources/models/migraine-aura"
    ),
}

SPEC = ModelSpec(
    id="migraine-aura",
    version="1.0.0",
    title="Visual aura, given the other symptoms of migraine",
    outcome_column="Visual",
    outcome_label="visual aura among the symptoms",
    outcome_codes=_AURA_CODES,
    outcome_words=("migraine with aura", "migraine with typical aura", "visual aura"),
    inputs=_INPUTS,
    minimum=("Age", "Intensity", "Sensory"),
    minimum_age=12,
    sexes=("female", "male", "other", "unknown"),
    bands=(Band("low", 0.60), Band("moderate", 0.85), Band("high", 1.01)),
    sections=_SECTIONS,
    references=_REFERENCES,
    age_groups={"under_30": (0, 30), "30_up": (30, 200)},
    learner=Logistic(
        strengths=(0.01, 0.02, 0.03, 0.05, 0.1, 0.3),
        as_they_are=frozenset(
            each.name for each in _INPUTS if each.name not in {"Location", "Character", "Intensity"}
        ),
        by_word=frozenset({"Location", "Character", "Intensity"}),
        weights="balanced",
    ),
    outcomes={"0": 0.0, "1": 1.0, "2": 1.0, "3": 1.0, "4": 1.0},
)
