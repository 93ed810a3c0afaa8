"""Published scores from a record: which are shown, how old they may be, and what is missing.

Every choice that is not a measurement (the SpO2 scale, the KFRE calibration) is an input of the
result, with the word `chosen` as its source.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from clinicdesk.domain.display import date_text, instant_text
from clinicdesk.domain.risk import TYPED, RiskInput, ScoreResult
from clinicdesk.models.features import Moment, age_input
from clinicdesk.models.record_scope import not_made_for
from clinicdesk.models.record_stays import OF_A_STAY, stay_inputs, stay_matters, stay_text
from clinicdesk.models.record_values import Record, answered, egfr_inputs, found
from clinicdesk.models.score_choices import TO_DECIDE
from clinicdesk.models.scores import SCORES, kfre
from clinicdesk.models.scores.protocol import CannotScore, Given, Score

VITAL_LIFE = timedelta(hours=24)  # an older set describes then, not now
LABORATORY_LIFE = timedelta(days=365)
_FOR_EVER = timedelta.max  # a visit is judged as it was

_ATRIAL_FIBRILLATION = "I48"
_SENIOR = 65  # years
_NOT_ELSEWHERE = "Visits and stays elsewhere are not in this record and do not count."
_NOT_ABSENT = "What is not recorded is not assumed to be absent."
_OF_THE_HOUR = {
    "news2",
    "mews",
    "qsofa",
    "sirs",
    "shock_index",
    "curb_65",
}  # one set of vital signs
_FORETELL = {
    *("kfre", "igan_prediction", "score2", "ascvd_pce_2013", "framingham_cvd_2008"),
    *("cha2ds2_vasc", "has_bled", "findrisc", "ada_risk_test", "lace", "hospital"),
    *("meld_3_0", "meld_na", "charlson_elixhauser", "visit_risk_index", "seniors_at_risk"),
}
_DEAD = "The patient has died: what is to come is not estimated."


def record_scores(record: Record) -> list[ScoreResult]:
    """The scores that every record is asked for, then those for which it has all inputs."""
    news2 = news2_of(record)
    asked = [
        news2,
        egfr_of(record),
        *(kfre_of(record, "4", years) for years in ("2", "5")),
        bmi_of(record),
    ]
    more = [
        one_score(SCORES["shock_index"], record),
        kdigo_of(record),
        *(kfre_of(record, variables, years) for variables in "68" for years in "25"),
        one_score(SCORES["cockcroft_gault"], record),
        one_score(SCORES["score2"], record),
        charlson_of(record),
        *seniors_of(record, news2),
        *visit_index_of(record),
    ]
    return [
        *asked,
        *(each for each in more if each.headline),
        *readmission_of(record),
        *stroke_risk_of(record),
    ]


def one_score(score: Score, record: Record, typed: Mapping[str, str] | None = None) -> ScoreResult:
    """Any score of what the record has; what somebody typed goes before what was found."""
    vital = score.id in _OF_THE_HOUR
    if score.id in OF_A_STAY:
        return _of_a_stay(score, record, typed or {})
    inputs = found(score, record.with_vital_set() if vital else record)
    if score.id == "news2":
        inputs = _with_scale(score, inputs, record)
    life = VITAL_LIFE if vital else LABORATORY_LIFE
    return _result(score, _with(score, inputs, typed or {}, TYPED), record, life)


def _of_a_stay(score: Score, record: Record, typed: Mapping[str, str]) -> ScoreResult:
    inputs = _with(score, stay_inputs(score, record), typed, TYPED)
    result = _result(score, inputs, record, _FOR_EVER)
    which = stay_text(record)
    foretold = which and not record.patient.deceased_on
    return _said(result, f"{which} {_NOT_ELSEWHERE} {_NOT_ABSENT}") if foretold else result


def _with_scale(score: Score, inputs: Sequence[RiskInput], record: Record) -> list[RiskInput]:
    """SpO2 scale 1, unless a clinician kept a NEWS2 on scale 2 and nobody took it back since."""
    if (decided := record.scale) is None:
        return _with(score, inputs, {"spo2_scale": "1"}, "chosen")
    day = date_text(record.moment.day(decided.at))
    source = f"chosen by {decided.by} on {day}"
    return _with(score, inputs, {"spo2_scale": decided.choice}, source)


def news2_of(record: Record) -> ScoreResult:
    """Score the latest set of vital signs; an incomplete one gets bounds and no score."""
    result = one_score(SCORES["news2"], record)
    scale = next(each for each in result.inputs if each.name == "spo2_scale")
    if scale.text == "2":
        result = _said(result, f"SpO2 scale 2, {scale.source}.")
    if _age(record) < 16:
        return _refused(result, "NEWS2 is for people of 16 years and over.")
    return result


def egfr_of(record: Record) -> ScoreResult:
    """The filtration rate of the newest creatinine, at the age of that day."""
    return _result(SCORES["ckd_epi_2021"], egfr_inputs(record), record, LABORATORY_LIFE)


def kdigo_of(record: Record) -> ScoreResult:
    """The stage of the newest filtration rate and albuminuria."""
    result = one_score(SCORES["kdigo_stage"], record)
    return _said(result, "One measurement: a chronic disease needs more than 3 months of it.")


def kfre_of(record: Record, variables: str, years: str) -> ScoreResult:
    """Kidney failure, by the calibration of the clinic's region. variables: "4", "6", "8"."""
    score = SCORES["kfre"]
    choices = {"model_vars": variables, "years": years}
    needed = set(score.missing({"model_vars": variables})) | choices.keys()
    inputs = [each for each in found(score, record) if each.name in needed]
    result = _result(score, _with(score, inputs, choices, "chosen"), record, LABORATORY_LIFE)
    if not result.headline:
        undecided = score.label("north_america") in result.missing
        return _said(result, TO_DECIDE) if undecided else result
    action = kfre.action(float(result.values["risk"] or 0), years)
    longer = "" if variables == "4" else f" ({variables} variables)"
    return _said(replace(result, headline=f"{result.headline} in {years} years{longer}"), action)


