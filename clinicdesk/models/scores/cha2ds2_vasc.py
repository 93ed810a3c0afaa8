"""CHA2DS2-VASc: stroke in atrial fibrillation, and the form without sex beside it."""

from clinicdesk.models.scores.answers import PUBLISHED, number_words
from clinicdesk.models.scores.inputs import SEX, age, yes_no
from clinicdesk.models.scores.protocol import Score, Value, Values
from clinicdesk.models.scores.tables import From, by_number, by_word, if_yes, total

# stroke in percent a year, by total (Friberg 2012)
_ANNUAL_STROKE = (0.2, 0.6, 2.2, 3.2, 4.8, 7.2, 9.7, 11.2, 10.8, 12.2)

PARTS = (
    if_yes("chf"),
    if_yes("hypertension"),
    by_number("age", From(0, {65: 1, 75: 2}), 2),
    if_yes("diabetes"),
    if_yes("stroke_tia_te", 2),
    if_yes("vascular"),
    by_word("sex", {"male": 0, "female": 1}),
)


def _cha2ds2_vasc(values: dict[str, Value]) -> Values:
    points = total(PARTS, values)
    return {
        "total": points,
        "cha2ds2_va": points - (values["sex"] == "female"),
        "annual_stroke_pct": _ANNUAL_STROKE[int(points)],
    }


def _headline(values: Values) -> str:
    without_sex = f"CHA2DS2-VA {number_words(values['cha2ds2_va'])}"
    return f"CHA2DS2-VASc {number_words(values['total'])} ({without_sex})"


SCORE = Score(
    id="cha2ds2_vasc",
    title="CHA2DS2-VASc",
    version="2010.1",
    inputs=(
        age(),
        SEX,
        yes_no("chf", "Heart failure"),
        yes_no("hypertension", "Hypertension"),
        yes_no("diabetes", "Diabetes"),
        yes_no("stroke_tia_te", "Stroke, TIA or thromboembolism before"),
        yes_no("vascular", "Vascular disease"),
    ),
    outputs=("total", "cha2ds2_va", "annual_stroke_pct"),
    citation=(
        "Lip GYH, et al. Refining clinical risk stratification for predicting stroke and "
        "thromboembolism in atrial fibrillation. Chest 2010;137:263-72. doi:10.1378/chest.09-1584; "
        "annual rates: Friberg 2012."
    ),
    licence=PUBLISHED,
    scope=(
        "Adults with atrial fibrillation only. ESC 2024 uses CHA2DS2-VA: anticoagulation from 2, "
        "to be considered at 1."
    ),
    formula=_cha2ds2_vasc,
    headline=_headline,
    parts=PARTS,
)
