"""Excel workbooks: each sheet is a table, read as it shows and never calculated (F42)."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from clinicdesk.errors import BadInput
from clinicdesk.etl.readers import excel
from clinicdesk.etl.readers.excel import sheets
from tests.etl.factories import Desk


def workbook(**tables: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_sheets_become_patients_and_visits(desk: Desk) -> None:
    raw = workbook(
        People=[
            ["Ward 3, export of March"],
            [],
            ["patient_id", "gender", "birth_date", "family_name"],
            ["P1", "F", date(1950, 2, 1), 'Müller, "Ana"'],
            [],
            ["P2", "M", datetime.fromisoformat("1980-12-31"), "two\nlines"],
        ],
        Visits=[
            ["visit_id", "patient_id", "visit_date", "heart_rate", "readmitted"],
            ["V1", "P1", datetime.fromisoformat("2026-03-01T10:30"), 70.5, True],
        ],
        Empty=[],
    )
    report = desk.run({"ward.xlsx": raw})
    assert not report.rejects
    assert [file.name for file in report.files] == ["ward.xlsx!People", "ward.xlsx!Visits"]
    assert desk.rows("patient", "mrn, birth_date, family_name, row") == [
        ("P1", "1950-02-01", 'Müller, "Ana"', 1),
        ("P2", "1980-12-31", "two\nlines", 3),
    ]
    assert desk.rows("encounter", "started_at, readmitted") == [(1772357400000, 1)]
    again = desk.run({"ward.xlsx": raw})
    assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}


def test_identifiers_keep_the_zeros_they_show_and_rounded_ones_are_told(desk: Desk) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["patient_id", "gender"], [7, "F"], [1234567890123456789, "M"], [12, "M"]):
        sheet.append(row)
    sheet["A2"].number_format = "00000"
    report = desk.run({"p.xlsx": _saved(book)})
    assert desk.rows("patient", "mrn") == [("00007",), ("12",)]
    assert [reject.rule for reject in report.rejects] == ["damaged-id"]


def test_a_formula_is_what_it_showed_last_and_is_never_calculated() -> None:
    raw = workbook(T=[["a", "b"], [1, "=1+1"]])  # no program has shown it yet
    [(_, rows)] = sheets("t.xlsx", raw)
    assert rows == [["a", "b"], ["1", ""]]


@pytest.mark.parametrize("raw", [b"PK\x03\x04 no zip", workbook(T=[["a"]])[:-200]])
def test_a_damaged_workbook_is_refused(desk: Desk, raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"p\.xlsx is a damaged workbook|packed file"):
        desk.run({"p.xlsx": raw})


def test_a_workbook_is_read_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "PARTS", 2)
    with pytest.raises(BadInput, match="unpacked"):
        list(sheets("t.xlsx", workbook(T=[["a"]])))


def test_two_cells_far_apart_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "CELLS", 1_000)
    book = Workbook()
    book.worksheets[0]["A1"] = book.worksheets[0]["ZZ40"] = "x"
    with pytest.raises(BadInput, match="more than 1,000 cells"):
        list(sheets("t.xlsx", _saved(book)))


def test_collected_workbooks_are_read_or_refused(shared_data: Path) -> None:
    paths = sorted((shared_data / "nasty_csv" / "frictionless").rglob("*.xlsx"))
    assert len(paths) > 10
    for path in paths:
        try:
            tables = dict(sheets(path.name, path.read_bytes()))
        except BadInput:
            continue
        assert all(len({len(row) for row in rows}) == 1 for rows in tables.values())


def test_a_workbook_of_countless_parts_is_refused_before_their_list_is_read() -> None:
    """G02: a list of a million parts would fill the memory by itself."""
    raw = workbook(p=[["patient_id"], ["P1"]])
    end = raw.rindex(b"PK\5\6")
    many = raw[: end + 8] + b"\xff\xff\xff\xff" + raw[end + 12 :]
    with pytest.raises(BadInput, match="more than 1000 files"):
        list(sheets("p.xlsx", many))


def test_a_workbook_whose_parts_share_their_bytes_is_refused() -> None:
    """G02: the overlapping zip bomb, in a workbook's clothes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/other.xml", "<workbook/>")
        archive.filelist[1].header_offset = archive.filelist[0].header_offset
    with pytest.raises(BadInput, match="names the same file twice"):
        list(sheets("p.xlsx", out.getvalue()))


def test_a_part_under_a_password_is_said() -> None:
    raw = bytearray(workbook(p=[["patient_id"], ["P1"]]))
    at = raw.index(b"PK\1\2")
    raw[at + 8] |= 1
    with pytest.raises(BadInput, match="protected by a password"):
        list(sheets("p.xlsx", bytes(raw)))
