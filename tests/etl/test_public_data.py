"""Public data sets import with a shipped preset; the counts are counted again by other means.

They are not part of the project: every test is skipped where they are absent.
"""

import csv
import io
import lzma
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

import pytest

from clinicdesk.etl.presets import presets
from clinicdesk.services.import_report import Reject
from tests.etl.factories import Desk, tables_of

Row = Mapping[str, str]
SHARE = 20_000  # rows of the large tables


def rows_of(raw: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))


def unpacked(path: Path, rows: int | None = None) -> bytes:
    """The file, or its first rows; none of these has a line break within a row."""
    with lzma.open(path) as packed:
        return packed.read() if rows is None else b"".join(islice(packed, rows + 1))


def counted(desk: Desk) -> Counter[str]:
    """Observations of the store by code."""
    return Counter(code for (code,) in desk.rows("observation", "code"))


def filled(rows: Iterable[Row], column: str, *missing: str) -> int:
    return sum(row[column].strip() not in ("", *missing) for row in rows)


def test_pima(desk: Desk, shared_data: Path) -> None:
    raw = (shared_data / "pima" / "pima.csv").read_bytes()
    rows = rows_of(raw)
    report = desk.run({"pima.csv": raw}, date="2026-11-01")
    assert report.files[0].preset == "pima"
    assert report.counts["patient"].inserted == len(rows)
    assert counted(desk) == {
        "11996-6": len(rows),
        "1518-0": filled(rows, "Glucose", "0"),
        "8462-4": filled(rows, "BloodPressure", "0"),
        "pima-skin-fold": filled(rows, "SkinThickness", "0"),
        "pima-insulin-2h": filled(rows, "Insulin", "0"),
        "39156-5": filled(rows, "BMI", "0", "0.0"),
        "pima-pedigree": len(rows),
        "pima-outcome": len(rows),
    }
    told = {w.column: w.count for w in report.warnings if w.rule == "not-measured"}
    assert told["Insulin"] == len(rows) - filled(rows, "Insulin", "0")
    assert {(a, on) for a, on in desk.rows("patient", "age_years, age_true_on")} == {
        (int(row["Age"]), "2026-11-01") for row in rows
    }


def test_a_file_without_dates_changes_nothing_when_it_comes_again_another_day(
    desk: Desk, shared_data: Path
) -> None:
    raw = b"".join((shared_data / "pima" / "pima.csv").read_bytes().splitlines(True)[:9])
    first = desk.run({"pima.csv": raw})
    assert "undated-file" in {warned.rule for warned in first.warnings}
    held = desk.everything()["observation"]
    desk.tomorrow()
    again = desk.run({"copy.csv": raw})
    assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}
    assert desk.everything()["observation"] == held


def test_migraine_keeps_none_as_an_answer(desk: Desk, shared_data: Path) -> None:
    raw = (shared_data / "migraine" / "migraine.csv").read_bytes()
    rows = rows_of(raw)
    report = desk.run({"migraine.csv": raw}, date="2026-11-01")
    assert report.counts["patient"].inserted == len(rows)
    assert not report.rejects
    codes = counted(desk)
    assert len(codes) == 23
    assert set(codes.values()) == {len(rows)}
    header = "Age,Phonophobia,Photophobia,Dysphasia,Hypoacusis,DPF,Visual"
    desk.run({"words.csv": f"{header}\n41,Yes,Yes,No,No,No,None\n"}, date="2026-11-01")
    assert desk.rows("observation", "text", "id DESC LIMIT 1") == [("None",)]


