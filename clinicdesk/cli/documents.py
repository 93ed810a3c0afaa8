"""`clinicdesk documents STORE MRN [add FILE / get ID OUT]`: the documents of a patient."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_document, plain, say, table
from clinicdesk.cli.store import add_store, add_verb, opened
from clinicdesk.domain.content_type import CONTENT_TYPES
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.document import Document
from clinicdesk.services.clinic import Clinic


def add(commands: Any) -> None:
    """Register the command and its verbs."""
    parser = commands.add_parser("documents", help="a patient's documents: list, add, get")
    add_store(parser)
    parser.add_argument("mrn", metavar="MRN", help="the record number, as the source writes it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_list)
    verbs = parser.add_subparsers(metavar="VERB")
    adding = add_verb(verbs, "add", "attach a PDF, PNG, JPEG, TIFF or DICOM file", _add)
    adding.add_argument("file", metavar="FILE", type=Path)
    adding.add_argument("--title", default="", help="what the record calls it, else its file name")
    getting = add_verb(verbs, "get", "write a document to a file, in plain", _get)
    getting.add_argument("id", metavar="ID", type=int, help="as the list numbers it")
    getting.add_argument("out", metavar="OUT", type=Path)


def _list(args: Namespace) -> int:
    with opened(args) as clinic:
        patient = clinic.patients.by_mrn(args.mrn).id
        found = clinic.documents.of_patient(patient)
        if args.json:
            json_document({"mrn": args.mrn, "documents": [_as_json(each) for each in found]})
        elif not found:
            say("This patient has no documents. `add FILE` attaches one.")
        else:
            _tell(clinic, found)
    return 0


def _add(args: Namespace) -> int:
    with opened(args) as clinic:
        patient = clinic.patients.by_mrn(args.mrn).id
        added = clinic.documents.add(patient, args.file, args.title)
    if args.json:
        json_document(_as_json(added))
    else:
        kind = CONTENT_TYPES[added.content_type].name
        say(f"Added document {added.id}: {kind}, {added.size:,} bytes, SHA-256 {added.sha256}.")
        if added.active_content:
            say(f"It contains {', '.join(added.active_content)}, which ClinicDesk never runs.")
    return 0


def _get(args: Namespace) -> int:
    with opened(args) as clinic:
        patient = clinic.patients.by_mrn(args.mrn).id
        document = clinic.documents.save(patient, args.id, args.out)
    if args.json:
        json_document({"file": str(args.out), **_as_json(document)})
    else:
        say(f"Wrote {args.out}. It is not encrypted and holds a patient's data: keep it safe.")
    return 0


def _tell(clinic: Clinic, found: Sequence[Document]) -> None:
    table(
        ("ID", "Title", "Kind", "Bytes", "Added", "By", "SHA-256"),
        [
            (
                str(each.id),
                each.title,
                CONTENT_TYPES[each.content_type].name,
                f"{each.size:,}",
                instant_text(each.created_at, clinic.zone),
                each.added_by,
                each.sha256[:16],
            )
            for each in found
        ],
    )


def _as_json(document: Document) -> dict[str, Any]:
    return {"id": document.id, **plain(document)}
