"""MELD 3.0: death within 90 days of liver disease, with sex and albumin."""

from math import exp, log

from clinicdesk.models.scores.answers import PUBLISHED
from clinicdesk.models.scores.inputs import (
    ALBUMIN,
    BILIRUBIN,
    CREATININE,
    DIALYSIS,
    INR,
    SEX,
    SODIUM,
    age,
)
from clinicdesk.models.scores.meld_na import half_up, within
from clinicdesk.models.scores.protocol import Score, Value, Values, number

_ADULT = 18  # below, everybody gets the points of women


def _meld(values: dict[str, Value]) -> Values:
    female = values["sex"] == "female" or number(values, "age") < _ADULT
    dialysed = values["dialysis"] == "1"
    ln_creatinine = log(3.0 if dialysed else within(number(values, "creatinine_mg_dl"), 1, 3))
    ln_bilirubin = log(max(number(values, "bilirubin_mg_dl"), 1))
    ln_ratio = log(max(number(values, "inr"), 1))
    sodium_gap = 137 - within(number(values, "sodium_mmol_l"), 125, 137)
    albumin_gap = 3.5 - within(number(values, "albumin_g_dl"), 1.5, 3.5)
    meld = half_up(
        1.33 * female
        + 4.56 * ln_bilirubin
        + (0.82 - 0.24 * ln_bilirubin) * sodium_gap
        + 9.09 * ln_ratio
        + 11.14 * ln_creatinine
        + (1.85 - 1.83 * ln_creatinine) * albumin_gap
        + 6
    )
    return {
        "meld_3_0": meld,
        "meld_3_0_allocation_capped_6_40": int(within(meld, 6, 40)),
        "survival_90d": 0.946 ** exp(0.17698 * meld - 3.56),
    }


def _headline(values: Values) -> str:
    survival = float(values["survival_90d"] or 0) * 100
    return f"MELD 3.0 {values['meld_3_0']} - {survival:.0f} % alive at 90 days"


SCORE = Score(
    id="meld_3_0",
    title="MELD 3.0",
    version="2021.1",
    inputs=(SEX, age(12), BILIRUBIN, ALBUMIN, INR, SODIUM, CREATININE, DIALYSIS),
    outputs=("meld_3_0", "meld_3_0_allocation_capped_6_40", "survival_90d"),
    citation=(
        "Kim WR, et al. MELD 3.0: the Model for End-Stage Liver Disease updated for the modern "
        "era. Gastroenterology 2021;161:1887-95. doi:10.1053/j.gastro.2021.08.050"
    ),
    licence=PUBLISHED,
    scope=(
        "Age 12 and over with liver disease. Laboratory values beyond the limits of the equation "
        "count as the limit; for allocation the score is held between 6 and 40."
    ),
    formula=_meld,
    headline=_headline,
)
