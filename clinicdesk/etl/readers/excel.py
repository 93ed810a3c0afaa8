"""Sheets of an Excel workbook as text: as it shows them, without calculating anything."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from clinicdesk.errors import BadInput
from clinicdesk.etl.archives import require_apart, require_short_list
from clinicdesk.etl.picked import Picked

UNPACKED = 128 << 20  # bytes of one workbook
CELLS = 10_000_000  # of one sheet, the empty ones between filled ones too
PARTS = 1000
EXACT = 10**15  # a spreadsheet keeps fifteen digits
_ENCRYPTED = 1  # the flag of a part
_ZEROS = re.compile(r"0{2,}")


def sheets(name: str, raw: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """Every sheet with something in it: its name and its rows, all of one width."""
    _check(name, raw)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = [[_text(cell) for cell in row] for row in _cells(sheet)]
            if any(any(row) for row in rows):
                yield sheet.title, _trimmed(name, rows)
        book.close()
    except BadInput:
        raise
    except Exception:  # noqa: BLE001 - openpyxl lets damage end in whatever its parsers raise
        raise BadInput(f"{name} is a damaged workbook. Save it again, or export CSV.") from None


def _cells(sheet: Any) -> Iterable[Sequence[Any]]:
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    rows: Iterable[Sequence[Any]] = sheet.iter_rows()
    return rows


def _check(name: str, raw: bytes) -> None:
    """Hold the parts of the workbook, a zip, to what a zip of tables is held to."""
    if not zipfile.is_zipfile(io.BytesIO(raw)):
        raise BadInput(f"{name} is a damaged workbook. Save it again, or export CSV.")
    require_short_list(Picked(name, len(raw), lambda: io.BytesIO(raw)))
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise BadInput(f"{name} is a damaged workbook. Save it again, or export CSV.") from None
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise BadInput(f"{name} is larger than {UNPACKED >> 20} MiB unpacked. Export it as CSV.")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise BadInput(f"{name} is protected by a password. Save it without one.")
    require_apart(name, parts)


def _trimmed(name: str, rows: list[list[str]]) -> list[list[str]]:
    """The rows as wide as the widest, without the empty columns that formatting leaves behind."""
    width = max(max((at + 1 for at, cell in enumerate(row) if cell), default=0) for row in rows)
    if width * len(rows) > CELLS:
        raise BadInput(f"{name}: a sheet has more than {CELLS:,} cells. Export it as CSV.")
    return [(row + [""] * width)[:width] for row in rows]


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return str(value)


def _number(value: float, shown_as: str) -> str:
    """The number; with leading zeros where the sheet shows them; rounded ones as such."""
    whole = value == int(value) if abs(value) < float("inf") else False
    if not whole:
        return repr(value)
    if abs(value) >= EXACT:
        return f"{value:.2E}"  # no identifier any more, and the importer says so
    return str(int(value)).zfill(len(shown_as)) if _ZEROS.fullmatch(shown_as) else str(int(value))
