"""A file is recognised by its header alone, and a unit is found in it or nowhere (F28, F30)."""

from pathlib import Path

import pytest

from clinicdesk.domain.catalog import catalog
from clinicdesk.errors import BadInput
from clinicdesk.etl.mapping import Mapped, map_columns, unit_of
from clinicdesk.etl.presets import presets
from tests.etl.factories import Desk, tables_of

WIDE = next(t for p in presets() for t in p.tables if t.target == "wide" and p.name == "vitals")


def wide(*headers: str, **units: str) -> Mapped:
    mapped = map_columns(WIDE, ("patient_id", "timestamp", *headers), catalog(), units)
    assert mapped is not None
    return mapped


@pytest.mark.parametrize(
    ("header", "code", "unit"),
    [
        ("Glucose (mg/dL)", "2345-7", "mg/dL"),
        ("glucose [mmol/L]", "2345-7", "mmol/L"),
        ("creatinine_umol_l", "2160-0", "umol/l"),
        ("Creatinine µmol/L", "2160-0", "µmol/L"),
        ("temp_f", "8310-5", "f"),
        ("Temperature Fahrenheit", "8310-5", "Fahrenheit"),
        ("weight_kg", "29463-7", "kg"),
        ("hba1c_mmol_mol", "4548-4", "mmol/mol"),
        ("WBC (10^9/L)", "6690-2", "10^9/L"),
        ("sodium (mEq/L)", "2951-2", "mEq/L"),
        ("heart_rate", "8867-4", "/min"),  # the convention of the preset
        ("SpO2", "59408-5", "%"),
        ("systolic", "8480-6", "mm[Hg]"),
        ("8462-4", "8462-4", "mm[Hg]"),
        ("egfr", "98979-8", ""),
        ("glucose", "2345-7", ""),
        ("temp", "8310-5", ""),
    ],
)
def test_a_wide_column_says_what_and_in_which_unit(header: str, code: str, unit: str) -> None:
    [measure] = wide(header).measures
    assert (measure.measure.code, measure.unit) == (code, unit)


def test_the_user_may_say_the_unit() -> None:
    [measure] = wide("glucose", glucose="mmol/L").measures
    assert (measure.unit, measure.origin) == ("mmol/L", "user")


def test_two_columns_never_become_one_measurement() -> None:
    mapped = wide("heart_rate", "pulse")
    assert [m.header for m in mapped.measures] == ["heart_rate"]
    assert mapped.notes == ["pulse is not imported: heart_rate is the same measurement."]
    assert mapped.unused == ["pulse"]


def test_a_unit_of_another_quantity_is_no_unit() -> None:
    assert unit_of(catalog()["2345-7"], "mmHg") == ""
    assert unit_of(catalog()["22664-7"], "mmol") == ""


HEADERS = {
    ("clinic", "patient"): "Patient ID,Gender,Age,Registration Date",
    ("clinic", "encounter"): "VISIT_ID,patientId,Visit Date,blood_pressure",
    ("clinic", "medication"): "prescription_id,visit_id,patient_id,drug_name,dosage",
    ("clinic", "allergy"): "patient_id,allergen,reaction",
    ("vitals", "observation"): "patient_id,timestamp,code,value,unit",
    ("vitals", "wide"): "patient_id,timestamp,heart_rate,spo2,systolic,diastolic",
}


@pytest.mark.parametrize(("expected", "header"), HEADERS.items())
def test_files_are_recognised_by_their_header(
    expected: tuple[str, str], header: str, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{header}\n")
    [file] = tables_of(path)
    assert (file.preset, file.target) == expected


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Ward 7\nprinted on,2026-11-20\n\npatient_id;gender\nP1;F\n")
    [file] = tables_of(path)
    assert (file.target, file.dialect.delimiter, file.dialect.skip) == ("patient", ";", 4)


def test_an_unknown_header_says_what_the_nearest_table_lacks(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("visit_id,visit_date,heart_rate\nV1,2026-01-01,70\n")
    [file] = tables_of(path)
    assert file.why == (
        "No preset knows this header. To be visits, it lacks the column patient_id."
    )


def test_a_preset_may_be_named_and_must_exist(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("patient_id,gender\nP1,F\n")
    assert tables_of(path, preset="synthea")[0].mapped is None
    known = r"no preset epic\. Known are: .*clinic.*synthea, tawam, vitals"
    with pytest.raises(BadInput, match=known):
        tables_of(path, preset="epic")


def test_the_preview_shows_meaning_unit_and_who_says_it(desk: Desk) -> None:
    header = "patient_id,timestamp,heart_rate,glucose,creatinine_umol_l,shoe_size"
    preview = desk.preview({"v.csv": f"{header}\nP1,2026-01-01,70,5,80,41\n"})
    [file] = preview.files
    assert (file.preset, file.rows, file.whole) == ("vitals", 1, True)
    assert file.sample == [["P1", "2026-01-01", "70", "5", "80", "41"]]
    assert [(c.header, c.meaning, c.unit, c.origin) for c in file.columns[2:]] == [
        ("heart_rate", "HR", "/min", "convention"),
        ("glucose", "Glucose", "", ""),
        ("creatinine_umol_l", "Creatinine", "umol/l", "header"),
        ("shoe_size", "", "", ""),
    ]
    assert "unit is missing" in file.columns[3].note


def test_a_preview_reads_the_beginning_alone(desk: Desk) -> None:
    rows = "".join(f"P{n},2026-01-01T10:00,70\n" for n in range(100_000))
    [file] = desk.preview({"v.csv": "patient_id,timestamp,heart_rate\n" + rows}).files
    assert not file.whole
    assert file.rows == pytest.approx(100_000, rel=0.1)
    assert len(file.sample) == 20
