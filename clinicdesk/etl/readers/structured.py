"""Workbooks, FHIR and HL7 become tables of text, and take the road of every other file then."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence

from clinicdesk.errors import BadInput
from clinicdesk.etl.readers.excel import sheets
from clinicdesk.etl.readers.fhir import resources
from clinicdesk.etl.readers.fhir_rows import rows_of_resources
from clinicdesk.etl.readers.hl7 import messages
from clinicdesk.etl.readers.hl7_rows import rows_of_messages
from clinicdesk.etl.sources import Source, opened

LARGEST = 256 << 20  # bytes: these formats are read as a whole
_HEAD = 4096
_WORKBOOK = b"PK\x03\x04"

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]


def tables_in(sources: Sequence[Source]) -> list[Source]:
    """Every source, or the tables in it. FHIR files are read together: they refer to each other."""
    kinds = [_kind(source) for source in sources]
    fhir = [source for source, kind in zip(sources, kinds, strict=True) if kind == "fhir"]
    found = _fhir(fhir)
    for source, kind in zip(sources, kinds, strict=True):
        if kind == "hl7":
            raw = _whole(source)
            tables = rows_of_messages(messages(source.name, raw))
            found += [_table(source, name, rows, raw) for name, rows in tables.items()]
        elif kind == "excel":
            found += _excel(source)
        elif kind == "text":
            found.append(source)
    return found


def _kind(source: Source) -> str:
    with opened(source) as stream:
        head = stream.read(_HEAD)
    if head.startswith(_WORKBOOK) and source.name.casefold().endswith((".xlsx", ".xlsm")):
        return "excel"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x0b")
    if start.startswith((b"MSH|", b"FHS|", b"BHS|")):
        return "hl7"
    return "fhir" if start.startswith(b"{") and b'"' in start[:200] else "text"


def _fhir(sources: Sequence[Source]) -> list[Source]:
    read = [(source, _whole(source)) for source in sources]
    found = [(source, raw, list(resources(source.name, raw))) for source, raw in read]
    everything = [resource for _, _, some in found for resource in some]
    return [
        _table(source, name, rows, raw)
        for source, raw, some in found
        for name, rows in rows_of_resources(some, everything).items()
    ]


def _excel(source: Source) -> list[Source]:
    raw = _whole(source)
    digest = hashlib.sha256(raw).hexdigest()
    found = [(name, _as_csv(rows)) for name, rows in sheets(source.name, raw)]
    return [
        _source(f"{source.name}!{name}", text, digest, several=source.in_archive or len(found) > 1)
        for name, text in found
    ]


def _whole(source: Source) -> bytes:
    if source.size > LARGEST:
        raise BadInput(f"{source.name} is larger than {LARGEST >> 20} MiB. Import it in parts.")
    with opened(source) as stream:
        return stream.read()


def _table(source: Source, name: str, rows: Sequence[Row], raw: bytes) -> Source:
    """Rows by name as a table; its columns are those that the first row names."""
    columns = list(rows[0])
    text = _as_csv([columns, *([row[column] for column in columns] for row in rows)])
    digest = hashlib.sha256(raw).hexdigest()
    return _source(f"{source.name}!{name}", text, digest, several=True)


def _as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _source(name: str, raw: bytes, digest: str, *, several: bool) -> Source:
    return Source(name, len(raw), lambda: io.BytesIO(raw), in_archive=several, origin=digest)
