"""Quick SOFA: suspected infection with a poor outlook, at the bedside."""

from clinicdesk.models.scores.answers import additive, at_least
from clinicdesk.models.scores.inputs import GCS, RESPIRATORY_RATE, SYSTOLIC
from clinicdesk.models.scores.tables import From, by_number

SCORE = additive(
    id="qsofa",
    title="qSOFA",
    version="2016.1",
    inputs=(RESPIRATORY_RATE, SYSTOLIC, GCS),
    parts=(
        by_number("rr", at_least(22), 1),
        by_number("sbp", lambda pressure: int(pressure <= 100), 1),
        by_number("gcs", lambda coma: int(coma < 15), 1),
    ),
    bands={"positive": From(0, {2: 1})},
    citation=(
        "Seymour CW, et al. Assessment of clinical criteria for sepsis. JAMA 2016;315:762-74. "
        "doi:10.1001/jama.2016.0288; Singer M, et al. Sepsis-3. JAMA 2016;315:801-10. "
        "doi:10.1001/jama.2016.0287"
    ),
    scope=(
        "Adults with suspected infection, outside intensive care. The Surviving Sepsis Campaign "
        "2021 advises against it as the only screen."
    ),
)
