"""Rejected rows, mended in their own file, come in through the same door (F35)."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.spreadsheet import harmless
from clinicdesk.errors import BadInput
from clinicdesk.etl.mended import COLUMNS, _original
from tests.etl.factories import PATIENTS, Desk, rules_of

VISITS = (
    "visit_id;patient_id;visit_date;diagnosis_description;blood_pressure;length_of_stay\n"
    'V1;P1;yesterday;"=a; b";120/80;1,5\n'
    "V2;P1;2026-03-01;x;80/120;2\n"
    "V3;P1;2026-03-01;x;120/80;2\n"
)


@pytest.fixture
def rejects(desk: Desk) -> Path:
    """The reject file of an import with rows of two files that could not be."""
    broken = PATIENTS + "-P3,F,1950-02-01,x\n"
    report = desk.run({"patients.csv": broken, "visits.csv": VISITS})
    assert [(table, row) for table, row, *_ in rules_of(report)] == [
        ("patient", 3),
        ("encounter", 1),
        ("observation", 2),
        ("observation", 2),
    ]
    out = desk.folder / "rejects.csv"
    report.write_rejects(out)
    return out


def test_unmended_rows_are_refused_again_for_the_same_reasons(desk: Desk, rejects: Path) -> None:
    report = desk.imports.run([rejects])
    assert [file.name for file in report.files] == ["patients.csv", "visits.csv"]
    assert [r.rule for r in report.rejects] == [
        "ragged-row",
        "bad-date",
        "diastolic-not-below-systolic",
        "diastolic-not-below-systolic",
    ]
    assert report.rejects[0].text == "-P3,F,1950-02-01,x"
    assert {(c.inserted, c.updated) for c in report.counts.values()} == {(0, 0)}


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_mended_rows_arrive(desk: Desk, rejects: Path, sign: str) -> None:
    """As a spreadsheet saves it, with any of its delimiters and a byte order mark."""
    mended = (
        rejects.read_text(encoding="utf-8")
        .replace("'-P3,F,1950-02-01,x", "-P3,F,1950-02-01")
        .replace("yesterday", "2026-03-02")
        .replace("80/120", "120/80")
    )
    out = io.StringIO()
    csv.writer(out, delimiter=sign).writerows(csv.reader(io.StringIO(mended)))
    rejects.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())
    report = desk.imports.run([rejects])
    assert report.rejects == []
    assert desk.rows("patient", "mrn")[-1] == ("-P3",)
    columns = "number, reason_text, length_of_stay"
    assert desk.rows("encounter", columns, "number")[0] == ("V1", "=a; b", 1.5)
    assert report.counts["observation"].inserted == 4
    assert report.counts["encounter"].unchanged == 1


def test_a_reject_file_whose_quotes_broke_is_said(desk: Desk) -> None:
    text = ",".join(COLUMNS) + '\nv.csv,1,a,b,c,d,"' + "x" * (2 << 20)
    with pytest.raises(BadInput, match="its quotes are broken"):
        desk.run({"rejects.csv": text})


@given(st.text(max_size=6) | st.text(st.sampled_from("'= -a"), max_size=6))
def test_what_is_made_harmless_comes_back(text: str) -> None:
    assert _original(str(harmless(text))) == text


def test_rejects_of_a_past_import_come_back_mended(desk: Desk) -> None:
    """The report is long closed; its rejects are written from the store."""
    desk.run({"patients.csv": PATIENTS})
    wrong = "patient_id,timestamp,heart_rate\nP1,2026-01-01 08:00,71\nP2,2026-01-01 08:00,x\n"
    now = desk.run({"vitals.csv": wrong})
    now.write_rejects(desk.folder / "now.csv")
    assert desk.imports.write_rejects(2, desk.folder / "later.csv") == 1
    assert (desk.folder / "later.csv").read_text() == (desk.folder / "now.csv").read_text()
    text = (desk.folder / "later.csv").read_text().replace(",x", ",80")
    (desk.folder / "later.csv").write_text(text)
    assert desk.imports.run([desk.folder / "later.csv"]).counts["observation"].inserted == 1
