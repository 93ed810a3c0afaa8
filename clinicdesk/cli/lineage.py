"""`clinicdesk lineage STORE MRN`: where a value came from: file, row, line, and what was done."""

from argparse import Namespace
from typing import Any

from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.domain.change import Recorded
from clinicdesk.domain.lineage import Lineage, Origin
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import RecordNotFound
from clinicdesk.services.clinic import Clinic

_KINDS = [kind.value for kind in Recorded if kind is not Recorded.DOCUMENT]


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("lineage", help="where a value came from")
    add_store(parser)
    parser.add_argument("mrn", metavar="MRN", help="the patient's record number")
    parser.add_argument("--kind", choices=_KINDS, default="patient", help="what it is part of")
    parser.add_argument("--code", default="", help="the newest result of this LOINC code")
    parser.add_argument(
        "--number",
        metavar="N",
        type=int,
        default=1,
        help="which one of the record's, the newest is 1",
    )
    parser.add_argument("--column", default="", help="one column of it: birth_date, phone")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_lineage)


def _lineage(args: Namespace) -> int:
    with opened(args) as clinic:
        patient_id = clinic.records.by_mrn(args.mrn).summary.id
        kind = Recorded.OBSERVATION if args.code else Recorded(args.kind)
        row_id = _row(clinic, patient_id, kind, args)
        found = clinic.lineages.of(patient_id, kind, row_id, args.column)
    if args.json:
        json_document(found.as_json())
    else:
        _show(found)
    return 0


def _row(clinic: Clinic, patient_id: PatientId, kind: Recorded, args: Namespace) -> int:
    if kind is Recorded.PATIENT:
        return int(patient_id)
    ids = _ids(clinic, patient_id, kind, args.code)
    if not 1 <= args.number <= len(ids):
        raise RecordNotFound(f"The record has {len(ids)} of this kind. The newest is number 1.")
    return ids[int(args.number) - 1]


def _ids(clinic: Clinic, patient_id: PatientId, kind: Recorded, code: str) -> list[int]:
    """Row ids, the newest first."""
    records = clinic.records
    if kind is Recorded.OBSERVATION:
        oldest_first = records.observations(patient_id, [code] if code else None)
        return [each.id for each in reversed(oldest_first)]
    found: dict[Recorded, Any] = {
        Recorded.ENCOUNTER: records.encounters,
        Recorded.CONDITION: records.conditions,
        Recorded.MEDICATION: records.medications,
        Recorded.ALLERGY: records.allergies,
    }
    return [each.id for each in found[kind](patient_id)]


def _show(found: Lineage) -> None:
    for origin in found.origins:
        _origin(origin)
    if not found.origins:
        say("No import brought it: a person entered it.")
    for change in found.changes:
        say(f"Changed {change}")


def _origin(origin: Origin) -> None:
    inside = f" in {origin.picked}" if origin.picked not in ("", origin.file) else ""
    say(f"Import {origin.import_id} by {origin.by}, {origin.imported_at:%Y-%m-%d %H:%M} UTC")
    say(f"  {origin.file}{inside}, row {origin.row}, SHA-256 {origin.sha256}")
    if origin.missing:
        say(f"  {origin.missing}")
    marks = {(True, True): "the value", (False, True): "used"}
    rows = [
        (cell.header, cell.text, cell.mended, marks.get((cell.is_source, cell.is_used), ""))
        for cell in origin.cells
    ]
    if rows:
        table(("Column", "In the file", "Mended", ""), rows)
    for step in origin.steps:
        say(f"  {step}")
