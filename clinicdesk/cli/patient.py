"""`clinicdesk patient STORE MRN`: one record, for people or for scripts."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from clinicdesk.cli.output import json_document, plain, say, shown, table
from clinicdesk.cli.patients import as_json
from clinicdesk.cli.store import add_store, opened
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
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AllergyStatus, Patient
from clinicdesk.domain.units import printed_unit
from clinicdesk.services.clinic import Clinic

_ALLERGY_WORDS = {
    AllergyStatus.KNOWN: "Known allergies",
    AllergyStatus.NONE_KNOWN: "No known allergies",
    AllergyStatus.NOT_RECORDED: "Allergies not recorded",
}


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
    now = clinic.now()
    records, id = clinic.records, patient.summary.id
    _banner(patient, now.astimezone(clinic.zone))
    _section(
        "Latest results",
        ("Test", "Result", "Unit", "Taken", "Ago"),
        [_result(o, clinic.zone, now) for o in records.latest(id)],
    )
    _section(
        "Conditions",
        ("Condition", "Code", "From", "Until"),
        [
            (c.display, c.code, date_text(c.onset), date_text(c.abatement) if c.abatement else "")
            for c in records.conditions(id)
        ],
    )
    _section(
        "Medications",
        ("Medication", "Dosage", "From", "Until"),
        [
            (
                m.display,
                m.dosage,
                date_text(m.authored_on),
                date_text(m.ended_on) if m.ended_on else "",
            )
            for m in records.medications(id)
        ],
    )
    _section(
        _ALLERGY_WORDS[patient.allergy_status],
        ("Allergy", "Reaction", "Severity", "Recorded"),
        [
            (a.display, a.reaction, a.severity, date_text(a.recorded_on))
            for a in records.allergies(id)
        ],
    )
    _section(
        "Encounters",
        ("Started", "Ended", "Class", "Reason"),
        [_visit(e, clinic.zone) for e in records.encounters(id)],
    )


def _banner(patient: Patient, now: datetime) -> None:
    person = patient.summary
    born = birth_text(person, now.date())
    gender = gender_text(person.gender)
    say(shown(f"{banner_name(patient)}   Born {born}   Gender {gender}   ID {person.mrn}"))
    if person.deceased_on:
        say(f"Died {date_text(person.deceased_on)}")


def _section(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    say()
    say(title)
    if rows:
        table(columns, rows)
    else:
        say("none recorded")


def _result(observation: Observation, zone: tzinfo, now: datetime) -> tuple[str, ...]:
    return (
        observation.display,
        result_text(observation),
        printed_unit(observation.unit),
        instant_text(observation.effective_at, zone),
        elapsed_text(observation.effective_at, now),
    )


def _visit(encounter: Encounter, zone: tzinfo) -> tuple[str, ...]:
    return (
        instant_text(encounter.started_at, zone),
        instant_text(encounter.ended_at, zone),
        encounter.class_.name.capitalize(),
        encounter.reason_text or encounter.reason_code or encounter.type_text,
    )
