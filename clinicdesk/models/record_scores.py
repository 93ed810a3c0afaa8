"""Published scores from a record: which values they take, how old, and what is missing.

Every choice that is not a measurement (the SpO2 scale, the KFRE calibration) is an input of the
result, with the word `chosen` as its source.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AdministrativeGender, PatientSummary
from clinicdesk.domain.risk import RiskInput, ScoreResult
from clinicdesk.models.features import Moment, Newest, age_input, observed
from clinicdesk.models.scores import SCORES, kfre
from clinicdesk.models.scores.protocol import CannotScore, Given, Score, Value

NEWS2_WINDOW = timedelta(hours=1)  # vital signs within it belong to one set
NEWS2_LIFE = timedelta(hours=24)  # an older set describes then, not now
LABORATORY_LIFE = timedelta(days=365)

ACVPU, FIO2, O2_FLOW = "67775-7", "3150-0", "3151-8"
CREATININE, EGFR, UACR = "2160-0", "98979-8", "9318-7"
_VITALS = {"rr": "9279-1", "spo2": "59408-5", "sbp": "8480-6", "hr": "8867-4", "temp_c": "8310-5"}
CODES = (*_VITALS.values(), FIO2, O2_FLOW, CREATININE, EGFR, UACR, "29463-7", "8302-2")
TEXT_CODES = (ACVPU,)

_RESPONSES = (  # how charts write ACVPU, by the start of the words
    ("new confusion", "C"),
    ("confus", "C"),
    ("alert", "A"),
    ("voice", "V"),
    ("verbal", "V"),
    ("responds to voice", "V"),
    ("pain", "P"),
    ("responds to pain", "P"),
    ("unresponsive", "U"),
)


def record_scores(
    patient: PatientSummary, newest: Newest, moment: Moment, *, north_america: bool = False
) -> list[ScoreResult]:
    """NEWS2, eGFR, KFRE for 2 and for 5 years, and BMI, each with or without a number."""
    region = "1" if north_america else "0"
    return [
        news2_of(patient, newest, moment),
        egfr_of(patient, newest, moment),
        *(kfre_of(patient, newest, moment, years, region) for years in ("2", "5")),
        bmi_of(patient, newest, moment),
    ]


def news2_of(patient: PatientSummary, newest: Newest, moment: Moment) -> ScoreResult:
    """Score the latest set of vital signs; an incomplete one gets bounds and no score."""
    latest = [newest[c] for c in (*_VITALS.values(), ACVPU) if c in newest]
    end = max((each.effective_at for each in latest), default=None)
    within = {
        code: each
        for code, each in newest.items()
        if end is not None and end - NEWS2_WINDOW <= each.effective_at <= end
    }
    score = SCORES["news2"]
    result = _result(score, [*_vital_inputs(score, within)], moment, NEWS2_LIFE)
    age = age_input("age", patient, moment.today).value
    if age is not None and age < 16:
        return _refused(result, "NEWS2 is for people of 16 years and over.")
    return result


def egfr_of(patient: PatientSummary, newest: Newest, moment: Moment) -> ScoreResult:
    """The filtration rate of the newest creatinine, at the age of that day."""
    score = SCORES["ckd_epi_2021"]
    creatinine = _observed(score, "creatinine_mg_dl", newest, CREATININE)
    inputs = [_sex(patient), _age_then(patient, creatinine, moment), creatinine]
    return _result(score, inputs, moment, LABORATORY_LIFE)


def kfre_of(
    patient: PatientSummary, newest: Newest, moment: Moment, years: str, region: str
) -> ScoreResult:
    """The 4-variable equation. region: "1" North American calibration, "0" the other."""
    score = SCORES["kfre"]
    egfr = _egfr_input(score, patient, newest, moment)
    inputs = [
        _chosen(score, "model_vars", "4"),
        _chosen(score, "years", years),
        _chosen(score, "north_america", region, "yes" if region == "1" else "no"),
        age_input("age", patient, moment.today),
        _sex(patient),
        egfr,
        _observed(score, "uacr_mg_g", newest, UACR),
    ]
    result = _result(score, inputs, moment, LABORATORY_LIFE)
    if not result.headline:
        return result
    action = kfre.action(float(result.values["risk"] or 0), years)
    headline = f"{result.headline} in {years} years"
    return replace(result, headline=headline, message=f"{result.message} {action}".strip())


def bmi_of(patient: PatientSummary, newest: Newest, moment: Moment) -> ScoreResult:
    """The index of the newest weight and height of an adult."""
    score = SCORES["bmi_who"]
    weight = _observed(score, "weight_kg", newest, "29463-7")
    height = _observed(score, "height_cm", newest, "8302-2")
    result = _result(score, [weight, height], moment, LABORATORY_LIFE, lasting="height_cm")
    age = age_input("age", patient, moment.today).value
    if age is not None and age < 18:
        return _refused(result, "The WHO categories are for adults; children have percentiles.")
    return result


def _result(
    score: Score,
    inputs: Sequence[RiskInput],
    moment: Moment,
    life: timedelta,
    lasting: str = "",
) -> ScoreResult:
    """Calculate, or say why not. lasting: an input that does not grow old."""
    dates = {each.name: each.effective_at for each in inputs if each.effective_at is not None}
    as_of = max(dates.values(), default=None)
    oldest = min((at for name, at in dates.items() if name != lasting), default=None)
    blank = ScoreResult(
        score=score.id,
        version=score.version,
        values={},
        headline="",
        inputs=inputs,
        missing=[],
        as_of=as_of,
        stale=oldest is not None and moment.now - oldest > life,
    )
    old = _age_text(oldest, moment) if blank.stale else ""
    try:
        values = score.calculate(_given(inputs))
    except CannotScore as error:
        missing = [score.label(name) for name in error.missing]
        return replace(blank, missing=missing, message=f"{error} {old}".strip())
    return replace(blank, values=values, headline=score.headline(values), message=old)


def _refused(result: ScoreResult, message: str) -> ScoreResult:
    return replace(result, values={}, headline="", message=message)


def _given(inputs: Iterable[RiskInput]) -> Given:
    return {each.name: each.text or each.value for each in inputs}


def _age_text(oldest: datetime | None, moment: Moment) -> str:
    return f"Rests on a value of {instant_text(oldest, moment.zone)}: not the present state."


def _vital_inputs(score: Score, within: Newest) -> Iterable[RiskInput]:
    by_name: Mapping[str, RiskInput] = {
        **{name: _observed(score, name, within, code) for name, code in _VITALS.items()},
        "spo2_scale": _chosen(score, "spo2_scale", "1"),
        "supplemental_o2": _oxygen(score, within),
        "acvpu": _acvpu(score, within.get(ACVPU)),
    }
    return (by_name[each.name] for each in score.inputs)


def _oxygen(score: Score, within: Newest) -> RiskInput:
    """On oxygen: a flow above 0 L/min or more than 21 % inspired; unknown without either."""
    label = score.label("supplemental_o2")
    flow = observed("supplemental_o2", label, "L/min", within.get(O2_FLOW))
    inspired = observed("supplemental_o2", label, "%", within.get(FIO2))
    known = [each for each in (flow, inspired) if each.value is not None]
    if not known:
        return RiskInput("supplemental_o2", label, None, "")
    on_oxygen = (flow.value or 0) > 0 or (inspired.value or 0) > 21
    return replace(known[0], value=float(on_oxygen), unit="", text="yes" if on_oxygen else "no")


def _acvpu(score: Score, observation: Observation | None) -> RiskInput:
    label = score.label("acvpu")
    letter = acvpu_letter(observation.text) if observation else ""
    if observation is None or not letter:
        return RiskInput("acvpu", label, None, "")
    source, at = f"observation {observation.id}", observation.effective_at
    return RiskInput("acvpu", label, None, "", ACVPU, at, source, letter)


def acvpu_letter(text: str) -> str:
    """The letter that a charted level of consciousness means, "" when it is none we know."""
    words = text.strip().casefold()
    if len(words) == 1:
        return words.upper() if words in "acvpu" else ""
    return next((letter for start, letter in _RESPONSES if words.startswith(start)), "")


def _egfr_input(score: Score, patient: PatientSummary, newest: Newest, moment: Moment) -> RiskInput:
    """CKD-EPI 2021 from the newest creatinine; without one, the newest reported rate."""
    result = egfr_of(patient, newest, moment)
    if result.headline:
        at, source = result.as_of, "CKD-EPI 2021 from creatinine"
        value = float(result.values["egfr_ml_min_1_73m2"] or 0)
        wanted = score.input("egfr")
        return RiskInput("egfr", wanted.label, value, wanted.unit, EGFR, at, source)
    return _observed(score, "egfr", newest, EGFR)


def _observed(score: Score, name: str, newest: Newest, code: str) -> RiskInput:
    wanted = score.input(name)
    return observed(name, wanted.label, wanted.unit, newest.get(code))


def _chosen(score: Score, name: str, value: Value, text: str = "") -> RiskInput:
    return RiskInput(name, score.label(name), float(value), "", source="chosen", text=text)


def _sex(patient: PatientSummary) -> RiskInput:
    known = patient.gender in (AdministrativeGender.MALE, AdministrativeGender.FEMALE)
    text = str(patient.gender) if known else ""
    return RiskInput("sex", "Sex", None, "", "46098-0", None, "patient" if known else "", text)


def _age_then(patient: PatientSummary, found: RiskInput, moment: Moment) -> RiskInput:
    day = moment.day(found.effective_at) if found.effective_at else moment.today
    return age_input("age", patient, day)