def test_chronic_kidney_disease_as_arff(desk: Desk, shared_data: Path) -> None:
    raw = (shared_data / "ckd" / "chronic_kidney_disease.arff").read_bytes()
    report = desk.run({"ckd.arff": raw}, date="2026-11-01")
    head, _, data = raw.decode().partition("@data")
    names = [line.split("'")[1] for line in head.splitlines() if line.startswith("@attribute")]
    lines = [line for line in data.splitlines() if line.strip(" \t,")]
    whole = [[c.strip() for c in line.split(",")] for line in lines if line.count(",") == 24]
    assert report.counts["patient"].read == len(lines)
    assert report.counts["patient"].inserted == len(whole)
    told = [reject.rule for reject in report.rejects if reject.table == "patient"]
    assert told == ["ragged-row"] * (len(lines) - len(whole))
    creatinine = sum(row[names.index("sc")] != "?" for row in whole)
    potassium = [row[names.index("pot")] for row in whole if row[names.index("pot")] != "?"]
    codes = counted(desk)
    assert codes["2160-0"] == creatinine - _rejected(report.rejects, "sc")
    assert codes["2823-3"] == len(potassium) - _rejected(report.rejects, "pot")


def _rejected(rejects: Iterable[Reject], column: str) -> int:
    return sum(reject.column == column for reject in rejects)


def test_diabetes_130_hospitals(desk: Desk, shared_data: Path) -> None:
    raw = unpacked(shared_data / "readmission" / "diabetic_data.csv.xz", 3_000)
    rows = rows_of(raw)
    report = desk.run({"diabetic_data.csv": raw}, date="2026-11-01")
    assert report.files[0].preset == "diabetes_130"
    assert report.counts["encounter"].inserted == len(rows)
    assert report.counts["patient"].inserted == len({row["patient_nbr"] for row in rows})
    assert not report.rejects
    back = Counter(text for (text,) in desk.rows("encounter", "readmitted"))
    assert back[1] == sum(row["readmitted"] == "<30" for row in rows)
    codes = counted(desk)
    assert codes["diabetes-130-a1c"] == filled(rows, "A1Cresult", "None")
    assert codes["diabetes-130-weight"] == filled(rows, "weight", "?")
    assert codes["diabetes-130-drugs"] == len(rows)
    for drug in ("metformin", "glyburide-metformin", "glipizide"):  # No: it was not given
        assert codes[f"diabetes-130-{drug}"] == filled(rows, drug, "No")
    assert codes["diabetes-130-discharge"] == filled(rows, "discharge_disposition_id", "?")
    assert codes["diabetes-130-diagnosis-2"] == filled(rows, "diag_2", "?")
    stored = {"encounter_id", "patient_nbr", "gender", "diag_1", "time_in_hospital", "readmitted"}
    table = next(t for p in presets() if p.name == "diabetes_130" for t in p.tables)
    measured = {name for measure in table.measures for name in measure.headers}
    assert rows[0].keys() == stored | measured  # no column of the file is left behind


def test_chronic_kidney_disease_of_tawam(desk: Desk, shared_data: Path) -> None:
    raw = (shared_data / "ckd" / "tawam_ckd35.csv").read_bytes()
    rows = [{name.strip(): cell for name, cell in row.items()} for row in rows_of(raw)]
    report = desk.run({"tawam_ckd35.csv": raw}, date="2026-11-01")
    assert report.files[0].preset == "tawam"
    assert report.counts["patient"].inserted == len(rows)
    assert not report.rejects
    codes = counted(desk)
    assert codes["4548-4"] == filled(rows, "HgbA1C", "NA")
    assert codes["2571-8"] == filled(rows, "TriglyceridesBaseline", "NA")
    assert codes["tawam-hypertension"] == len(rows)
    sexes = Counter(sex for (sex,) in desk.rows("patient", "gender"))
    assert sexes["female"] == sum(row["Sex"] == "0" for row in rows)


def test_the_sexes_of_tawam_are_those_that_its_filtration_rates_need(shared_data: Path) -> None:
    """CKD-EPI 2009 (Levey et al., Ann Intern Med 2009;150:604) from the file's own creatinine."""
    rows = rows_of((shared_data / "ckd" / "tawam_ckd35.csv").read_bytes())
    for row in rows:
        creatinine = float(row["CreatinineBaseline"]) / 88.4
        female = row["Sex"] == "0"
        kappa, alpha = (0.7, -0.329) if female else (0.9, -0.411)
        ratio = creatinine / kappa
        expected = 141 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.209
        expected *= 0.993 ** int(row["AgeBaseline"]) * (1.018 if female else 1)
        assert float(row["eGFRBaseline"]) == pytest.approx(expected, rel=0.02)


