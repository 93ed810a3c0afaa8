"""The export is reproducible, hangs together, and looks like people."""

import filecmp
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clinicdesk.demo.diagnoses import DIAGNOSES
from clinicdesk.demo.generator import generate
from clinicdesk.demo.physiology import ckd_epi_2021, creatinine_for
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.display import years_between
from clinicdesk.models.scores import news2
from clinicdesk.models.scores.ckd_epi_2021 import egfr_ckd_epi_2021
from tests.demo.conftest import AS_OF, clean

Export = Mapping[str, pd.DataFrame]
SIGNS = {
    "rr": "9279-1",
    "spo2": "59408-5",
    "supplemental_o2": "3151-8",
    "sbp": "8480-6",
    "hr": "8867-4",
    "acvpu": "67775-7",
    "temp_c": "8310-5",
}


def test_the_same_seed_and_moment_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = generate(tmp_path / "one", patients=40, seed=7, as_of=AS_OF)
    two = generate(tmp_path / "two", patients=40, seed=7, as_of=AS_OF)
    assert all(filecmp.cmp(a, b, shallow=False) for a, b in zip(one, two, strict=True))


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = generate(tmp_path / "one", patients=40, seed=7, as_of=AS_OF)
    two = generate(tmp_path / "two", patients=40, seed=8, as_of=AS_OF)
    assert not filecmp.cmp(one[0], two[0], shallow=False)


@pytest.mark.parametrize(("patients", "encounters"), [(1, 1), (3, 9), (14, 5), (1001, 2503)])
def test_exactly_as_many_as_asked_for(tmp_path: Path, patients: int, encounters: int) -> None:
    files = generate(tmp_path, patients=patients, encounters=encounters, as_of=AS_OF)
    who, visits, *_ = map(clean, files[:2])
    assert len(who) == patients
    assert len(visits) == encounters
    assert who["patient_id"].is_unique
    assert visits["visit_id"].is_unique


def test_two_hundred_patients_have_the_share_of_a_hundred_thousand_encounters(
    export: Export,
) -> None:
    assert len(export["patients"]) == 200
    assert len(export["visits"]) == round(100_000 * 200 / 12_000)


def test_every_line_belongs_to_a_patient_and_a_visit(export: Export) -> None:
    known = set(export["patients"]["patient_id"])
    for table in ("visits", "prescriptions", "observations", "allergies"):
        assert set(export[table]["patient_id"]) <= known
    named = set(export["prescriptions"]["visit_id"]) - {""}
    assert named <= set(export["visits"]["visit_id"])


def test_nothing_happens_before_birth_after_death_or_tomorrow(export: Export) -> None:
    patients = export["patients"].set_index("patient_id")
    for table, column in (("visits", "visit_date"), ("observations", "timestamp")):
        when = pd.to_datetime(export[table][column])
        who = export[table]["patient_id"]
        died = pd.to_datetime(patients["deceased_date"].reindex(who)).to_numpy()
        born = pd.to_datetime(patients["birth_date"].reindex(who)).to_numpy()
        assert (when < AS_OF).all()
        assert (when.to_numpy() >= born).all()
        assert not (when.to_numpy() > died + np.timedelta64(1, "D")).any()


def test_no_time_falls_into_the_hour_that_clocks_skip_or_repeat(export: Export) -> None:
    assert not (pd.to_datetime(export["observations"]["timestamp"]).dt.hour == 1).any()


def test_every_diagnosis_has_the_form_of_icd_10() -> None:
    codes = [diagnosis.code for diagnosis in DIAGNOSES]
    assert len(set(codes)) == len(codes)
    assert all(pd.Series(codes).str.fullmatch(r"[A-Z]\d\d(\.\d)?"))


def test_every_result_is_a_known_test_in_a_known_unit_and_possible(export: Export) -> None:
    results = export["observations"]
    for (code, unit), group in results[results["code"] != "67775-7"].groupby(["code", "unit"]):
        concept = catalog().by_code(str(code))
        assert concept is not None, code
        conversion = concept.conversion(str(unit))
        assert conversion is not None, (code, unit)
        values = pd.to_numeric(group["value"]).map(conversion)
        assert all(value in concept.plausible for value in values), code


def test_diastolic_is_below_systolic(export: Export) -> None:
    pairs = export["visits"]["blood_pressure"].str.extract(r"(\d+)/(\d+)").dropna().astype(int)
    assert (pairs[0] <= pairs[1]).sum() == 1  # on purpose
    assert (pairs[0] > 300).sum() == 1
    wide = _wide(export, "8480-6", "8462-4").astype(float)
    assert (wide["8480-6"] > wide["8462-4"]).all()


