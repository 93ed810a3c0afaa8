"""`clinicdesk bronze STORE list/get/verify/rebuild`: the imported files, as they came."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, add_verb, opened
from clinicdesk.domain.imported import KeptFile


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("bronze", help="the imported files as they came: list, get, check")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add_verb(verbs, "list", "every kept file, oldest first", _list)
    get = add_verb(verbs, "get", "write a file as it came; it is not encrypted any more", _get)
    get.add_argument("sha256", metavar="SHA256", help="as `list` gives it; its beginning will do")
    get.add_argument("--out", metavar="FILE", type=Path, required=True, help="where; a new file")
    add_verb(verbs, "verify", "read every file back and compare it", _verify)
    again = add_verb(verbs, "rebuild", "bring back what the files have and the record not", _again)
    again.add_argument("--look", action="store_true", help="only say what it would do")


def _list(args: Namespace) -> int:
    with opened(args) as clinic:
        kept = clinic.bronze.files()
    if args.json:
        json_document({"files": [_document(file) for file in kept]})
        return 0
    rows = [
        (
            file.sha256[:12],
            f"{file.size:,}",
            f"{file.packed:,}",
            ", ".join(map(str, file.imports)),
            file.name,
        )
        for file in kept
    ]
    table(("SHA-256", "Bytes", "Kept in", "Imports", "Name"), rows)
    return 0


def _document(file: KeptFile) -> dict[str, Any]:
    return {
        "sha256": file.sha256,
        "name": file.name,
        "size": file.size,
        "packed": file.packed,
        "kept_at": file.kept_at.isoformat(),
        "imports": list(file.imports),
    }


def _get(args: Namespace) -> int:
    with opened(args) as clinic:
        file = clinic.bronze.save(args.sha256, args.out, counter(quiet=args.json))
    if args.json:
        json_document(_document(file))
    else:
        say(f"{args.out.name} is {file.name} as it was imported. It is not encrypted.")
    return 0


def _verify(args: Namespace) -> int:
    with opened(args) as clinic:
        whole = clinic.bronze.verify(counter(quiet=args.json))
    if args.json:
        json_document({"whole": whole})
    else:
        say(f"{whole} kept files are byte for byte what was imported.")
    return 0


def _again(args: Namespace) -> int:
    with opened(args) as clinic:
        way = clinic.rereading.check if args.look else clinic.rereading.run
        found = way(counter(quiet=args.json))
    if args.json:
        json_document(found.as_json())
    elif found.is_whole:
        say(f"{found.imports} imports were read again: the record says what the files say.")
    else:
        tables = sorted({*found.inserted, *found.changed})
        rows = [
            (t, f"{found.inserted.get(t, 0):,}", f"{found.changed.get(t, 0):,}") for t in tables
        ]
        table(("Table", "Missing", "Different"), rows)
        say(
            "Nothing was changed yet." if args.look else "The record says what the files say again."
        )
    return 0
