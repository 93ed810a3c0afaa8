"""From a record to the inputs of a model: the newest value of each concept, with its date.

Units are converted here, once. What the record does not have stays missing and is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import date_text, years_between
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AdministrativeGender, PatientSummary
from clinicdesk.domain.risk import RiskInput
from clinicdesk.domain.units import Conversion, normal_unit
from clinicdesk.models.card import AGE, CardInput, ModelCard
from clinicdesk.models.problems import find_problem
from clinicdesk.models.scores.bmi_who import body_mass_index
from clinicdesk.models.scores.ckd_epi_2021 import egfr_ckd_epi_2021

BMI, WEIGHT, HEIGHT = "39156-5", "29463-7", "8302-2"
EGFR, CREATININE = "98979-8", "2160-0"
ADULT = 18  # years: CKD-EPI 2021

Newest = Mapping[str, Observation]  # LOINC -> the newest observation with a number


@dataclass(frozen=True, slots=True)
class Moment:
    """When an estimate is made, and where: `today` is the clinic's day."""

    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        return self.day(self.now)

    def day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()


def codes_of(card: ModelCard) -> list[str]:
    """The LOINC codes that may hold an input of the model."""
    direct = [code for each in card.inputs for code in (each.code, *each.also) if code]
    return [*direct, WEIGHT, HEIGHT, CREATININE]


def record_inputs(
    card: ModelCard,
    patient: PatientSummary,
    newest: Newest,
    conditions: Sequence[Condition],
    moment: Moment,
) -> list[RiskInput]:
    """Every input of the model in its order, found or missing."""
    return [
        _problem(wanted, conditions)
        if wanted.conditions
        else _input(wanted, patient, newest, moment)
        for wanted in card.inputs
    ]


def cautions(card: ModelCard, inputs: Sequence[RiskInput], moment: Moment) -> list[str]:
    """What to know of the values that were found: another test in its place, or an old one."""
    replaced = [
        wanted.caution
        for wanted, found in zip(card.inputs, inputs, strict=True)
        if found.value is not None and found.code in wanted.also
    ]
    return replaced + [
        f"{found.label} is of {date_text(moment.day(found.effective_at))}: too old to rely on."
        for wanted, found in zip(card.inputs, inputs, strict=True)
        if found.value is not None and found.effective_at and _stale(wanted, found, moment)
    ]


def age_input(name: str, patient: PatientSummary, on: date) -> RiskInput:
    """The age in completed years on a day, from the birth date or from an age written down."""
    age, source = age_on(patient, on)
    return RiskInput(name, "Age", age, "a", AGE, None, source)


def age_on(patient: PatientSummary, day: date) -> tuple[float | None, str]:
    """Completed years and where they come from. From a written age they may be one too few."""
    if patient.birth_date is not None:
        return float(years_between(patient.birth_date, day)), "birth date"
    if (stated := patient.age_statement) is not None:
        years = stated.years + years_between(stated.true_on, day)
        return float(years), f"age written down on {date_text(stated.true_on)}"
    return None, ""


def observed(name: str, label: str, unit: str, observation: Observation | None) -> RiskInput:
    """An input from one observation; missing without one, or when its unit is not understood."""
    value = None if observation is None else in_unit(observation, unit)
    if observation is None or value is None:
        return RiskInput(name, label, None, unit)
    source = f"observation {observation.id}"
    return RiskInput(name, label, value, unit, observation.code, observation.effective_at, source)


def in_unit(observation: Observation, unit: str) -> float | None:
    """The value in `unit`, None when no way there is known: a unit is never assumed."""
    if observation.value is None:
        return None
    if normal_unit(observation.unit) == normal_unit(unit):
        return observation.value
    to_canonical, wanted = _step(observation.code, observation.unit), _step(observation.code, unit)
    if to_canonical is None or wanted is None:
        return None
    return wanted.back(to_canonical(observation.value))


def _step(code: str, unit: str) -> Conversion | None:
    concept = catalog().by_code(code)
    return concept.conversion(unit) if concept else None


def _input(wanted: CardInput, patient: PatientSummary, newest: Newest, moment: Moment) -> RiskInput:
    if wanted.code == AGE:
        return age_input(wanted.name, patient, moment.today)
    proper = observed(wanted.name, wanted.label, wanted.unit, newest.get(wanted.code))
    substitutes = (
        observed(wanted.name, wanted.also_label, wanted.unit, newest.get(code))
        for code in wanted.also
    )
    known = [each for each in (proper, *substitutes) if each.value is not None]
    if wanted.code == BMI:
        known = _newer([*known, *_calculated_bmi(wanted, newest)])
    if wanted.code == EGFR:
        known = _newer([*known, *_calculated_egfr(wanted, patient, newest, moment)])
    return known[0] if known else RiskInput(wanted.name, wanted.label, None, wanted.unit)


def _calculated_bmi(wanted: CardInput, newest: Newest) -> list[RiskInput]:
    weight = observed("weight", "Weight", "kg", newest.get(WEIGHT))
    height = observed("height", "Height", "cm", newest.get(HEIGHT))
    if weight.value is None or height.value is None:
        return []
    bmi = body_mass_index(weight.value, height.value)
    source = f"calculated from {weight.source} (weight) and {height.source} (height)"
    at = weight.effective_at
    return [RiskInput(wanted.name, wanted.label, bmi, wanted.unit, BMI, at, source)]


def _calculated_egfr(
    wanted: CardInput, patient: PatientSummary, newest: Newest, moment: Moment
) -> list[RiskInput]:
    """By CKD-EPI 2021, at the age of the day of the creatinine."""
    creatinine = observed("creatinine", "Creatinine", "mg/dL", newest.get(CREATININE))
    at = creatinine.effective_at
    age = age_on(patient, moment.day(at))[0] if at else None
    sexes = (AdministrativeGender.FEMALE, AdministrativeGender.MALE)
    if creatinine.value is None or age is None or age < ADULT or patient.gender not in sexes:
        return []
    female = patient.gender == AdministrativeGender.FEMALE
    egfr = egfr_ckd_epi_2021(creatinine.value, age, female)
    source = f"calculated from {creatinine.source} (creatinine), CKD-EPI 2021"
    return [RiskInput(wanted.name, wanted.label, egfr, wanted.unit, EGFR, at, source)]


def _problem(wanted: CardInput, conditions: Sequence[Condition]) -> RiskInput:
    """Yes from the list of problems; what is not on it may be absent, or not written down."""
    found = find_problem(conditions, wanted.conditions, wanted.condition_words)
    if found is None:
        return RiskInput(wanted.name, wanted.label, None, wanted.unit)
    source = f"condition {found.id}"
    return RiskInput(wanted.name, wanted.label, 1.0, wanted.unit, source=source, text="yes")


def _newer(inputs: Sequence[RiskInput]) -> list[RiskInput]:
    """Newest first; of two of one instant, the measured one before the calculated."""
    return sorted(inputs, key=_when, reverse=True)


def _when(found: RiskInput) -> float:
    return found.effective_at.timestamp() if found.effective_at else 0.0


def _stale(wanted: CardInput, found: RiskInput, moment: Moment) -> bool:
    if wanted.max_age_days is None or found.effective_at is None:
        return False
    return moment.now - found.effective_at > timedelta(days=wanted.max_age_days)
