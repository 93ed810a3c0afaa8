"""Training repeats itself, and the shipped card says what training measures."""

import lzma
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from clinicdesk.errors import BadInput
from clinicdesk.models.bundle import read_bundle
from clinicdesk.models.evaluation.metrics import MEASURES, auroc
from clinicdesk.models.learned.artefact import open_model
from clinicdesk.models.learned.diabetes import SPEC
from clinicdesk.models.learned.fitting import answers, best_settings, fit
from clinicdesk.models.learned.intervals import Resamples
from clinicdesk.models.learned.serving import loaded
from clinicdesk.models.learned.spec import Table
from clinicdesk.models.learned.table import read_table
from clinicdesk.models.learned.training import SEED, SPECS, train
from clinicdesk.models.learned.validation import cross_validate
from clinicdesk.models.registry import shipped

HEADER = "Pregnancies,Glucose,BloodPressure,SkinThickness,Insulin,BMI,DiabetesPedigreeFunction,Age"


TRAINED_ON = {  # what a test can train again; registers of ten thousands take too long
    "diabetes": "pima/pima.csv",
    "ckd35": "ckd/tawam_ckd35.csv",
    "migraine-aura": "migraine/migraine.csv",
}


@pytest.fixture
def pima(shared_data: Path) -> Table:
    return read_table(shared_data / "pima" / "pima.csv", SPEC)


@pytest.mark.parametrize("model", TRAINED_ON)
def test_the_shipped_model_is_what_training_makes(shared_data: Path, model: str) -> None:
    spec = SPECS[model]
    table = read_table(shared_data / TRAINED_ON[model], spec)
    if table.sha256 != shipped(model).manifest["training_data_sha256"]:
        pytest.skip("the file of training data is another than the release's")
    again = fit(spec, table, best_settings(spec, table, SEED), SEED)
    assert np.abs(answers(again, table.x) - answers(loaded(model).model, table.x)).max() < 1e-9


def test_the_card_says_what_cross_validation_measures(pima: Table) -> None:
    """One repeat of the five: near enough to see a card that was not measured this way."""
    card = shipped("diabetes").card
    validation = cross_validate(replace(SPEC, repeats=1), pima, SEED)
    for name, function in MEASURES.items():
        once = function(pima.y, validation.predictions[0])
        assert once == pytest.approx(card.metrics[name].value, abs=0.05), name
    assert validation.folds.mean() == pytest.approx(card.metrics["auroc"].value, abs=0.01)
    if pima.sha256 == shipped("diabetes").manifest["training_data_sha256"]:
        assert (len(pima.y), pima.y.sum()) == (card.n, card.events)


def test_the_card_promises_what_was_asked_for() -> None:
    card = shipped("diabetes").card
    assert card.metrics["auroc"].value >= 0.83
    assert 0.9 <= card.metrics["calibration_slope"].value <= 1.1
    assert date.fromisoformat(card.sections["date"])


def test_out_of_fold_is_out_of_fold() -> None:
    """On labels that mean nothing an honest cross-validation finds nothing."""
    rng = np.random.default_rng(5)
    x = rng.lognormal(3, 0.5, (300, len(SPEC.inputs)))
    table = Table(x, rng.permutation(np.repeat([0.0, 1.0], [200, 100])), "")
    validation = cross_validate(replace(SPEC, repeats=1), table, SEED)
    assert all(not np.isnan(each).any() for each in validation.predictions)
    assert abs(np.mean([auroc(table.y, p) for p in validation.predictions]) - 0.5) < 0.09


def test_zeros_are_missing_in_five_columns(tmp_path: Path) -> None:
    file = tmp_path / "pima.csv"
    file.write_text(f"{HEADER},Outcome\n0,0,0,0,0,0,0.1,30,1\n1,100,70,20,80,30,0.2,40,0\n")
    table = read_table(file, SPEC)
    assert np.isnan(table.x[0]).tolist() == [False, True, True, True, True, True, False, False]
    assert table.y.tolist() == [1.0, 0.0]


