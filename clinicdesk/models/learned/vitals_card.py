"""What the cards of the models over time have in common."""

REFERENCES = (
    "Reyna MA, Josef CS, Jeter R, et al. Early prediction of sepsis from clinical data: the "
    "PhysioNet/Computing in Cardiology Challenge 2019. Crit Care Med 2020;48:210-7. "
    "doi:10.1097/CCM.0000000000004145; data doi:10.13026/v64v-d857",
    "Royal College of Physicians. National Early Warning Score (NEWS) 2. London: RCP, 2017.",
    "Collins GS, et al. TRIPOD+AI statement. BMJ 2024;385:e078378. doi:10.1136/bmj-2023-078378",
)

SECTIONS = {
    "population": (
        "Adults in intensive care in one American hospital system, one stay for each patient, "
        "vital signs by the hour. A ward or an outpatient clinic is another population."
    ),
    "data_source": (
        "PhysioNet/Computing in Cardiology Challenge 2019, training set B. Real patients, without "
        "identifiers. Of its 20,000 stays the training file holds 6,547 in a row by number; the "
        "hours that are judged are under `n`."
    ),
    "data_licence": "CC BY 4.0.",
    "data_citation": "Reyna et al. 2020 (see references).",
    "data_dates": "Within the decade before 2019; exact dates are not in the data.",
    "preprocessing": (
        "Vital signs that cannot be are artefacts of a monitor and are left out. The present "
        "value is the newest of the last 8 hours; change, mean and spread look back over 6 hours, "
        "NEWS2 over 24. One function makes the inputs, here and from a patient's record. Sepsis "
        "labels, laboratory values, and the hours since admission to hospital or intensive care "
        "(ICULOS, HospAdmTime) are not used: those times are no physiology, and with them a model "
        "of sepsis on these data reads 0.04 too high. That something was measured is no input; "
        "what is not measured is missing."
    ),
    "missing_policy": (
        "A patient of the record needs age and, of the last 8 hours, heart rate, SpO2, systolic "
        "pressure and respiratory rate; without one of them there is no estimate. Trees take a "
        "missing input as it is: it goes where most such hours of training went. It is named, and "
        "widens the interval."
    ),
    "background": (
        "None: trees are explained along their own paths. No patient's row is in any file of the "
        "model; the levels of each input and its correlations are aggregates over all hours."
    ),
    "interval": (
        "90 % interval of the probability itself: the trees refitted on 20 resamples of the "
        "training patients, their distance learnt as a function of the inputs; a missing input "
        "takes values of its own distribution. It does not cover a difference between this clinic "
        "and the training population."
    ),
    "explanation": (
        "Exact SHAP values of the trees' margin along their own paths (shap.TreeExplainer), "
        "calibrated as the margin is and carried to probability by the Aumann-Shapley rule: base + "
        "contributions = probability, checked for every patient. The present value, change, mean "
        "and spread of one vital sign belong together. They describe the model, not causes."
    ),
    "monitoring": (
        "Compare flagged hours, their yield and calibration with local outcomes at least yearly, "
        "and the distribution of each input with the training range shown on this card."
    ),
    "regulatory": (
        "Not a certified medical device. For demonstration, teaching and research until it has "
        "been validated and certified for its place of use."
    ),
    "owner": "ClinicDesk developers",
}
