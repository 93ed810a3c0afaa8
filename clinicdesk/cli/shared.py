"""`clinicdesk shared STORE`: the own record of a patient, as it was shared last."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from clinicdesk.cli.output import json_document, plain, say
from clinicdesk.cli.patients import as_json
from clinicdesk.cli.record_text import RecordText
from clinicdesk.cli.store import add_store, entered
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.shared import SharedCopy
from clinicdesk.errors import NotAllowed
from clinicdesk.services.shared_record import SharedRecord


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("shared", help="a patient's own record, as it was shared")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_shared)


def _shared(args: Namespace) -> int:
    with entered(args) as session:
        if not isinstance(session, SharedRecord):
            raise NotAllowed("This command is for the account of a patient.")
        copy = session.own_record.read()
        if args.json:
            json_document(_document(copy))
        else:
            _show(copy)
    return 0


def _document(copy: SharedCopy) -> dict[str, Any]:
    """As `patient --json`, with when and by which clinic it was shared."""
    found: dict[str, Any] = plain(copy)
    identity = found.pop("patient")
    summary = identity.pop("summary")
    return {
        **as_json(copy.patient.summary),
        "age_statement": summary["age_statement"],
        "deceased_on": summary["deceased_on"],
        **identity,
        **found,
    }


def _show(copy: SharedCopy) -> None:
    zone = ZoneInfo(copy.timezone)
    say(f"Shared by {copy.clinic_name} on {instant_text(copy.shared_at, zone)}.")
    say("What was recorded since is not in it.")
    say()
    RecordText(
        patient=copy.patient,
        latest=_latest(copy.observations),
        conditions=copy.conditions,
        medications=copy.medications,
        allergies=copy.allergies,
        encounters=copy.encounters,
        zone=zone,
        now=copy.shared_at,
    ).show()
    for risk in copy.risks:
        say()
        said = f"{risk.estimate.shown}, {risk.estimate.band}"
        until = f", until {instant_text(risk.expires_at, zone)}" if risk.expires_at else ""
        say(f"{risk.estimate.model}: {said} ({instant_text(risk.assessed_at, zone)}{until})")


def _latest(oldest_first: Sequence[Observation]) -> list[Observation]:
    return list({each.code: each for each in oldest_first}.values())
