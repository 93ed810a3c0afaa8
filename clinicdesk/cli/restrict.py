"""`clinicdesk restrict STORE --patient MRN`: open a record to few, and say to whom."""

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("restrict", help="open a record to few")
    add_store(parser)
    parser.add_argument(
        "--patient", metavar="MRN", required=True, help="the record number, as the source writes it"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--reason", metavar="TEXT", help="restrict it, for this reason")
    what.add_argument("--lift", metavar="TEXT", help="open it to everybody, for this reason")
    what.add_argument("--grant", metavar="LOGIN", help="open it to this account as well")
    what.add_argument("--withdraw", metavar="LOGIN", help="close it to this account")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_restrict)


def _restrict(args: Namespace) -> int:
    with opened(args) as clinic:
        patient = clinic.patients.by_mrn(args.patient).id
        _change(clinic, patient, args)
        found = _found(clinic, patient, args.patient)
        if args.json:
            json_document(found)
        else:
            _tell(clinic, patient)
    return 0


def _change(clinic: Clinic, patient: PatientId, args: Namespace) -> None:
    restrictions = clinic.restrictions
    verbs: dict[str, Callable[[PatientId, str], None]] = {
        "reason": restrictions.restrict,
        "lift": restrictions.unrestrict,
        "grant": restrictions.grant,
        "withdraw": restrictions.withdraw,
    }
    for name, verb in verbs.items():
        if getattr(args, name) is not None:
            verb(patient, getattr(args, name))


def _found(clinic: Clinic, patient: PatientId, mrn: str) -> dict[str, Any]:
    (line,) = clinic.patients.read([patient])
    grants = clinic.restrictions.grants(patient) if line.restricted else []
    return {"mrn": mrn, "restricted": line.restricted, "granted_to": [g.login for g in grants]}


def _tell(clinic: Clinic, patient: PatientId) -> None:
    (line,) = clinic.patients.read([patient])
    if not line.restricted:
        say("The record is open to everybody whose role reads records.")
        return
    say("The record is restricted. It is open to:")
    table(
        ("Account", "Granted by", "On"),
        [
            (grant.login, grant.granted_by, instant_text(grant.at, clinic.zone))
            for grant in clinic.restrictions.grants(patient)
        ],
    )