def register(tmp_path: Path, *rows: dict[str, str]) -> Path:
    """A file of the register of hospitals with these stays, all else the same."""
    spec = SPECS["readmission30"]
    usual = {each.column or each.name: "1" for each in spec.inputs}
    usual |= {"age": "[60-70)", "gender": "Female", "A1Cresult": "None", "readmitted": "NO"}
    usual |= {"insulin": "No", "metformin": "No", "change": "No", "patient_nbr": "7"}
    file = tmp_path / "diabetic_data.csv.xz"
    lines = [",".join(usual), *(",".join((usual | row).values()) for row in rows)]
    file.write_bytes(lzma.compress("\n".join(lines).encode()))
    return file


def test_who_cannot_come_back_is_left_out_and_patients_stay_together(tmp_path: Path) -> None:
    file = register(
        tmp_path,
        {"readmitted": "<30"},
        {"discharge_disposition_id": "11", "readmitted": "<30"},
        {"patient_nbr": "8", "readmitted": ">30", "age": "[80-90)"},
        {"discharge_disposition_id": "13"},
    )
    table = read_table(file, SPECS["readmission30"])
    assert table.y.tolist() == [1.0, 0.0]
    assert table.patients == 2
    assert table.x[:, 0].tolist() == [65.0, 85.0]


@pytest.mark.parametrize("model", ["readmission30", "length-of-stay"])
def test_no_input_knows_the_outcome(model: str) -> None:
    """No time to the outcome, no count over the file, and of a stay nothing that grows with it."""
    columns = {each.column or each.name for each in SPECS[model].inputs}
    assert not columns & {"readmitted", "encounter_id", "patient_nbr", "payer_code"}
    grows = {"time_in_hospital", "num_lab_procedures", "num_procedures", "num_medications"}
    after = {"number_diagnoses", "discharge_disposition_id", "diag_2", "diag_3", "A1Cresult"}
    assert model == "readmission30" or not columns & (grows | after)


def test_the_migraine_model_does_not_read_the_answer() -> None:
    names = {each.name for each in SPECS["migraine-aura"].inputs}
    assert not names & {"Type", "Visual"}
    assert "0.94" in shipped("migraine-aura").card.sections["limits"]


def test_training_writes_files_that_open_and_answer(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    rows = rng.lognormal(3.5, 0.3, (150, 8)).clip(22, 100).round(1)
    rows[:, 0], rows[:, 6] = 2, 0.5
    outcomes = (rows[:, 1] + rng.normal(0, 10, 150) > 35).astype(int)
    lines = (f"{','.join(map(str, row))},{y}" for row, y in zip(rows, outcomes, strict=True))
    file = tmp_path / "pima.csv"
    file.write_text("\n".join([f"{HEADER},Outcome", *lines]))
    day, folder = date(2026, 1, 2), tmp_path / "diabetes"
    card, key = train("diabetes", file, folder, day, repeats=1, resamples=3)
    learned = open_model(read_bundle(folder, bytes.fromhex(key)))
    assert learned.card == card
    assert (card.n, card.events, card.sections["date"]) == (150, outcomes.sum(), "2026-01-02")
    assert isinstance(learned.intervals, Resamples)
    assert learned.intervals.weights.shape == (3, 8)
    again, other_key = train("diabetes", file, tmp_path / "again", day, repeats=1, resamples=3)
    assert again == card
    assert other_key != key


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{HEADER}\n1,100,70,20,80,30,0.2,40\n", "Outcome"),
        ("Age,Outcome\n30,1\n", "Pregnancies"),
        (f"{HEADER},Outcome\n1,100,70,20,80,30,0.2,40,1\n1,high,70,20,80,30,0.2,40,1\n", "row 2"),
        (f"{HEADER},Outcome\n1,100,70,20,80,30,0.2,400,1\n", "row 1: Age"),
        (f"{HEADER},Outcome\n1,100,70,20,80,30,0.2,40,yes\n", "row 1: Outcome"),
    ],
)
def test_a_training_file_that_cannot_be_used_is_said(
    tmp_path: Path, text: str, reason: str
) -> None:
    file = tmp_path / "pima.csv"
    file.write_text(text)
    with pytest.raises(BadInput, match=reason):
        read_table(file, SPEC)
