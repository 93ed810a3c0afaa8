"""MELD and MELD-Na as OPTN allocated by from 2016 to 2023."""

from math import floor, log

from clinicdesk.models.scores.answers import PUBLISHED
from clinicdesk.models.scores.inputs import BILIRUBIN, CREATININE, DIALYSIS, INR, SODIUM
from clinicdesk.models.scores.protocol import Score, Value, Values, number

_MOST = 40


def within(value: float, low: float, high: float) -> float:
    """The value, or the end it is beyond."""
    return min(max(value, low), high)


def half_up(value: float) -> int:
    """The nearest whole number, halves upwards."""
    return floor(value + 0.5)


def _meld(values: dict[str, Value]) -> Values:
    dialysed = values["dialysis"] == "1"
    creatinine = 4.0 if dialysed else within(number(values, "creatinine_mg_dl"), 1, 4)
    bilirubin = max(number(values, "bilirubin_mg_dl"), 1)
    ratio = max(number(values, "inr"), 1)
    sodium_gap = 137 - within(number(values, "sodium_mmol_l"), 125, 137)
    meld = half_up(
        10 * (0.957 * log(creatinine) + 0.378 * log(bilirubin) + 1.120 * log(ratio) + 0.643)
    )
    with_sodium = meld + 1.32 * sodium_gap - 0.033 * meld * sodium_gap if meld > 11 else meld
    return {"meld_na": min(half_up(with_sodium), _MOST), "meld_i": min(meld, _MOST)}


def _headline(values: Values) -> str:
    return f"MELD-Na {values['meld_na']} (MELD {values['meld_i']})"


SCORE = Score(
    id="meld_na",
    title="MELD-Na",
    version="2016.1",
    inputs=(CREATININE, BILIRUBIN, INR, SODIUM, DIALYSIS),
    outputs=("meld_na", "meld_i"),
    citation=(
        "Kamath PS, et al. Hepatology 2001;33:464-70; Kim WR, et al. N Engl J Med "
        "2008;359:1018-26; OPTN policy 9.1 (2016-2023)."
    ),
    licence=PUBLISHED,
    scope=(
        "Age 12 and over with liver disease. Laboratory values beyond the limits of the policy "
        "count as the limit. Allocation in the USA now uses MELD 3.0."
    ),
    formula=_meld,
    headline=_headline,
)
