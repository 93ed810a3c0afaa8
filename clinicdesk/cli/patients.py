"""`clinicdesk patients STORE`: the list, or a search in it."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import date
from typing import Any

from clinicdesk.cli.output import json_line, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.display import (
    birth_text,
    gender_text,
    mrn_text,
    name_text,
)
from clinicdesk.domain.patient import PatientSummary
from clinicdesk.services.clinic import Clinic

_PAGE = 500  # lines read at a time


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("patients", help="list or search the patients")
    add_store(parser)
    parser.add_argument(
        "--search", default="", metavar="TEXT", help="the start of names, record number, birthday"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(handler=_patients)


def _patients(args: Namespace) -> int:
    with opened(args) as clinic:
        found = _found(clinic, args.search)
        if args.json:
            for person in found:
                json_line(as_json(person))
        else:
            _show(clinic, list(found))
    return 0


def _found(clinic: Clinic, text: str) -> Iterator[PatientSummary]:
    ids = clinic.patients.find(text)
    for first in range(0, len(ids), _PAGE):
        yield from clinic.patients.read(ids[first : first + _PAGE])


def _show(clinic: Clinic, people: list[PatientSummary]) -> None:
    today = clinic.now().astimezone(clinic.zone).date()
    table(("ID", "Name", "Born", "Gender", ""), [_row(person, today) for person in people])
    say()
    say(f"{len(people):,} patient{'' if len(people) == 1 else 's'}")


def _row(person: PatientSummary, today: date) -> tuple[str, ...]:
    return (
        mrn_text(person),
        name_text(person),
        birth_text(person, today),
        gender_text(person.gender),
        "restricted" if person.restricted else "",
    )


def as_json(person: PatientSummary) -> dict[str, str | None]:
    """One line of the list, as scripts know it."""
    return {
        "mrn": person.mrn,
        "family_name": person.family_name,
        "given_name": person.given_name,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "sex": person.gender,
    }