def test_egfr_is_the_one_of_its_creatinine(export: Export) -> None:
    results, patients = export["observations"], export["patients"].set_index("patient_id")
    for _, row in _wide(export, "2160-0", "98979-8").reset_index().iterrows():
        who, at = patients.loc[row["patient_id"]], pd.Timestamp(row["timestamp"])
        if who["gender"] not in {"Male", "Female"}:
            continue
        taken = results[
            (results["patient_id"] == row["patient_id"]) & (results["code"] == "2160-0")
        ]
        unit = taken.loc[taken["timestamp"] == row["timestamp"], "unit"].iloc[0]
        creatinine = float(row["2160-0"]) * (1 if unit == "mg/dL" else 0.01130966)
        age = years_between(date.fromisoformat(who["birth_date"]), at.date())
        egfr = egfr_ckd_epi_2021(creatinine, age, who["gender"] == "Female")
        assert egfr == pytest.approx(float(row["98979-8"]), abs=0.51)


def test_creatinine_and_egfr_undo_each_other() -> None:
    egfr = np.linspace(8, 125, 40)
    age, female = np.full(40, 61.0), np.arange(40) % 2 == 0
    assert np.allclose(ckd_epi_2021(creatinine_for(egfr, age, female), age, female), egfr)


def test_the_kidney_clinic_hangs_together(export: Export) -> None:
    """Potassium and urea rise, haemoglobin falls as the kidneys fail."""
    rows = _wide(export, "98979-8", "2823-3", "22664-7").astype(float)
    poor, good = rows[rows["98979-8"] < 35].mean(), rows[rows["98979-8"] > 80].mean()
    assert poor["2823-3"] > good["2823-3"] + 0.2
    assert poor["22664-7"] > good["22664-7"] + 3


def test_the_ward_has_a_day_and_a_night(export: Export) -> None:
    results = export["observations"]
    pulses = results[results["code"] == SIGNS["hr"]]
    hour = pd.to_datetime(pulses["timestamp"]).dt.hour
    value = pd.to_numeric(pulses["value"])
    assert value[hour.between(13, 19)].mean() > value[hour.between(2, 6)].mean() + 3


def test_the_cast_is_there(export: Export) -> None:
    patients = export["patients"].set_index("patient_id")
    born = pd.to_datetime(patients["birth_date"])
    assert (born > AS_OF - timedelta(days=28)).any()
    assert (born < datetime(1926, 11, 20)).any()  # noqa: DTZ001 - a calendar day
    assert {"Unknown", "Other"} <= set(patients["gender"])
    assert (patients["deceased_date"] != "").sum() >= 1
    alva, alma = patients.loc["DEMO-00002"], patients.loc["DEMO-00003"]
    assert alva["family_name"] == alma["family_name"]
    assert alva["birth_date"] == alma["birth_date"]
    assert alva["given_name"] != alma["given_name"]


def test_somebody_gets_worse_and_somebody_recovers(export: Export) -> None:
    news = _news2(export)
    assert news["DEMO-00005"].iloc[-1] >= 7 > news["DEMO-00005"].iloc[0]
    assert news["DEMO-00006"].iloc[-1] >= 7
    assert news["DEMO-00001"].iloc[0] >= 5
    assert news["DEMO-00001"].iloc[-1] <= 2
    assert news["DEMO-00007"].max() >= 7
    assert news["DEMO-00007"].iloc[-1] <= 2


def test_nobody_gets_the_drug_they_are_allergic_to(export: Export) -> None:
    allergy = export["allergies"].set_index("patient_id")["allergen"]
    drugs = export["prescriptions"]
    hers = allergy.reindex(drugs["patient_id"]).to_numpy()
    penicillin = drugs["drug_category"].eq("Penicillin").to_numpy()
    assert penicillin.any()
    assert not (penicillin & np.isin(hers, ["Penicillin V", "Amoxicillin"])).any()


def test_some_of_everything_is_missing(export: Export) -> None:
    patients, visits = export["patients"], export["visits"]
    for column in ("bmi", "smoker_status", "physical_activity_level", "phone"):
        assert 0.02 < (patients[column] == "").mean() < 0.4, column
    outpatient = visits[visits["visit_type"] == "Outpatient"]
    assert 0.03 < (outpatient["blood_pressure"] == "").mean() < 0.35


def _wide(export: Export, *codes: str) -> pd.DataFrame:
    """One row a patient and time, one column a code; the complete ones."""
    results = export["observations"]
    some = results[results["code"].isin(codes)]
    some = some.drop_duplicates(["patient_id", "timestamp", "code"])
    return some.pivot(index=["patient_id", "timestamp"], columns="code", values="value").dropna()


def _news2(export: Export) -> dict[str, "pd.Series[int]"]:
    """NEWS2 of the complete sets by patient, in time order."""
    names = {code: name for name, code in SIGNS.items()}
    sets = _wide(export, *SIGNS.values()).rename(columns=names)
    sets["supplemental_o2"] = np.where(sets["supplemental_o2"].astype(float) > 0, "1", "0")
    sets["spo2_scale"] = "1"
    rows = sets.to_dict("records")
    totals = [int(str(news2.SCORE.calculate(row)["total"])) for row in rows]
    return {str(who): group for who, group in pd.Series(totals, sets.index).groupby(level=0)}


def test_no_reaction_that_kills_is_called_mild(export: Export) -> None:
    allergies = export["allergies"]
    deadly = allergies[allergies["reaction"].isin(["Anaphylaxis", "Angioedema"])]
    assert len(deadly)
    assert set(deadly["severity"]) == {"severe"}
