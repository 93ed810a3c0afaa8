"""Where in a record the inputs of the published scores are: the newest value, dated, or nothing.

A condition that is not recorded is not thereby absent: it stays missing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import date_text
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.habits import ALCOHOL, MEANINGS, SMOKING, UNTOLD
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AdministrativeGender, PatientSummary
from clinicdesk.domain.risk import Decision, RiskInput
from clinicdesk.models.features import Moment, Newest, age_input, observed
from clinicdesk.models.score_choices import SOURCE
from clinicdesk.models.scores import SCORES
from clinicdesk.models.scores.bmi_who import body_mass_index
from clinicdesk.models.scores.icd10 import CHARLSON, ELIXHAUSER, groups, plain
from clinicdesk.models.scores.protocol import CannotScore, Choice, Input, Quantity, Score

VITAL_WINDOW = timedelta(hours=1)  # vital signs within it belong to one set

ACVPU, FIO2, O2_FLOW = "67775-7", "3150-0", "3151-8"
_VITALS = ("9279-1", "59408-5", "8480-6", "8462-4", "8867-4", "8310-5", "9269-2", ACVPU)
TEXT_CODES = (ACVPU, SMOKING, ALCOHOL)
CODES = sorted(
    ({each.code for score in SCORES.values() for each in score.inputs} - {"", *TEXT_CODES})
    | {FIO2, O2_FLOW, "29463-7", "8302-2"}
)

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
# input -> the groups of codes (Quan 2005) that are a yes
_PROBLEMS: Mapping[str, tuple[str, Sequence[str]]] = {
    "dm": (CHARLSON, ("diab", "diabwc")),
    "diabetes": (CHARLSON, ("diab", "diabwc")),
    "htn": (ELIXHAUSER, ("hypunc", "hypc")),
    "hypertension": (ELIXHAUSER, ("hypunc", "hypc")),
    "chf": (CHARLSON, ("chf",)),
    "vascular": (CHARLSON, ("mi", "pvd")),
}


@dataclass(frozen=True, slots=True)
class Record:
    """What a record had at a moment.

    newest: the last of each code, before now.  encounters: newest first.
    clinic: inputs of scores that the clinic has decided on, by name.
    """

    patient: PatientSummary
    newest: Newest
    conditions: Sequence[Condition]
    encounters: Sequence[Encounter]
    moment: Moment
    scale: Decision | None = None  # which SpO2 scale of NEWS2 a clinician decided on
    clinic: Mapping[str, str] = field(default_factory=dict)

    def coded_conditions(self) -> list[tuple[str, Condition]]:
        """The conditions that have a code of ICD-10, with the code ready to compare."""
        return [
            (plain(each.code), each) for each in self.conditions if "icd-10" in each.code_system
        ]

    def with_vital_set(self) -> "Record":
        """The same record with the latest set of vital signs and no older one."""
        times = [self.newest[code].effective_at for code in _VITALS if code in self.newest]
        end = max(times, default=None)
        kept = {
            code: each
            for code, each in self.newest.items()
            if code not in {*_VITALS, FIO2, O2_FLOW} or _in_set(each, end)
        }
        return replace(self, newest=kept)


def _in_set(observation: Observation, end: datetime | None) -> bool:
    return end is not None and end - VITAL_WINDOW <= observation.effective_at <= end


def found(score: Score, record: Record) -> list[RiskInput]:
    """Every input of the score in its order, found or missing."""
    return [_found(wanted, record) for wanted in score.inputs]


def _found(wanted: Input, record: Record) -> RiskInput:
    if wanted.name in record.clinic:
        return answered(wanted, record.clinic[wanted.name], SOURCE)
    if finder := _FINDERS.get(wanted.name):
        return finder(wanted, record)
    if wanted.name in _PROBLEMS:
        return _problem(wanted, record)
    if not wanted.code:
        return missing(wanted)
    value = observed(wanted.name, wanted.label, wanted.unit, record.newest.get(wanted.code))
    return missing(wanted) if value.missing else value


def missing(wanted: Input) -> RiskInput:
    return RiskInput(wanted.name, wanted.label, None, wanted.unit, wanted.code)


def in_words(wanted: Input, text: str, source: str, at: datetime | None = None) -> RiskInput:
    """An input whose value is a word, or a choice that is written as a number."""
    value = float(text) if text.isdecimal() else None
    yes_or_no = isinstance(wanted, Choice) and wanted.options == tuple(_YES_NO)
    said = _YES_NO.get(text, text) if yes_or_no else text
    return RiskInput(wanted.name, wanted.label, value, "", wanted.code, at, source, said)


_YES_NO = {"0": "no", "1": "yes"}


def answered(wanted: Input, text: str, source: str) -> RiskInput:
    """An input that somebody gave; a number takes the unit that the score asks for."""
    if isinstance(wanted, Quantity):
        with suppress(CannotScore):  # the score itself says what is wrong with it
            value = wanted.read(text)
            return RiskInput(
                wanted.name, wanted.label, value, wanted.unit, wanted.code, source=source
            )
    return in_words(wanted, text, source)


def sex_input(wanted: Input, record: Record) -> RiskInput:
    gender = record.patient.gender
    known = gender in (AdministrativeGender.MALE, AdministrativeGender.FEMALE)
    return in_words(wanted, str(gender), "patient") if known else missing(wanted)


def _age(wanted: Input, record: Record) -> RiskInput:
    return age_input(wanted.name, record.patient, record.moment.today)


def _habit(wanted: Input, record: Record) -> RiskInput:
    observation = record.newest.get(wanted.code)
    answer = starting(MEANINGS, observation.text) if observation else ""
    if observation is None or not answer:
        return missing(wanted)
    source = f"observation {observation.id}"
    return in_words(wanted, answer, source, observation.effective_at)


def _consciousness(wanted: Input, record: Record) -> RiskInput:
    observation = record.newest.get(wanted.code)
    letter = acvpu_letter(observation.text) if observation else ""
    if observation is None or (letter in ("", "C") and wanted.name == "avpu"):  # AVPU has no C
        return missing(wanted)
    source = f"observation {observation.id}"
    return in_words(wanted, letter, source, observation.effective_at)


def acvpu_letter(text: str) -> str:
    """The letter that a charted level of consciousness means, "" when it is none we know."""
    word = text.strip()
    if len(word) == 1:
        return word.upper() if word.casefold() in "acvpu" else ""
    return starting(_RESPONSES, word)


def starting(meanings: Iterable[tuple[str, str]], text: str) -> str:
    """The meaning of the first beginning that fits, "" when none does."""
    words = f"{text.strip().casefold()} "
    if UNTOLD in words:
        return ""
    return next((meaning for start, meaning in meanings if words.startswith(start)), "")


def _oxygen(wanted: Input, record: Record) -> RiskInput:
    """On oxygen: a flow above 0 L/min or more than 21 % inspired; unknown without either."""
    flow = observed(wanted.name, wanted.label, "L/min", record.newest.get(O2_FLOW))
    inspired = observed(wanted.name, wanted.label, "%", record.newest.get(FIO2))
    known = [each for each in (flow, inspired) if each.value is not None]
    if not known:
        return missing(wanted)
    on_oxygen = (flow.value or 0) > 0 or (inspired.value or 0) > 21
    return replace(known[0], value=float(on_oxygen), unit="", text="yes" if on_oxygen else "no")


def _problem(wanted: Input, record: Record) -> RiskInput:
    table, names = _PROBLEMS[wanted.name]
    counted = [group for group in groups(table) if group.name in names]
    for code, condition in record.coded_conditions():
        if any(group.holds(code) for group in counted):
            return in_words(wanted, "yes", _source(condition))
    return missing(wanted)


def _source(condition: Condition) -> str:
    since = f", since {date_text(condition.onset)}" if condition.onset else ""
    return f"condition {condition.code}{since}"


def _codes(wanted: Input, record: Record) -> RiskInput:
    codes = dict.fromkeys(each.code for _, each in record.coded_conditions())
    return in_words(wanted, "; ".join(codes), "conditions") if codes else missing(wanted)


def _bmi(wanted: Input, record: Record) -> RiskInput:
    """The newest that was recorded, or that of the newest weight and height when it is newer."""
    recorded = observed(wanted.name, wanted.label, wanted.unit, record.newest.get(wanted.code))
    weight = observed("weight", "Weight", "kg", record.newest.get("29463-7"))
    height = observed("height", "Height", "cm", record.newest.get("8302-2"))
    if weight.value is None or height.value is None or _newer(recorded, weight):
        return recorded
    source = f"calculated from {weight.source} (weight) and {height.source} (height)"
    value, at = body_mass_index(weight.value, height.value), weight.effective_at
    return RiskInput(wanted.name, wanted.label, value, wanted.unit, wanted.code, at, source)


def _newer(one: RiskInput, other: RiskInput) -> bool:
    at = one.effective_at
    return at is not None and other.effective_at is not None and at >= other.effective_at


def _egfr(wanted: Input, record: Record) -> RiskInput:
    """CKD-EPI 2021 from the newest creatinine; without one, the newest reported rate."""
    inputs = egfr_inputs(record)
    given = {each.name: each.text or each.value for each in inputs}
    try:
        rate = SCORES["ckd_epi_2021"].calculate(given)["egfr_ml_min_1_73m2"]
    except CannotScore:
        newest = record.newest.get(wanted.code)
        return observed(wanted.name, wanted.label, wanted.unit, newest)
    at, source = inputs[-1].effective_at, "CKD-EPI 2021 from creatinine"
    return RiskInput(
        wanted.name, wanted.label, float(rate or 0), wanted.unit, wanted.code, at, source
    )


def egfr_inputs(record: Record) -> list[RiskInput]:
    """The inputs of CKD-EPI 2021: the newest creatinine, at the age of that day."""
    sex, _, wanted = SCORES["ckd_epi_2021"].inputs
    creatinine = observed(wanted.name, wanted.label, wanted.unit, record.newest.get(wanted.code))
    at = creatinine.effective_at
    day = record.moment.day(at) if at else record.moment.today
    return [sex_input(sex, record), age_input("age", record.patient, day), creatinine]


_FINDERS: Mapping[str, Callable[[Input, Record], RiskInput]] = {
    "sex": sex_input,
    "age": _age,
    "smoker": _habit,
    "alcohol": _habit,
    "acvpu": _consciousness,
    "avpu": _consciousness,
    "supplemental_o2": _oxygen,
    "icd10_codes": _codes,
    "bmi": _bmi,
    "egfr": _egfr,
}
