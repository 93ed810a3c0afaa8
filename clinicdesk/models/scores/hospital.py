"""HOSPITAL: potentially avoidable readmission within 30 days."""

from clinicdesk.models.scores.answers import PUBLISHED, at_least, outside, total_headline
from clinicdesk.models.scores.inputs import LENGTH_OF_STAY, SODIUM, count, yes_no
from clinicdesk.models.scores.protocol import Quantity, Score, Value, Values, number
from clinicdesk.models.scores.tables import From, by_number, if_yes, total

_ADMISSIONS_2016 = From(0, {2: 2, 6: 5})
_ADMISSIONS_2013 = From(0, {1: 2, 6: 5})
_band = From("low", {5: "intermediate", 7: "high"})

PARTS = (
    by_number("hb_g_dl", outside(low=12), 1),
    if_yes("oncology_service", 2),
    by_number("sodium_mmol_l", outside(low=135), 1),
    if_yes("procedure", 1),
    if_yes("urgent_admission", 1),
    by_number("admissions_prev_12mo", _ADMISSIONS_2016, 5),
    by_number("los_days", at_least(5, 2), 2),
)


def _hospital(values: dict[str, Value]) -> Values:
    points, admissions = total(PARTS, values), number(values, "admissions_prev_12mo")
    first_form = points - _ADMISSIONS_2016(admissions) + _ADMISSIONS_2013(admissions)
    return {"total": points, "band": _band(points), "total_2013_variant": first_form}


SCORE = Score(
    id="hospital",
    title="HOSPITAL",
    version="2016.1",
    inputs=(
        Quantity("hb_g_dl", "Haemoglobin at discharge", "g/dL", 1, 28, code="718-7"),
        yes_no("oncology_service", "Discharged from an oncology service"),
        SODIUM,
        yes_no("procedure", "Any procedure during the stay"),
        yes_no("urgent_admission", "Urgent admission"),
        count("admissions_prev_12mo", "Admissions in the 12 months before", 200),
        LENGTH_OF_STAY,
    ),
    outputs=("total", "band", "total_2013_variant"),
    citation=(
        "Donzé JD, et al. International validity of the HOSPITAL score. JAMA Intern Med "
        "2016;176:496-502. doi:10.1001/jamainternmed.2015.8462; derivation: 2013;173:632-8. "
        "doi:10.1001/jamainternmed.2013.3023"
    ),
    licence=PUBLISHED,
    scope=(
        "Adult medical patients at discharge. Admissions before count as in 2016 (0-1, 2-5, more "
        "than 5); the total of 2013 (0, 1-5, more than 5) is given beside it."
    ),
    formula=_hospital,
    headline=total_headline("HOSPITAL", "band"),
    parts=PARTS,
)
