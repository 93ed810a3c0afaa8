"""`clinicdesk patient STORE MRN`: one record, for people or for scripts."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from clinicdesk.cli.output import json_document, plain, say, shown, table
from clinicdesk.cli.patients import as_json
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import (
    banner_name,
    birth_text,
    date_text,
    elapsed_text,
    gender_text,
    instant_text,
    result_text,
)
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AllergyStatus, Patient
from clinicdesk.domain.units import printed_unit
from clinicdesk.services.clinic import Clinic

_ALLERGY_WORDS = {
    AllergyStatus.KNOWN: "Known allergies",
    AllergyStatus.NONE_KNOWN: "No known allergies",
    AllergyStatus.NOT_RECORDED: "Allergies not recorded",
}


_RESULTS = {  # title: category of the catalogue
    "vital signs": "vital",
    "laboratory results": "lab",
    "other observations": "",
}
_Row = tuple[str, ...]
_Section = tuple[str, _Row, list[_Row]]  # title, columns, rows


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("patient", help="show one record")
    add_store(parser)
    parser.add_argument("mrn", metavar="MRN", help="the record number, as the source writes it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_patient)


def _patient(args: Namespace) -> int:
    with opened(args) as clinic:
        patient = clinic.records.by_mrn(args.mrn)
        if args.json:
            json_document(_document(clinic, patient))
        else:
            _show(clinic, patient)
    return 0


def _document(clinic: Clinic, patient: Patient) -> dict[str, Any]:
    """Identity, then the collections by their FHIR names."""
    records, id = clinic.records, patient.summary.id
    identity = plain(patient)
    summary = identity.pop("summary")
    return {
        **as_json(patient.summary),
        "age_statement": summary["age_statement"],
        "deceased_on": summary["deceased_on"],
        **identity,
        "encounters": plain(records.encounters(id)),
        "conditions": plain(records.conditions(id)),
        "observations": plain(records.observations(id)),
        "medications": plain(records.medications(id)),
        "allergies": plain(records.allergies(id)),
        "documents": plain(records.documents(id)),
        "risks": plain(records.risks(id)),
    }


def _show(clinic: Clinic, patient: Patient) -> None:
    _banner(patient, clinic.now().astimezone(clinic.zone))
    for title, columns, rows in _sections(clinic, patient):
        say()
        say(title)
        if rows:
            table(columns, rows)
        else:
            say("none recorded")


def _sections(clinic: Clinic, patient: Patient) -> Iterator[_Section]:
    records, id, zone = clinic.records, patient.summary.id, clinic.zone
    yield from _latest(records.latest(id), clinic)
    conditions = [_condition(each) for each in records.conditions(id)]
    yield "Conditions", ("Condition", "Code", "From", "Until"), conditions
    medications = [_medication(each) for each in records.medications(id)]
    yield "Medications", ("Medication", "Dosage", "From", "Until"), medications
    allergies = [_allergy(each) for each in records.allergies(id)]
    title = _ALLERGY_WORDS[patient.allergy_status]
    yield title, ("Allergy", "Reaction", "Severity", "Recorded"), allergies
    encounters = [_encounter(each, zone) for each in records.encounters(id)]
    yield "Encounters", ("Started", "Ended", "Class", "Reason"), encounters


def _latest(latest: Sequence[Observation], clinic: Clinic) -> Iterator[_Section]:
    for title, category in _RESULTS.items():
        rows = [_result(each, clinic) for each in latest if _category(each) == category]
        yield f"Latest {title}", ("Result", "Unit", "Taken", "Ago", "Test"), rows


def _banner(patient: Patient, now: datetime) -> None:
    person = patient.summary
    born = birth_text(person, now.date())
    gender = gender_text(person.gender)
    say(shown(f"{banner_name(patient)}   Born {born}   Gender {gender}   ID {person.mrn}"))
    if person.deceased_on:
        say(f"Died {date_text(person.deceased_on)}")


def _result(observation: Observation, clinic: Clinic) -> _Row:
    return (
        result_text(observation),
        printed_unit(observation.unit),
        instant_text(observation.effective_at, clinic.zone),
        elapsed_text(observation.effective_at, clinic.now()),
        observation.display,  # last: a question of a survey is as long as it likes
    )


def _category(observation: Observation) -> str:
    concept = catalog().by_code(observation.code)
    return concept.category if concept and concept.category in _RESULTS.values() else ""


def _condition(condition: Condition) -> _Row:
    return (
        condition.display,
        condition.code,
        date_text(condition.onset),
        _end_text(condition.abatement),
    )


def _medication(medication: MedicationRequest) -> _Row:
    return (
        medication.display,
        medication.dosage,
        date_text(medication.authored_on),
        _end_text(medication.ended_on),
    )


def _allergy(allergy: AllergyIntolerance) -> _Row:
    return allergy.display, allergy.reaction, allergy.severity, date_text(allergy.recorded_on)


def _encounter(encounter: Encounter, zone: tzinfo) -> _Row:
    return (
        instant_text(encounter.started_at, zone),
        instant_text(encounter.ended_at, zone),
        encounter.class_.name.capitalize(),
        encounter.reason_text or encounter.reason_code or encounter.type_text,
    )


def _end_text(day: date | None) -> str:
    """An end that nobody recorded is no gap in the record: most things go on."""
    return date_text(day) if day else ""
