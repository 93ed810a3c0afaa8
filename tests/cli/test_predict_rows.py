"""Plain rows through `calc` and `predict`: what is printed, what is refused, what is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.cli import run
from clinicdesk.models.registry import PUBLIC_KEYS, UNTRAINED
from clinicdesk.models.scores import SCORES

HEADER = "Pregnancies,Glucose,BloodPressure,SkinThickness,Insulin,BMI,DiabetesPedigreeFunction,Age"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> str:
    file = tmp_path / "in.csv"
    file.write_bytes(text.encode(encoding))
    return str(file)


def predict(tmp_path: Path, text: str, *more: str) -> int:
    file = written(tmp_path, text)
    return run(["predict", "--model", "diabetes", "--csv", file, "--json", *more])


def test_a_row_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert predict(tmp_path, f"{HEADER}\n6,148,72,35,0,33.6,0.627,50\n", "--explain") == 0
    (row,) = lines(capsys)
    assert (row["row"], row["model"], row["missing"]) == (1, "diabetes", ["Insulin"])
    moved = sum(each["contribution"] for each in row["contributions"])
    assert row["base"] + moved == pytest.approx(row["probability"], abs=1e-9)
    assert row["interval"][0] < row["probability"] < row["interval"][1]
    assert {each["feature"]: each["unit"] for each in row["contributions"]}["Glucose"] == "mg/dL"


def test_zeros_and_blanks_are_missing_in_the_five_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert predict(tmp_path, f"{HEADER}\n0,0,0,0,0,0,0.6,50\n0,,,,,,0.6,50\n") == 0
    zeros, blanks = lines(capsys)
    assert zeros["missing"] == ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
    assert zeros["probability"] == blanks["probability"]
    assert any("minimum set" in warning for warning in zeros["warnings"])


def test_headers_may_vary_and_be_few(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert predict(tmp_path, "glucose;blood pressure;bmi;AGE\n120;70;30;19\n") == 0
    (row,) = lines(capsys)
    assert row["missing"] == [
        "Pregnancies",
        "SkinThickness",
        "Insulin",
        "DiabetesPedigreeFunction",
    ]
    assert any("OUT OF SCOPE" in warning for warning in row["warnings"])


def test_a_row_that_cannot_be_is_refused_and_the_others_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = "1,100,70,20,80,30,0.2,40"
    text = f"{HEADER}\n1,100,70,20,80,300,0.2,40\n{good}\n1,high,70,20,80,30,0.2,40\n"
    assert predict(tmp_path, f"{text},0,,,,,,\n") == 0
    too_heavy, fine, no_number, nothing = lines(capsys)
    assert "Body mass index" in too_heavy["message"]
    assert "300" not in too_heavy["message"]
    assert "probability" in fine
    assert "not a number" in no_number["message"]
    assert nothing["error"] == "missing_input"
    assert len(nothing["missing"]) == 8


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["predict", "--model", "diabetes"], 2),
        (["predict", "--csv", "x.csv"], 2),
        (["predict", "store", "diabetes"], 2),
        (["predict", "--model", "astrology", "--csv", "x.csv"], 2),
        (["predict", "--model", "diabetes", "--csv", "nowhere.csv"], 1),
        (["calc", "astrology", "--csv", "x.csv"], 2),
        (["calc", "news2", "--csv", "nowhere.csv"], 1),
    ],
)
def test_wrong_usage(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err


@pytest.mark.parametrize(
    ("text", "encoding", "words"),
    [
        ("", "utf-8", "empty"),
        ("\n\n", "utf-8", "empty"),
        ("%PDF-1.7\n\udcff", "utf-8", "not a text file"),
        ("rr\0,hr\n1,2\n", "utf-8", "not a text file"),
        ("hr,hr\n1,2\n", "utf-8", "same name"),
    ],
)
def test_what_is_no_table_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, encoding: str, words: str
) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes(text.encode(encoding, "surrogateescape"))
    assert run(["calc", "news2", "--csv", str(file), "--json"]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_score_passes_other_columns_and_lists_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    file = written(tmp_path, "bed;in_weight_kg;height_cm\n7;70;175\n8;70;\n", encoding)
    assert run(["calc", "bmi_who", "--csv", file, "--json"]) == 0
    scored, refused = lines(capsys)
    assert scored == {"bed": "7", "bmi": pytest.approx(22.857, abs=1e-3), "category": "normal"}
    assert (refused["bed"], refused["error"], refused["missing"]) == (
        "8",
        "missing_input",
        ["height_cm"],
    )
    assert "Height" in refused["message"]


def test_the_models_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list", "--json"]) == 0
    models = {each["id"]: each for each in json.loads(capsys.readouterr().out)["models"]}
    assert models.keys() == {*SCORES, *PUBLIC_KEYS, *UNTRAINED}
    (version,) = models["diabetes"]["versions"]
    assert version["metrics"]["auroc"]["value"] >= 0.82
    assert run(["models", "show", "diabetes"]) == 0
    assert "Out of scope" in capsys.readouterr().out
