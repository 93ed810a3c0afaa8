"""For whom a published score was not made, as far as the recorded codes of ICD-10 say.

Only what is recorded can be said; that nothing is recorded does not put a patient in scope.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from clinicdesk.domain.condition import Condition
from clinicdesk.models.record_values import Record

OUT_OF_SCOPE = "NOT MADE FOR THIS PATIENT: "
_PASSES = timedelta(days=300)  # a pregnancy, and what comes with it


@dataclass(frozen=True, slots=True)
class _State:
    """Something that puts a patient out of scope. passing: over some time after its onset."""

    name: str
    prefixes: tuple[str, ...]  # ICD-10, plain
    passing: bool = False


_DIABETES = _State("diabetes", ("E10", "E11", "E12", "E13", "E14"))
_KIDNEY_DISEASE = _State("chronic kidney disease", ("N18",))
_HEART_OR_VESSELS = _State(
    "cardiovascular disease", ("I20", "I21", "I22", "I23", "I24", "I25", "I63", "I64", "I70")
)
_FAMILIAL = _State("familial hypercholesterolaemia", ("E7801",))
_REPLACEMENT = _State("kidney replacement therapy", ("Z992", "Z940"))
_PREGNANCY = _State("pregnancy", ("O", "Z33", "Z34", "Z35"), passing=True)
_ACUTE_KIDNEY = _State("acute kidney injury", ("N17",), passing=True)

_NOT_FOR: Mapping[str, Sequence[_State]] = {
    "news2": (_PREGNANCY,),
    "wells_pe": (_PREGNANCY,),
    "wells_dvt": (_PREGNANCY,),
    "bmi_who": (_PREGNANCY,),
    "ckd_epi_2021": (_PREGNANCY, _ACUTE_KIDNEY),
    "cockcroft_gault": (_PREGNANCY, _ACUTE_KIDNEY),
    "kfre": (_REPLACEMENT,),
    "igan_prediction": (_REPLACEMENT,),
    "score2": (_DIABETES, _KIDNEY_DISEASE, _HEART_OR_VESSELS, _FAMILIAL),
    "ascvd_pce_2013": (_HEART_OR_VESSELS,),
    "framingham_cvd_2008": (_HEART_OR_VESSELS,),
    "findrisc": (_DIABETES,),
    "ada_risk_test": (_DIABETES,),
}


def not_made_for(score: str, record: Record) -> str:
    """Why the score was not made for this patient, "" where nothing recorded says so."""
    found = [_said(state, record) for state in _NOT_FOR.get(score, ())]
    reasons = ", ".join(filter(None, found))
    return f"{OUT_OF_SCOPE}{reasons}." if reasons else ""


def _said(state: _State, record: Record) -> str:
    recorded = next(_recorded(state, record), None)
    return f"{state.name} is recorded ({recorded.code})" if recorded else ""


def _recorded(state: _State, record: Record) -> Iterator[Condition]:
    for code, condition in record.coded_conditions():
        if code.startswith(state.prefixes) and (not state.passing or _now(condition, record)):
            yield condition


def _now(condition: Condition, record: Record) -> bool:
    """Whether a passing state may still be there."""
    if not condition.active:
        return False
    return condition.onset is None or record.moment.today - condition.onset < _PASSES