ENCOUNTERS = """encounter_id,patient_id,patient_age,heart_rate,gender,ingestion_time,is_readmitted
E1,P1,71,88,F,2026-03-01T10:00:00,0
E2,P1,71,92,M,2026-04-01T10:00:00,1
E3,P2,30,8388607,Male,2026-04-01T11:00:00,no
E4,,30,70,Male,2026-04-01T11:00:00,no
E1,P1,71,88,F,2026-03-01T10:00:00,0
"""


def test_one_table_of_encounters_carries_its_patients(desk: Desk) -> None:
    report = desk.run({"encounters.csv": ENCOUNTERS})
    assert report.files[0].preset == "encounters"
    assert desk.rows("patient", "mrn, gender, age_years, age_true_on") == [
        ("P1", "female", 71, "2026-03-01"),
        ("P2", "male", 30, "2026-04-01"),
    ]
    assert desk.rows("encounter", "number, readmitted") == [("E1", 0), ("E2", 1), ("E3", 0)]
    assert [row[:2] for row in desk.observations()] == [("8867-4", 88), ("8867-4", 92)]
    rules = sorted({reject.rule for reject in report.rejects})
    assert rules == ["missing-id", "sentinel-value"]
    [contradiction] = [w for w in report.warnings if w.rule == "patient-contradicted"]
    assert (contradiction.row, contradiction.column, contradiction.count) == (2, "patient_id", 1)
    again = desk.run({"encounters.csv": ENCOUNTERS})
    assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}


@pytest.fixture
def mimic(shared_data: Path) -> Path:
    return shared_data / "vitals" / "mimic3_demo"


def test_mimic_patients_and_stays(desk: Desk, mimic: Path) -> None:
    files = {
        f"{name}.csv": unpacked(mimic / f"{name}.csv.xz") for name in ("PATIENTS", "ADMISSIONS")
    }
    report = desk.run(files)
    people, stays = (rows_of(raw) for raw in files.values())
    assert report.counts["patient"].inserted == len(people)
    assert report.counts["encounter"].inserted == len(stays) - len(report.rejects)
    old = sum(row["dob"] < "1900" for row in people)
    [hidden] = [warned for warned in report.warnings if warned.rule == "hidden-age"]
    assert hidden.count == old
    births = [born for (born,) in desk.rows("patient", "birth_date")]
    assert births.count(None) == old


@pytest.mark.parametrize("name", ["CHARTEVENTS", "LABEVENTS"])
def test_mimic_results(desk: Desk, mimic: Path, name: str) -> None:
    raw = unpacked(mimic / f"{name}.csv.xz", SHARE)
    base = {f"{n}.csv": unpacked(mimic / f"{n}.csv.xz") for n in ("PATIENTS", "ADMISSIONS")}
    desk.run(base)
    report = desk.run({f"{name}.csv": raw})
    rows = rows_of(raw)
    counts = report.counts["observation"]
    assert counts.read == len(rows)
    assert counts.inserted == len(rows) - len(report.rejects)
    rules = Counter(reject.rule for reject in report.rejects)
    blank = sum(not row["value"].strip() for row in rows)
    flagged = sum(row.get("error") == "1" for row in rows)
    assert rules["flagged-error"] == flagged
    assert rules["no-value"] <= blank <= rules["no-value"] + flagged
    assert counts.inserted > 0.97 * len(rows)
    pulse = {"211", "220045"}
    seen = [
        r for r in rows if r["itemid"] in pulse and r.get("error") != "1" and r["value"].strip()
    ]
    held = counted(desk)
    assert held["8867-4"] + held["211"] == len(seen) - sum(
        reject.text.split(",")[4] in pulse and reject.rule not in ("flagged-error", "no-value")
        for reject in report.rejects
        if name == "CHARTEVENTS"
    )


def test_the_archive_of_stacked_tables_is_no_patient_table(shared_data: Path) -> None:
    path = shared_data / "readmission" / "IDs_mapping.csv"
    [file] = tables_of(path)
    assert file.mapped is None
