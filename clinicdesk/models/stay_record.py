"""The inputs of the models of a hospital stay, from a record: the newest stay and what led to it.

What a record has no place for stays missing, and so does what nothing in it speaks of. Visits are
counted as they are recorded: those in other hospitals are not among them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.encounter import Encounter, EncounterClass
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AdministrativeGender, PatientSummary
from clinicdesk.domain.risk import RiskInput
from clinicdesk.models.card import CardInput, ModelCard
from clinicdesk.models.choices import choice_of_code
from clinicdesk.models.features import Moment, in_unit
from clinicdesk.models.scope import LOUD

HBA1C = "4548-4"
_DAY, _YEAR, _MONTH = timedelta(days=1), timedelta(days=365), timedelta(days=30)
_A1C_STEPS = (7.0, 8.0)  # per cent: up to 7, above 7, above 8


@dataclass(frozen=True, slots=True)
class StayRecord:
    """What a record had at a moment.

    encounters: newest first.  results: laboratory results since the stay began, oldest first.
    """

    patient: PatientSummary
    encounters: Sequence[Encounter]
    conditions: Sequence[Condition]
    medications: Sequence[MedicationRequest]
    results: Sequence[Observation]
    moment: Moment

    @property
    def stay(self) -> Encounter | None:
        """The newest stay in hospital."""
        return newest_stay(self.encounters, self.moment)


def asks_about_stay(card: ModelCard) -> bool:
    """Whether the model is about a stay in hospital."""
    return any(_finder(each) for each in card.inputs)


def lab_codes() -> list[str]:
    """The LOINC codes of laboratory tests."""
    return [each.code for each in catalog().concepts if each.category == "lab"]


def newest_stay(encounters: Sequence[Encounter], moment: Moment) -> Encounter | None:
    """The inpatient visit that began last."""
    stays = [each for each in encounters if each.class_ == EncounterClass.INPATIENT]
    begun = [each for each in stays if each.started_at <= moment.now]
    return max(begun, key=lambda each: each.started_at, default=None)


def of_stay(card: ModelCard, inputs: Sequence[RiskInput], record: StayRecord) -> list[RiskInput]:
    """The same inputs of the card, those of the stay found in the record."""
    stay = record.stay
    return [
        replace(finder(wanted, record, stay), name=wanted.name)
        if stay is not None and (finder := _finder(wanted))
        else found
        for wanted, found in zip(card.inputs, inputs, strict=True)
    ]


def outside_stay(record: StayRecord) -> list[str]:
    """Why a model of a stay was not made for this moment; empty when it was."""
    stay = record.stay
    if stay is None:
        return [f"{LOUD}this model was made for inpatients; the record has no stay in hospital."]
    end = end_of(stay)
    if end is not None and record.moment.now - end > _MONTH:
        return [f"{LOUD}this model looks 30 days ahead; the last stay ended longer ago."]
    return []


def end_of(stay: Encounter) -> datetime | None:
    """When the stay ended, None when it goes on or nothing says."""
    if stay.ended_at is None and stay.length_of_stay is not None:
        return stay.started_at + stay.length_of_stay * _DAY
    return stay.ended_at


Finder = Callable[[CardInput, StayRecord, Encounter], RiskInput]


def _finder(wanted: CardInput) -> Finder | None:
    return _FINDERS.get(wanted.found.partition(":")[0])


def _missing(wanted: CardInput) -> RiskInput:
    return RiskInput(wanted.name, wanted.label, None, wanted.unit)


def _number(wanted: CardInput, value: float, source: str, at: datetime | None = None) -> RiskInput:
    text = wanted.label_of(value)
    return RiskInput(
        wanted.name, wanted.label, value, wanted.unit, "", at, source=source, text=text
    )


def _sex(wanted: CardInput, record: StayRecord, _: Encounter) -> RiskInput:
    numbers = {AdministrativeGender.FEMALE: 0.0, AdministrativeGender.MALE: 1.0}
    value = numbers.get(record.patient.gender)
    return _missing(wanted) if value is None else _number(wanted, value, "patient")


def _days(wanted: CardInput, record: StayRecord, stay: Encounter) -> RiskInput:
    """Of a stay that goes on, the days so far; a started day counts."""
    stated = stay.length_of_stay
    if stated is None:
        stated = ((end_of(stay) or record.moment.now) - stay.started_at) / _DAY
    return _number(wanted, float(max(1, round(stated))), _of(stay), stay.started_at)


def _admitted_from(wanted: CardInput, record: StayRecord, stay: Encounter) -> RiskInput:
    """An emergency visit within the day before; that there was none does not say from where."""
    for each in record.encounters:
        ago = stay.started_at - each.started_at
        if each.class_ == EncounterClass.EMERGENCY and timedelta(0) <= ago <= _DAY:
            return _number(wanted, 1.0, _of(each), each.started_at)
    return _missing(wanted)


def _main_diagnosis(wanted: CardInput, _: StayRecord, stay: Encounter) -> RiskInput:
    choice = choice_of_code(wanted.choices, stay.reason_code) if stay.reason_code else None
    if choice is None:
        return _missing(wanted)
    return _number(wanted, choice.value, f"{_of(stay)}: {stay.reason_code}", stay.started_at)


def _visits_before(wanted: CardInput, record: StayRecord, stay: Encounter) -> RiskInput:
    kind = EncounterClass(wanted.found.partition(":")[2])
    counted = [
        each
        for each in record.encounters
        if each.class_ == kind and stay.started_at - _YEAR <= each.started_at < stay.started_at
    ]
    source = f"counted in the record, {len(record.encounters)} visits in all"
    return _number(wanted, float(len(counted)), source, stay.started_at)


def _problems(wanted: CardInput, record: StayRecord, _: Encounter) -> RiskInput:
    names = {each.code or each.display for each in record.conditions if each.active}
    if not names:
        return _missing(wanted)
    return _number(wanted, float(len(names)), "list of problems")


def _drugs_of_stay(wanted: CardInput, record: StayRecord, stay: Encounter) -> RiskInput:
    names = {each.display.casefold() for each in _given(record, stay)}
    if not names:
        return _missing(wanted)
    return _number(wanted, float(len(names)), "prescriptions of the stay", stay.started_at)


def _drug(wanted: CardInput, record: StayRecord, stay: Encounter) -> RiskInput:
    """Yes or no where drugs of the stay are recorded at all."""
    given, name = _given(record, stay), wanted.found.partition(":")[2]
    if not given:
        return _missing(wanted)
    taken = any(name in each.display.casefold() for each in given)
    return _number(wanted, float(taken), "prescriptions of the stay", stay.started_at)


def _tests_of_stay(wanted: CardInput, record: StayRecord, stay: Encounter) -> RiskInput:
    results = _results(record, stay)
    if not results:
        return _missing(wanted)
    return _number(wanted, float(len(results)), "results of the stay", stay.started_at)


def _a1c_of_stay(wanted: CardInput, record: StayRecord, stay: Encounter) -> RiskInput:
    """Not measured only where the laboratory measured something else."""
    results = _results(record, stay)
    measured = [each for each in results if each.code == HBA1C and in_unit(each, "%") is not None]
    if measured:
        newest = measured[-1]
        value = 1.0 + sum((in_unit(newest, "%") or 0) > step for step in _A1C_STEPS)
        return _number(wanted, value, f"observation {newest.id}", newest.effective_at)
    return _number(wanted, 0.0, "results of the stay") if results else _missing(wanted)


def _results(record: StayRecord, stay: Encounter) -> list[Observation]:
    end = end_of(stay)
    return [each for each in record.results if end is None or each.effective_at <= end + _DAY]


def _given(record: StayRecord, stay: Encounter) -> list[MedicationRequest]:
    first = record.moment.day(stay.started_at)
    last = record.moment.day(end_of(stay) or record.moment.now)
    return [each for each in record.medications if _within(each.authored_on, first, last)]


def _within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def _of(visit: Encounter) -> str:
    return f"encounter {visit.id}"


_FINDERS: Mapping[str, Finder] = {
    "sex": _sex,
    "days_of_stay": _days,
    "admitted_from": _admitted_from,
    "main_diagnosis": _main_diagnosis,
    "visits_before": _visits_before,
    "problems": _problems,
    "drugs_of_stay": _drugs_of_stay,
    "drug": _drug,
    "tests_of_stay": _tests_of_stay,
    "a1c_of_stay": _a1c_of_stay,
}
