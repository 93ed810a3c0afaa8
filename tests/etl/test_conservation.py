"""Whatever the cells: read = inserted + updated + unchanged + rejected, and twice is once (F35)."""

import csv
import io
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.storage import schema
from clinicdesk.storage.database import Database
from tests.etl.factories import Desk

IDS = st.sampled_from(["P1", "P2", "P3", "", "P 1", "1.2E+12"])
VISITS = st.sampled_from(["V1", "V2", "V3", "V4", ""])
DATES = st.sampled_from(
    ["2026-01-02", "2026-01-02T10:00Z", "02.01.2026", "3/4/2026", "1900-01-01", "2030-01-01", "?"]
)
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r"), max_size=5)
CELLS = {
    "patient_id": IDS,
    "gender": st.sampled_from(["F", "male", "1", "x", ""]),
    "birth_date": DATES,
    "name": TEXT,
    "bmi": st.sampled_from(["24", "0", "x", "", "400"]),
    "registration_date": DATES,
    "chronic_conditions": TEXT,
    "visit_id": VISITS,
    "visit_date": DATES,
    "blood_pressure": st.sampled_from(["120/80", "80/120", "12/8", "high", ""]),
    "heart_rate": st.sampled_from(["70", "-100", "", "72.5", "x"]),
    "severity_score": st.sampled_from(["1", "11", "", "x"]),
    "prescription_id": st.sampled_from(["R1", "R2", ""]),
    "drug_name": TEXT,
    "quantity": st.sampled_from(["28", "-1", "", "many"]),
    "timestamp": DATES,
    "code": st.sampled_from(["HR", "8480-6", "8462-4", "temp", "XYZ", ""]),
    "value": st.sampled_from(["70", "36.6", ">60", "", "x", "8388607"]),
    "unit": st.sampled_from(["/min", "mmHg", "", "furlong", "degF"]),
}
FILES = {
    "patients.csv": (
        "patient_id",
        "gender",
        "birth_date",
        "name",
        "bmi",
        "registration_date",
        "chronic_conditions",
    ),
    "visits.csv": (
        "visit_id",
        "patient_id",
        "visit_date",
        "blood_pressure",
        "heart_rate",
        "severity_score",
    ),
    "prescriptions.csv": ("prescription_id", "patient_id", "drug_name", "quantity", "visit_id"),
    "vitals.csv": ("patient_id", "timestamp", "code", "value", "unit"),
}
ROWS = st.fixed_dictionaries(
    {
        name: st.lists(st.tuples(*(CELLS[column] for column in columns)), max_size=7)
        for name, columns in FILES.items()
    }
)
MAIN = {"patients.csv": "patient", "visits.csv": "encounter", "prescriptions.csv": "medication"}


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_no_row_is_lost_and_none_is_made(rows: dict[str, list[tuple[str, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = _desk(Path(folder))
        files = {name: _csv(FILES[name], lines) for name, lines in rows.items()}
        files["patients.csv"] += "SAFE,F,,,,,\r\n"  # else there may be nothing to import at all
        report = desk.run(files)
        filled = {
            name: [line for line in lines if any(map(str.strip, line))]
            for name, lines in rows.items()
        }
        for name, table in MAIN.items():
            extra = name == "patients.csv"
            read = report.counts[table].read if table in report.counts else 0
            assert read == len(filled[name]) + extra
        for table, counts in report.counts.items():
            assert len(desk.rows(table)) == counts.inserted
            assert counts.updated == 0
        rejected = Counter(reject.table for reject in report.rejects)
        assert {t: c.rejected for t, c in report.counts.items() if c.rejected} == dict(rejected)
        held = {table: desk.rows(table) for table in report.counts}
        again = desk.run(files)
        assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}
        assert again.rejects == report.rejects
        assert {table: desk.rows(table) for table in report.counts} == held
        desk.database.close()


def _desk(folder: Path) -> Desk:
    database = Database(folder / "clinic.db", bytes(32), create=True)
    with database.writing() as session:
        schema.upgrade(session)
    return Desk(folder, database)


def _csv(columns: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([columns, *lines])
    return out.getvalue()
