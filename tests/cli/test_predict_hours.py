"""`predict --csv` of the models over time: an hour a row, told from its patient's rows so far."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.cli import run

HEADER = "patient_id,hour,HR,O2Sat,Temp,SBP,DBP,MAP,Resp,Age,Gender"
CALM, WORSE = "80,97,36.8,125,70,88,15", "104,94,37.9,106,60,75,22"
ROWS = [
    *(f"p1,{hour},{CALM},70,1" for hour in range(6)),
    f"p1,6,{WORSE},70,1",
    f"p2,0,{WORSE},70,0",
    "p2,1,fast,97,36.8,125,70,88,15,70,0",
]


def predicted(
    path: Path, capsys: pytest.CaptureFixture[str], model: str, rows: list[str]
) -> list[dict[str, Any]]:
    file = path / "hours.csv"
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    assert run(["predict", "--csv", str(file), "--model", model, "--explain", "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_row_rests_on_the_rows_of_its_patient_up_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = predicted(tmp_path, capsys, "deterioration", ROWS)
    assert [each["row"] for each in found] == list(range(1, 10))
    known = {each["feature"]: each["value"] for each in found[6]["contributions"]}
    assert known["hr_change_6h"] == 104 - 80
    alone = {each["feature"]: each["value"] for each in found[7]["contributions"]}
    assert alone["hr_now"] == 104
    assert alone["hr_change_6h"] is None  # another patient's hours are not this one's
    assert found[8]["error"] == "bad_value"
    for each in found[:8]:
        total = each["base"] + sum(part["contribution"] for part in each["contributions"])
        assert total == pytest.approx(each["probability"], abs=1e-9)


def test_what_comes_later_changes_no_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = predicted(tmp_path, capsys, "deterioration", ROWS[:7])
    begun = predicted(tmp_path, capsys, "deterioration", ROWS[:4])
    assert [each["probability"] for each in whole[:4]] == [each["probability"] for each in begun]


def test_the_course_gives_a_probability_for_each_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in predicted(tmp_path, capsys, "trajectory", ROWS)[:8]:
        assert list(each["probabilities"]) == ["improving", "stable", "worsening"]
        assert sum(each["probabilities"].values()) == pytest.approx(1)
