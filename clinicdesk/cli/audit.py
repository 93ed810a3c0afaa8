"""`clinicdesk audit STORE`: who did what, and whether that was changed."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.audit import OUTCOMES, AuditEvent, AuditFilter, action_text
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.roles import Action, may
from clinicdesk.errors import RecordNotFound
from clinicdesk.services.clinic import Clinic

_MOST = 200  # events


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("audit", help="who did what: list, check, export, sign")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--verify", action="store_true", help="look for the first event changed")
    does.add_argument(
        "--export", metavar="FILE", type=Path, help="to .csv for people, to .jsonl for a check"
    )
    does.add_argument("--anchor", metavar="FILE", type=Path, help="check it all and sign it")
    does.add_argument(
        "--check-anchor", metavar="FILE", type=Path, help="whether all is there that it was of"
    )
    about = parser.add_argument_group("which events")
    about.add_argument("--patient", metavar="MRN", help="about this record")
    about.add_argument("--user", metavar="LOGIN", help="of this person")
    about.add_argument("--action", metavar="NAME", help="as in the list: patient.view", default="")
    about.add_argument("--outcome", choices=OUTCOMES, default="")
    about.add_argument("--since", metavar="DATE", type=_day, help="from this day on: 2026-03-01")
    about.add_argument("--until", metavar="DATE", type=_day, help="up to and with this day")
    about.add_argument("--limit", metavar="N", type=int, default=_MOST, help="default 200")
    parser.set_defaults(handler=_audit)


def _audit(args: Namespace) -> int:
    with opened(args) as clinic:
        if args.verify:
            return _verify(args, clinic)
        if args.anchor:
            return _anchor(args, clinic)
        if args.check_anchor:
            return _check_anchor(args, clinic)
        if args.patient and not may(clinic.principal.role, Action.AUDIT_READ):
            return _who_saw(args, clinic)
        wanted = _wanted(args, clinic)
        if args.export:
            return _export(args, clinic, wanted)
        return _list(args, clinic, wanted)


def _verify(args: Namespace, clinic: Clinic) -> int:
    found = clinic.audit.verify(counter(quiet=args.json))
    fault = found.first_fault
    if args.json:
        said = {"seq": fault.seq, "what": fault.what} if fault else None
        told = {"checked": found.checked, "first": found.first, "last": found.last}
        json_document({"ok": found.ok, **told, "first_fault": said})
    elif fault:
        say(f"NOT OK. {fault.what}")
    else:
        say(f"{found.checked:,} events, {found.first} to {found.last}, are as they were written.")
    return 0 if found.ok else 1


def _anchor(args: Namespace, clinic: Clinic) -> int:
    made = clinic.audit.anchor(args.anchor, counter(quiet=args.json))
    if args.json:
        json_document({"file": str(args.anchor), "seq": made.seq, "code": made.code})
    else:
        say(f"Signed events 1 to {made.seq}, {made.code}. Keep the file away from this computer.")
    return 0


def _check_anchor(args: Namespace, clinic: Clinic) -> int:
    fault = clinic.audit.check_anchor(args.check_anchor)
    if args.json:
        said = {"seq": fault.seq, "what": fault.what} if fault else None
        json_document({"ok": fault is None, "first_fault": said})
    else:
        say(f"NOT OK. {fault.what}" if fault else "The event that was signed is here, unchanged.")
    return 1 if fault else 0


def _export(args: Namespace, clinic: Clinic, wanted: AuditFilter) -> int:
    clinic.audit.export(args.export, wanted, counter(quiet=args.json))
    if args.json:
        json_document({"file": str(args.export)})
    else:
        say(f"Exported the audit to {args.export.name}.")
    return 0


def _who_saw(args: Namespace, clinic: Clinic) -> int:
    """What somebody may ask who treats the patient and does not read the whole audit."""
    patient = clinic.patients.by_mrn(args.patient)
    _show(args, clinic, clinic.audit.who_saw(patient.id).events)
    return 0


def _list(args: Namespace, clinic: Clinic, wanted: AuditFilter) -> int:
    page = clinic.audit.search(wanted, limit=max(1, args.limit))
    _show(args, clinic, page.events)
    if page.before and not args.json:
        say(f"There are older ones: --limit {args.limit * 10}, or say which.")
    return 0


def _show(args: Namespace, clinic: Clinic, events: Sequence[AuditEvent]) -> None:
    if args.json:
        json_document({"events": [_as_json(event) for event in events]})
        return
    titles = ("N", "When", "Who", "Role", "What", "Outcome", "About")
    table(titles, [_row(clinic, event) for event in events])


def _wanted(args: Namespace, clinic: Clinic) -> AuditFilter:
    patient = clinic.patients.by_mrn(args.patient) if args.patient else None
    until = args.until + timedelta(days=1) if args.until else None
    return AuditFilter(
        user_id=_user_id(clinic, args.user) if args.user else None,
        actions=(args.action,) if args.action else (),
        patient_id=patient.id if patient else None,
        outcome=args.outcome,
        since=args.since.replace(tzinfo=clinic.zone) if args.since else None,
        until=until.replace(tzinfo=clinic.zone) if until else None,
    )


def _user_id(clinic: Clinic, login: str) -> int:
    for person in clinic.audit.people():
        if person.login.casefold() == login.strip().casefold():
            return person.id
    raise RecordNotFound("There is no account with this login. `users list` shows them all.")


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day of the clinic's zone
    except ValueError:
        raise ArgumentTypeError("write a date like 2026-03-01") from None


def _row(clinic: Clinic, event: AuditEvent) -> tuple[str, ...]:
    about = event.object or " ".join(filter(None, (event.object_type, event.object_id)))
    when = instant_text(event.at, clinic.zone)
    what = action_text(event.action)
    return (str(event.seq), when, event.login, event.role, what, event.outcome, about)


def _as_json(event: AuditEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "login": event.login or None,
        "role": event.role,
        "action": event.action,
        "object_type": event.object_type or None,
        "object_id": event.object_id or None,
        "object": event.object or None,
        "outcome": event.outcome,
        "detail": event.detail,
    }
