"""`clinicdesk report STORE --patient MRN --out FILE.pdf`: a record on paper."""

import hashlib
from argparse import Namespace
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import add_store, opened
from clinicdesk.reports.printing import PageSize

_SIZES = {"A4": PageSize.A4, "Letter": PageSize.LETTER}


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("report", help="print a record to a PDF")
    add_store(parser)
    parser.add_argument(
        "--patient", metavar="MRN", required=True, help="the record number, as the source writes it"
    )
    parser.add_argument("--out", metavar="FILE.pdf", type=Path, required=True)
    parser.add_argument("--page-size", choices=sorted(_SIZES), default="A4")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_report)


def _report(args: Namespace) -> int:
    with opened(args) as clinic:
        patient = clinic.records.by_mrn(args.patient)
        page_size = _SIZES[args.page_size]
        clinic.reports.patient_report(patient.summary.id, args.out, page_size=page_size)
    pdf = args.out.read_bytes()
    if args.json:
        json_document(
            {
                "pdf": str(args.out),
                "bytes": len(pdf),
                "sha256": hashlib.sha256(pdf).hexdigest(),
            }
        )
    else:
        say(f"Wrote {args.out}, {len(pdf):,} bytes. It holds a patient's data: keep it safe.")
    return 0
