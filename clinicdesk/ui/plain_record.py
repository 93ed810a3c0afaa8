"""A shared record in plain words: what is written, as it is written, with long dates."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import (
    gender_text,
    long_date_text,
    mrn_text,
    result_text,
)
from clinicdesk.domain.encounter import Encounter, EncounterClass
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AllergyStatus, Patient
from clinicdesk.domain.risk import RiskAssessment
from clinicdesk.domain.shared import SharedCopy
from clinicdesk.domain.units import printed_unit

_PROPERTY = re.compile(r" \[[^\]]*\]")  # [Mass/volume]
_VISITS = {
    EncounterClass.AMBULATORY: "Visit to the clinic",
    EncounterClass.INPATIENT: "Stay in hospital",
    EncounterClass.EMERGENCY: "Emergency visit",
    EncounterClass.VIRTUAL: "Visit by phone or video",
    EncounterClass.HOME: "Visit at home",
    EncounterClass.UNKNOWN: "Visit",
}
_ALLERGIES = {
    AllergyStatus.KNOWN: "Allergies are known, but not which.",
    AllergyStatus.NONE_KNOWN: "No allergies are known.",
    AllergyStatus.NOT_RECORDED: "Nothing is recorded: nobody wrote down whether you have any.",
}


class Section(NamedTuple):
    """One card. nothing: what it says without a line."""

    title: str
    lines: Sequence[str]
    nothing: str


def sections(copy: SharedCopy) -> list[Section]:
    """The parts of the record, what matters most first."""
    zone = ZoneInfo(copy.timezone)
    now = [m for m in copy.medications if not m.ended_on]
    before = [m for m in copy.medications if m.ended_on]
    return [
        Section("About you", _about(copy.patient), ""),
        Section(
            "Your allergies",
            [_allergy(a) for a in copy.allergies],
            _ALLERGIES[copy.patient.allergy_status],
        ),
        Section("Your medicines", [_medicine(m) for m in now], "No medicines are recorded."),
        Section(
            "Your health problems",
            [_problem(c) for c in copy.conditions if c.active],
            "No health problems are recorded.",
        ),
        Section(
            "Your latest measurements",
            [_measurement(o, zone) for o in _latest(copy.observations)],
            "No measurements are recorded.",
        ),
        Section(
            "Estimates of your risk: not a diagnosis, ask what they mean for you",
            [_estimate(r, zone) for r in copy.risks if r.estimate.in_scope],
            "None are recorded.",
        ),
        Section(
            "Your visits", [_visit(e, zone) for e in copy.encounters], "No visits are recorded."
        ),
        Section(
            "Over and done",
            [*(_problem(c) for c in copy.conditions if not c.active), *map(_medicine, before)],
            "Nothing is recorded.",
        ),
    ]


def _about(patient: Patient) -> list[str]:
    person = patient.summary
    name = " ".join(filter(None, (patient.prefix, person.given_name, person.family_name)))
    facts = (
        ("Name", name),
        ("Born", long_date_text(person.birth_date) if person.birth_date else ""),
        ("Gender", gender_text(person.gender)),
        ("Number at the clinic", mrn_text(person)),
        ("Address", patient.address),
        ("Phone", patient.phone),
        ("Email", patient.email),
    )
    return [f"{caption}: {value or 'not recorded'}" for caption, value in facts]


def _allergy(allergy: AllergyIntolerance) -> str:
    details = ", ".join(filter(None, (allergy.severity, allergy.reaction)))
    return f"{allergy.display or allergy.code}{f' ({details})' if details else ''}"


def _medicine(medicine: MedicationRequest) -> str:
    parts = [medicine.display or medicine.code]
    parts += [medicine.dosage] if medicine.dosage else []
    parts += [f"since {long_date_text(medicine.authored_on)}"] if medicine.authored_on else []
    parts += [f"ended {long_date_text(medicine.ended_on)}"] if medicine.ended_on else []
    return ", ".join(parts)


def _problem(problem: Condition) -> str:
    parts = [problem.display or problem.code]
    parts += [f"since {long_date_text(problem.onset)}"] if problem.onset else []
    parts += [f"over since {long_date_text(problem.abatement)}"] if problem.abatement else []
    return ", ".join(parts)


def _visit(visit: Encounter, zone: ZoneInfo) -> str:
    began = _day(visit.started_at, zone)
    ended = _day(visit.ended_at, zone) if visit.ended_at else began
    when = long_date_text(began)
    if ended != began:
        when += f" to {long_date_text(ended)}"
    why = ", ".join(filter(None, (visit.type_text, visit.reason_text)))
    return f"{when}: {_VISITS[visit.class_]}{f' ({why})' if why else ''}"


def _measurement(observation: Observation, zone: ZoneInfo) -> str:
    value = f"{result_text(observation)} {printed_unit(observation.unit)}".rstrip()
    day = long_date_text(_day(observation.effective_at, zone))
    return f"{_plain(observation.display or observation.code)}: {value}, on {day}"


def _estimate(assessment: RiskAssessment, zone: ZoneInfo) -> str:
    estimate, day = assessment.estimate, long_date_text(_day(assessment.assessed_at, zone))
    said = f"{estimate.model.capitalize()}: {estimate.shown}, as of {day}"
    if assessment.expires_at is None:
        return said
    return f"{said}, not to be used after {long_date_text(_day(assessment.expires_at, zone))}"


def _plain(name: str) -> str:
    """A name of LOINC without what only a laboratory needs."""
    return _PROPERTY.sub("", name).replace("Serum or Plasma", "blood")


def _latest(observations: Sequence[Observation]) -> list[Observation]:
    """The newest of each kind, by name."""
    newest = {each.code: each for each in observations}  # oldest first: the last one stays
    return sorted(newest.values(), key=lambda o: (o.display or o.code).casefold())


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()