def bmi_of(record: Record) -> ScoreResult:
    """The index of the newest weight and height of an adult."""
    score = SCORES["bmi_who"]
    inputs = found(score, record)
    result = _result(score, inputs, record, LABORATORY_LIFE, lasting="height_cm")
    if _age(record) < 18:
        return _refused(result, "The WHO categories are for adults; children have percentiles.")
    return result


def charlson_of(record: Record) -> ScoreResult:
    """The comorbidity indices of the recorded codes of ICD-10, whether or not ended."""
    result = one_score(SCORES["charlson_elixhauser"], record)
    uncoded = len(record.conditions) - len(record.coded_conditions())
    beside = f"{uncoded} recorded without a code of ICD-10 do not count. " if uncoded else ""
    return _said(result, f"{beside}{_NOT_ABSENT}")


def readmission_of(record: Record) -> Iterator[ScoreResult]:
    """LACE and HOSPITAL of a stay that goes on or has just ended: bounds, where something lacks."""
    if stay_matters(record):
        yield from (one_score(SCORES[score], record) for score in OF_A_STAY)


def stroke_risk_of(record: Record) -> Iterator[ScoreResult]:
    """CHA2DS2-VASc where atrial fibrillation is recorded: bounds, as long as no is not recorded."""
    if any(code.startswith(_ATRIAL_FIBRILLATION) for code, _ in record.coded_conditions()):
        yield _said(one_score(SCORES["cha2ds2_vasc"], record), _NOT_ABSENT)


def seniors_of(record: Record, news2: ScoreResult) -> Iterator[ScoreResult]:
    """The rule for seniors, with the NEWS2 of the same set of vital signs."""
    if _age(record) < _SENIOR:
        return
    score = SCORES["seniors_at_risk"]
    inputs = found(score, record.with_vital_set())
    wanted = score.input("news2")
    total = news2.values.get("total")
    early = RiskInput(
        "news2",
        wanted.label,
        None if total is None else float(total),
        wanted.unit,
        effective_at=news2.as_of,
        source="NEWS2",
    )
    with_news2 = [early if each.name == "news2" else each for each in inputs]
    yield _result(score, with_news2, record, VITAL_LIFE)


def visit_index_of(record: Record) -> Iterator[ScoreResult]:
    """The index of the newest visit that has a severity, at the age of its day."""
    judged = [each for each in record.encounters if each.severity is not None]
    if not judged:
        return
    visit, score = judged[0], SCORES["visit_risk_index"]
    before = sum(each.started_at < visit.started_at for each in record.encounters)
    source, at = f"encounter {visit.id}", visit.started_at
    counted = {"severity": visit.severity, "previous_visits": before}
    age = age_input("age", record.patient, record.moment.day(at))
    inputs = [
        replace(each, value=counted[each.name], effective_at=at, source=source)
        if each.name in counted
        else age
        if each.name == "age"
        else each
        for each in found(score, record)
    ]
    yield _result(score, inputs, record, _FOR_EVER)


def _result(
    score: Score,
    inputs: Sequence[RiskInput],
    record: Record,
    life: timedelta,
    lasting: str = "",
) -> ScoreResult:
    """Calculate, or say why not. lasting: an input that does not grow old."""
    moment = record.moment
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
        title=score.title,
    )
    if record.patient.deceased_on and score.id in _FORETELL:
        return replace(blank, message=_DEAD)
    warnings = (
        not_made_for(score.id, record),
        _age_text(oldest, moment) if blank.stale else "",
    )
    warning = " ".join(filter(None, warnings))
    try:
        values = score.calculate(_given(inputs))
    except CannotScore as error:
        missing = [score.label(name) for name in error.missing]
        return replace(blank, missing=missing, message=f"{error} {warning}".strip())
    return replace(blank, values=values, headline=score.headline(values), message=warning)


def _with(
    score: Score, inputs: Sequence[RiskInput], answers: Mapping[str, str], source: str
) -> list[RiskInput]:
    return [
        answered(score.input(each.name), answers[each.name], source)
        if each.name in answers
        else each
        for each in inputs
    ]


def _said(result: ScoreResult, more: str) -> ScoreResult:
    return replace(result, message=f"{result.message} {more}".strip())


def _refused(result: ScoreResult, message: str) -> ScoreResult:
    return replace(result, values={}, headline="", message=message)


def _given(inputs: Sequence[RiskInput]) -> Given:
    return {each.name: each.text or each.value for each in inputs}


def _age(record: Record) -> float:
    """Today's age in years; of an unknown one nothing is refused."""
    age = age_input("age", record.patient, record.moment.today).value
    return float("inf") if age is None else age


def _age_text(oldest: datetime | None, moment: Moment) -> str:
    return f"Rests on a value of {instant_text(oldest, moment.zone)}: not the present state."
