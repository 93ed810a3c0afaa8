"""`clinicdesk reviews STORE`: emergencies in which a restricted record was opened."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, add_verb, opened
from clinicdesk.domain.display import instant_text, name_text
from clinicdesk.domain.restriction import EmergencyAccess
from clinicdesk.services.clinic import Clinic


def add(commands: Any) -> None:
    """Register the command and its verbs."""
    parser = commands.add_parser("reviews", help="emergency accesses: review them, sign them off")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_queue)
    verbs = parser.add_subparsers(metavar="VERB")
    add_verb(verbs, "done", "what was reviewed, with the comments", _done)
    signed = add_verb(verbs, "sign-off", "say what the review found", _sign_off)
    signed.add_argument("number", metavar="N", type=int, help="its number in the queue")
    signed.add_argument("--comment", metavar="TEXT", required=True)


def _queue(args: Namespace) -> int:
    with opened(args) as clinic:
        _show(args, clinic, clinic.emergencies.to_review(), "There is nothing to review.")
    return 0


def _done(args: Namespace) -> int:
    with opened(args) as clinic:
        _show(args, clinic, clinic.emergencies.reviewed(), "Nothing was reviewed yet.")
    return 0


def _sign_off(args: Namespace) -> int:
    with opened(args) as clinic:
        access = clinic.emergencies.sign_off(args.number, args.comment)
    if args.json:
        json_document(_as_json(access))
    else:
        say(f"Emergency access {access.id} is reviewed.")
    return 0


def _show(args: Namespace, clinic: Clinic, found: Sequence[EmergencyAccess], none: str) -> None:
    if args.json:
        json_document({"accesses": [_as_json(each) for each in found]})
    elif found:
        rows = [_row(clinic, each) for each in found]
        table(("N", "Opened", "By", "Patient", "ID", "Reason", "Review"), rows)
    else:
        say(none)


def _row(clinic: Clinic, access: EmergencyAccess) -> tuple[str, ...]:
    review = f"{access.reviewed_by}: {access.comment}" if access.reviewed_at else ""
    return (
        str(access.id),
        instant_text(access.at, clinic.zone),
        access.login,
        name_text(access.patient),
        access.patient.mrn,
        access.reason,
        review,
    )


def _as_json(access: EmergencyAccess) -> dict[str, Any]:
    return {
        "number": access.id,
        "mrn": access.patient.mrn,
        "login": access.login,
        "reason": access.reason,
        "at": access.at.isoformat(),
        "expires_at": access.expires_at.isoformat(),
        "reviewed_by": access.reviewed_by or None,
        "reviewed_at": access.reviewed_at.isoformat() if access.reviewed_at else None,
        "comment": access.comment or None,
    }
