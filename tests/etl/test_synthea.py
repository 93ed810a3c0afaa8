"""Synthea's export: everything arrives or is refused with a reason, counted independently."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinicdesk.domain.catalog import catalog
from clinicdesk.services.import_report import ImportReport
from tests.etl.factories import Desk

TABLES = {
    "patients": "patient",
    "encounters": "encounter",
    "conditions": "condition",
    "observations": "observation",
    "medications": "medication",
    "allergies": "allergy",
}


@pytest.fixture
def export(shared_data: Path) -> Path:
    [path] = (shared_data / "synthea").glob("*.zip")
    return path


@pytest.fixture
def imported(desk: Desk, export: Path) -> ImportReport:
    return desk.imports.run([export])


def rows(export: Path, table: str) -> Iterator[dict[str, str]]:
    """The rows of a member, by nothing but the standard library."""
    with zipfile.ZipFile(export) as archive, archive.open(f"{table}.csv") as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline=""))


def test_every_row_of_every_table_is_accounted_for(export: Path, imported: ImportReport) -> None:
    read = {table: imported.counts[table].read for table in TABLES.values()}
    assert read == {ours: len(list(rows(export, theirs))) for theirs, ours in TABLES.items()}
    rejected = Counter(reject.table for reject in imported.rejects)
    assert {t: c.rejected for t, c in imported.counts.items() if c.rejected} == rejected
    assert all(reject.rule and reject.message and reject.text for reject in imported.rejects)


def test_patients_and_encounters_all_arrive(
    desk: Desk, export: Path, imported: ImportReport
) -> None:
    assert {mrn for (mrn,) in desk.rows("patient", "mrn")} == {
        row["Id"] for row in rows(export, "patients")
    }
    assert {number for (number,) in desk.rows("encounter", "number")} == {
        row["Id"] for row in rows(export, "encounters")
    }


def test_numeric_observations_of_the_catalogue_arrive_or_are_refused(
    desk: Desk, export: Path, imported: ImportReport
) -> None:
    """As the issue demands: by code, those in the file are those loaded and those refused."""
    wanted = Counter(
        row["CODE"]
        for row in rows(export, "observations")
        if row["TYPE"] == "numeric" and catalog().by_code(row["CODE"])
    )
    loaded = Counter(code for (code,) in desk.rows("observation", "original_code"))
    texts = [next(csv.reader([r.text])) for r in imported.rejects if r.table == "observation"]
    refused = Counter(cells[4] for cells in texts)
    assert sum(wanted.values()) > 8000
    assert {code: loaded[code] + refused[code] for code in wanted} == dict(wanted)


def test_what_is_refused_deserves_it(imported: ImportReport) -> None:
    """Protein of 78.8 g/dL (it is g/L), and a filtration rate per 1.73 m2 in plain mL/min."""
    assert {r.rule for r in imported.rejects} == {"implausible-value", "unknown-unit"}
    known = ("2885-2: ", "(mL/min of 33914-3)")
    assert all(any(text in r.message for text in known) for r in imported.rejects)


def test_values_are_those_of_the_file(desk: Desk, export: Path, imported: ImportReport) -> None:
    wanted = sorted(
        (row["CODE"], float(row["VALUE"]))
        for row in rows(export, "observations")
        if row["CODE"] in {"8867-4", "8480-6", "2160-0"}
    )
    where = "original_code, value"
    found = [pair for pair in desk.rows("observation", where, where) if pair[0] in dict(wanted)]
    assert sorted(found) == wanted


def test_equations_for_the_filtration_rate_are_not_mixed(
    desk: Desk, imported: ImportReport
) -> None:
    codes = {code for (code,) in desk.rows("observation", "DISTINCT code", "code")}
    assert "33914-3" in codes  # MDRD keeps its code
    assert "98979-8" not in codes  # nothing here was calculated with CKD-EPI 2021
    assert "38483-4" not in codes  # creatinine in blood is creatinine
    display = dict(desk.rows("observation", "code, display", "code"))
    assert display["93027-1"] == "Are you a refugee?"


def test_the_members_without_a_table_are_listed_and_no_error(imported: ImportReport) -> None:
    why = {file.name: file.why for file in imported.files if not file.table}
    assert len(why) == 12
    assert why["claims.csv"] == "not imported: the store has no table for claims."


def test_the_second_time_nothing_is_new(desk: Desk, export: Path, imported: ImportReport) -> None:
    before = {table: desk.rows(table) for table in imported.counts}
    again = desk.imports.run([export])
    assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}
    assert {table: desk.rows(table) for table in imported.counts} == before
    assert again.rejects == imported.rejects


def test_unpacked_files_are_the_same_import(
    desk: Desk, export: Path, imported: ImportReport, tmp_path: Path
) -> None:
    with zipfile.ZipFile(export) as archive:
        archive.extractall(tmp_path / "unpacked", [f"{table}.csv" for table in TABLES])
    again = desk.imports.run(sorted((tmp_path / "unpacked").iterdir()))
    assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}
