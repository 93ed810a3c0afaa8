"""Modified Early Warning Score of Subbe 2001; there are many local variants, this is that one."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.inputs import HEART_RATE, RESPIRATORY_RATE, SYSTOLIC, TEMPERATURE
from clinicdesk.models.scores.protocol import Choice
from clinicdesk.models.scores.tables import Chart, From, by_number, by_word

SCORE = additive(
    id="mews",
    title="MEWS (Subbe 2001)",
    version="2001.1",
    inputs=(
        RESPIRATORY_RATE,
        HEART_RATE,
        SYSTOLIC,
        TEMPERATURE,
        Choice("avpu", "Consciousness (AVPU)", ("A", "V", "P", "U"), code="67775-7"),
    ),
    parts=(
        by_number("rr", From(2, {9: 0, 15: 1, 21: 2, 30: 3}), 3),
        by_number("hr", Chart({40: 2, 50: 1}, {101: 1, 111: 2, 130: 3}), 3),
        by_number("sbp", Chart({70: 3, 80: 2, 100: 1}, {200: 2}), 3),
        by_number("temp_c", From(2, {35: 0, 38.5: 2}), 2),
        by_word("avpu", {"A": 0, "V": 1, "P": 2, "U": 3}),
    ),
    bands={"band": From("low", {5: "high"})},
    citation=(
        "Subbe CP, et al. Validation of a modified Early Warning Score in medical admissions. "
        "QJM 2001;94:521-6. doi:10.1093/qjmed/94.10.521"
    ),
    scope="Adult medical inpatients. From 5 points at high risk.",
)
