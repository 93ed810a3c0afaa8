"""`clinicdesk break-glass STORE --patient MRN --reason TEXT`: a restricted record, for an hour."""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.display import instant_text


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("break-glass", help="open a restricted record in an emergency")
    add_store(parser)
    parser.add_argument(
        "--patient", metavar="MRN", required=True, help="the record number, as the source writes it"
    )
    parser.add_argument(
        "--reason", metavar="TEXT", required=True, help="10 characters or more; it is reviewed"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_break_glass)


def _break_glass(args: Namespace) -> int:
    with opened(args) as clinic:
        patient = clinic.patients.by_mrn(args.patient).id
        access = clinic.emergencies.break_glass(patient, args.reason)
        if args.json:
            json_document(
                {
                    "emergency": access.id,
                    "mrn": args.patient,
                    "at": access.at.isoformat(),
                    "expires_at": access.expires_at.isoformat(),
                }
            )
        else:
            say(f"The record is open to you until {instant_text(access.expires_at, clinic.zone)}.")
            say("What you do with it is marked in the audit, and an administrator reviews it.")
    return 0
