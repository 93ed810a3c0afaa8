"""KDIGO 2024: stages of chronic kidney disease by filtration and albuminuria."""

from dataclasses import replace

from clinicdesk.models.scores.answers import PUBLISHED, words
from clinicdesk.models.scores.ckd_epi_2021 import g_category
from clinicdesk.models.scores.inputs import EGFR, UACR
from clinicdesk.models.scores.protocol import Score, Value, Values, number
from clinicdesk.models.scores.tables import third

_HEAT_MAP = {  # A1, A2, A3
    "G1": ("low", "moderate", "high"),
    "G2": ("low", "moderate", "high"),
    "G3a": ("moderate", "high", "very_high"),
    "G3b": ("high", "very_high", "very_high"),
    "G4": ("very_high", "very_high", "very_high"),
    "G5": ("very_high", "very_high", "very_high"),
}


def _stage(values: dict[str, Value]) -> Values:
    g = g_category(number(values, "egfr"))
    albuminuria = third(number(values, "uacr_mg_g"), 30, 300)
    a = ("A1", "A2", "A3")[albuminuria]
    risk = _HEAT_MAP[g][albuminuria]
    return {"g_category": g, "a_category": a, "risk": risk, "combined": g + a}


def _headline(values: Values) -> str:
    return f"KDIGO {values['combined']} - {words(values['risk'])} risk"


SCORE = Score(
    id="kdigo_stage",
    title="KDIGO stage",
    version="2024.1",
    inputs=(EGFR, replace(UACR, above_low=False)),
    outputs=("g_category", "a_category", "risk", "combined"),
    citation=(
        "KDIGO 2024 Clinical Practice Guideline for the Evaluation and Management of Chronic "
        "Kidney Disease. Kidney Int 2024;105(4S):S117-S314. doi:10.1016/j.kint.2023.10.018"
    ),
    licence=PUBLISHED,
    scope=(
        "People in a steady state. Chronic kidney disease needs more than 3 months' persistence; "
        "G1 or G2 with A1 and no other damage is none. A2 is 30 to 300 mg/g with both ends."
    ),
    formula=_stage,
    headline=_headline,
)
