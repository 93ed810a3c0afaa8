"""`clinicdesk patient STORE MRN`: one record, for people or for scripts."""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.history import show_history
from clinicdesk.cli.output import json_document, plain
from clinicdesk.cli.patients import as_json
from clinicdesk.cli.record_text import RecordText
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.patient import Patient, PatientId
from clinicdesk.services.clinic import Clinic


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("patient", help="show one record")
    add_store(parser)
    parser.add_argument("mrn", metavar="MRN", help="the record number, as the source writes it")
    parser.add_argument(
        "--history", action="store_true", help="what it said before: who changed it, and why"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_patient)


def _patient(args: Namespace) -> int:
    with opened(args) as clinic:
        patient = clinic.records.by_mrn(args.mrn)
        if args.history:
            show_history(clinic, patient.summary.id, as_json=args.json)
        elif args.json:
            json_document(_document(clinic, patient))
        else:
            _text(clinic, patient).show()
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
        "risks": _risks(clinic, id),
        "scores": plain(clinic.risks.kept_scores(id)),
    }


def _risks(clinic: Clinic, id: PatientId) -> list[Any]:
    """Kept estimates, each with whether it still says anything of the patient."""
    now = clinic.now()
    kept = clinic.risk_history.of_patient(id)
    said = plain(kept)
    return [{**each, "holds": not of.over(now)} for each, of in zip(said, kept, strict=True)]


def _text(clinic: Clinic, patient: Patient) -> RecordText:
    records, id = clinic.records, patient.summary.id
    return RecordText(
        patient=patient,
        latest=records.latest(id),
        conditions=records.conditions(id),
        medications=records.medications(id),
        allergies=records.allergies(id),
        encounters=records.encounters(id),
        zone=clinic.zone,
        now=clinic.now(),
    )
