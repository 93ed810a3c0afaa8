"""LACE: death or unplanned readmission within 30 days of leaving hospital."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.inputs import LENGTH_OF_STAY, count, yes_no
from clinicdesk.models.scores.tables import From, by_number, if_yes

# expected 30-day death or readmission in percent, by total
_EXPECTED = (
    *(2.0, 2.5, 3.0, 3.5, 4.3, 5.1, 6.1, 7.3, 8.7, 10.3),
    *(12.2, 14.4, 17.0, 19.8, 23.0, 26.6, 30.4, 34.6, 39.1, 43.7),
)

SCORE = additive(
    id="lace",
    title="LACE",
    version="2010.1",
    inputs=(
        LENGTH_OF_STAY,
        yes_no("acute_admission", "Unplanned admission"),
        count("charlson", "Charlson index with the weights of the LACE paper", 37),
        count("ed_visits_6mo", "Emergency visits in the 6 months before", 200),
    ),
    parts=(
        by_number("los_days", From(0, {1: 1, 2: 2, 3: 3, 4: 4, 7: 5, 14: 7}), 7),
        if_yes("acute_admission", 3),
        by_number("charlson", From(0, {1: 1, 2: 2, 3: 3, 4: 5}), 5),
        by_number("ed_visits_6mo", lambda visits: int(min(visits, 4)), 4),
    ),
    bands={
        "band": From("low", {5: "moderate", 10: "high"}),
        "expected_risk_pct": lambda total: _EXPECTED[int(total)],
    },
    citation=(
        "van Walraven C, et al. Derivation and validation of an index to predict early death or "
        "unplanned readmission after discharge from hospital to the community. CMAJ "
        "2010;182:551-7. doi:10.1503/cmaj.091117"
    ),
    scope=(
        "Adults discharged to the community. Its Charlson weights are its own: previous "
        "infarction, cerebrovascular, peripheral vascular disease, uncomplicated diabetes 1; heart "
        "failure, diabetes with end-organ damage, chronic lung, mild liver or renal disease, any "
        "tumour 2; dementia, connective tissue disease 3; AIDS, moderate or severe liver or renal "
        "disease 4; metastasis 6."
    ),
)
