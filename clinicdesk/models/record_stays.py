"""LACE and HOSPITAL from a record's own stays: how long, how it began, what came before.

What happened elsewhere is not in the record and is not counted; a procedure and the service are
nowhere in it, and stay missing unless somebody says so.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clinicdesk.domain.display import date_text
from clinicdesk.domain.encounter import Encounter, EncounterClass
from clinicdesk.domain.risk import RiskInput
from clinicdesk.models.record_values import Record, found, in_words
from clinicdesk.models.scores.icd10 import CHARLSON, groups
from clinicdesk.models.scores.protocol import Input, Score

OF_A_STAY = ("lace", "hospital")

_LEADS_IN = timedelta(hours=24)  # an emergency visit so shortly before is how the stay began
_HALF_YEAR, _YEAR = timedelta(days=183), timedelta(days=365)
_AHEAD = timedelta(days=30)  # what both scores look ahead from the day of leaving
_FORGOTTEN = timedelta(days=90)  # a stay without an end from before that is one that nobody ended
_URGENT = {"emergency", "urgent", "unplanned", "nonelective"}
_PLANNED = {"elective", "planned", "scheduled", "booked"}
_ONCOLOGY = {"oncology", "oncological", "haematooncology"}
_DENIED = {"non", "not", "no"}  # "non-elective" is left to whoever reads it

# The weights of van Walraven 2010 by group of Quan 2005.
_WEIGHTS = {
    **{"mi": 1, "cevd": 1, "pvd": 1, "diab": 1},
    **{"chf": 2, "diabwc": 2, "cpd": 2, "mld": 2, "canc": 2},
    **{"dementia": 3, "rheumd": 3, "aids": 4, "msld": 4, "metacanc": 6},
}
_MILDER = {"diabwc": "diab", "msld": "mld", "metacanc": "canc"}
_KIDNEY = "rend"  # mild is 2, moderate or severe 4: told apart by the stage
_KIDNEY_MILD, _KIDNEY_SEVERE = 2, 4
_SEVERE_KIDNEY = ("N184", "N185", "N186", "Z940", "Z992", "Z490", "Z491", "Z492", "I120", "I131")


@dataclass(frozen=True, slots=True)
class _Stay:
    """The stay that is judged. end: its last moment, or now."""

    encounter: Encounter
    end: datetime
    record: Record

    @property
    def start(self) -> datetime:
        return self.encounter.started_at

    @property
    def source(self) -> str:
        return f"encounter {self.encounter.id}"

    def before(self, kind: EncounterClass, within: timedelta) -> list[Encounter]:
        """Encounters of a kind that began before the stay, newest first."""
        return [
            each
            for each in self.record.encounters
            if each.class_ == kind and self.start - within <= each.started_at < self.start
        ]


def stay_inputs(score: Score, record: Record) -> list[RiskInput]:
    """Every input of LACE or HOSPITAL for the newest stay; missing without one."""
    stay = _newest(record)
    inputs = found(score, record)
    if stay is None:
        return inputs
    return [
        _FINDERS[each.name](score.input(each.name), stay, each) if each.name in _FINDERS else each
        for each in inputs
    ]


def stay_text(record: Record) -> str:
    """Which stay is judged, "" without one."""
    if (stay := _newest(record)) is None:
        return ""
    day = record.moment.day
    if stay.end == record.moment.now:
        return f"The stay since {date_text(day(stay.start))}, as if it ended now."
    return f"The stay of {date_text(day(stay.start))} to {date_text(day(stay.end))}."


def stay_matters(record: Record) -> bool:
    """Whether the patient is in hospital or left it so lately that the scores still look ahead."""
    if (stay := _newest(record)) is None:
        return False
    now = record.moment.now
    ended = stay.end < now
    return now - stay.end <= _AHEAD if ended else now - stay.start <= _FORGOTTEN


def _newest(record: Record) -> _Stay | None:
    stays = (each for each in record.encounters if each.class_ == EncounterClass.INPATIENT)
    newest = next(stays, None)
    return _Stay(newest, _end(newest, record.moment.now), record) if newest else None


def _end(stay: Encounter, now: datetime) -> datetime:
    if stay.ended_at is None and stay.length_of_stay is not None:
        return min(stay.started_at + timedelta(days=stay.length_of_stay), now)
    return min(stay.ended_at or now, now)


def _of_the_stay(wanted: Input, stay: _Stay, as_found: RiskInput) -> RiskInput:
    """The newest laboratory value, if it is of the stay."""
    at = as_found.effective_at
    if at is None or stay.start <= at <= stay.end:
        return as_found
    return RiskInput(wanted.name, wanted.label, None, wanted.unit, wanted.code)


def _days(wanted: Input, stay: _Stay, as_found: RiskInput) -> RiskInput:
    stated = stay.encounter.length_of_stay
    elapsed = (stay.end - stay.start) / timedelta(days=1)
    days = elapsed if stated is None else stated
    return _said(as_found, round(days, 2), stay.start, stay.source)


def _unplanned(wanted: Input, stay: _Stay, as_found: RiskInput) -> RiskInput:
    """By the words of the stay, or by an emergency visit that led to it."""
    if answer := _by_words(stay.encounter.type_text, _URGENT, _PLANNED):
        return in_words(wanted, answer, stay.source, stay.start)
    if led_in := stay.before(EncounterClass.EMERGENCY, _LEADS_IN):
        source = f"encounter {led_in[0].id} led to it"
        return in_words(wanted, "yes", source, led_in[0].started_at)
    return as_found


def _oncology(wanted: Input, stay: _Stay, as_found: RiskInput) -> RiskInput:
    if answer := _by_words(stay.encounter.type_text, _ONCOLOGY, ()):
        return in_words(wanted, answer, stay.source, stay.start)
    return as_found


def _by_words(text: str, yes: Collection[str], no: Collection[str]) -> str:
    words = set(re.findall(r"[a-z]+", text.casefold()))
    if words & _DENIED:
        return ""
    return "yes" if words & {*yes} else "no" if words & {*no} else ""


def _emergencies(wanted: Input, stay: _Stay, as_found: RiskInput) -> RiskInput:
    """Emergency visits in the half year before, without the one that led to the stay."""
    earlier = stay.before(EncounterClass.EMERGENCY, _HALF_YEAR)
    count = sum(stay.start - each.started_at > _LEADS_IN for each in earlier)
    return _said(as_found, count, stay.start, "encounters of this record")


def _admissions(wanted: Input, stay: _Stay, as_found: RiskInput) -> RiskInput:
    count = len(stay.before(EncounterClass.INPATIENT, _YEAR))
    return _said(as_found, count, stay.start, "encounters of this record")


def _charlson(wanted: Input, stay: _Stay, as_found: RiskInput) -> RiskInput:
    """The comorbidities that are recorded; missing where none is, which is not the same as none."""
    codes = [code for code, _ in stay.record.coded_conditions()]
    return _said(as_found, lace_charlson(codes), None, "conditions") if codes else as_found


def lace_charlson(codes: Sequence[str]) -> int:
    """The index by the weights of the LACE paper. codes: plain ICD-10.

    A kidney disease is mild but for stage 4 and 5, dialysis and a transplant.
    """
    present = {each.name for each in groups(CHARLSON) if any(map(each.holds, codes))}
    milder = {_MILDER[name] for name in present & _MILDER.keys()}
    kidney = 0
    if _KIDNEY in present:
        severe = any(code.startswith(_SEVERE_KIDNEY) for code in codes)
        kidney = _KIDNEY_SEVERE if severe else _KIDNEY_MILD
    return kidney + sum(_WEIGHTS.get(name, 0) for name in present - milder)


def _said(as_found: RiskInput, value: float, at: datetime | None, source: str) -> RiskInput:
    return replace(as_found, value=float(value), effective_at=at, source=source)


_FINDERS: Mapping[str, Callable[[Input, _Stay, RiskInput], RiskInput]] = {
    "los_days": _days,
    "acute_admission": _unplanned,
    "urgent_admission": _unplanned,
    "charlson": _charlson,
    "ed_visits_6mo": _emergencies,
    "admissions_prev_12mo": _admissions,
    "oncology_service": _oncology,
    "hb_g_dl": _of_the_stay,
    "sodium_mmol_l": _of_the_stay,
}
