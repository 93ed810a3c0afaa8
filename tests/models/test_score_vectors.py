"""Every published score equals its independent test vectors, through the command line."""

import csv
import hashlib
import json
from pathlib import Path

import pytest

from clinicdesk.cli import run
from clinicdesk.cli.calc import calculated
from clinicdesk.cli.rows import read_rows
from clinicdesk.models.scores import CALCULATIONS

VECTORS = Path(__file__).parents[1] / "vectors"
GOLDEN = Path(__file__).parent / "golden" / "scores.json"
SCORED = sorted(path.stem for path in VECTORS.glob("*.csv") if not path.stem.startswith("metrics_"))


def close(answer: object, expected: str, tolerance: str) -> bool:
    try:
        wanted = float(expected)
    except ValueError:
        return answer == expected
    allowed = 0.0 if tolerance == "exact" else float(tolerance.split(maxsplit=1)[0])
    if "% relative" in tolerance:
        allowed *= abs(wanted) / 100
    return isinstance(answer, int | float) and abs(answer - wanted) <= allowed


def test_every_file_of_vectors_has_its_calculation() -> None:
    assert set(SCORED) <= CALCULATIONS.keys()
    assert len(SCORED) == 34


@pytest.mark.parametrize("score", SCORED)
def test_the_command_line_equals_the_vectors(
    score: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = VECTORS / f"{score}.csv"
    assert run(["calc", score, "--csv", str(path), "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    with path.open(newline="", encoding="utf-8") as file:
        vectors = list(csv.DictReader(file))
    assert len(answers) == len(vectors) > 0
    for vector, answer in zip(vectors, answers, strict=True):
        assert answer["vector_id"] == vector["vector_id"]
        wrong = {
            name: (answer.get(name), expected)
            for column, expected in vector.items()
            if column  # a comma in a source makes cells without a column
            and (name := column.removeprefix("expected_")) != column
            and not close(answer.get(name), expected, vector["tolerance"])
        }
        assert not wrong, vector["vector_id"]


@pytest.mark.parametrize("id", SCORED)
def test_inputs_and_outputs_are_named_as_in_the_vectors(id: str) -> None:
    score = CALCULATIONS[id]
    with (VECTORS / f"{id}.csv").open(newline="", encoding="utf-8") as file:
        columns = csv.DictReader(file).fieldnames or []
    inputs = [name.removeprefix("in_") for name in columns if name.startswith("in_")]
    outputs = [name.removeprefix("expected_") for name in columns if name.startswith("expected_")]
    assert sorted(each.name for each in score.inputs) == sorted(inputs)
    assert set(outputs) <= set(score.outputs)


def test_an_incomplete_early_warning_score_has_bounds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("rr,spo2,spo2_scale,supplemental_o2,sbp,hr,acvpu\n22,95,1,0,120,95,A\n")
    assert run(["calc", "news2", "--csv", str(rows), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["missing"], told["bounds"]) == (["temp_c"], [4, 7])
    assert told["message"] == "NEWS2 4-7, missing: Temperature."
    assert "total" not in told


def test_each_choice_of_limits_for_seniors_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("age,hr,news2\n70,104,1\n82,70,7\n90,70,\n40,150,9\n")
    assert run(["calc", "seniors_at_risk", "--csv", str(rows)]) == 0
    told = capsys.readouterr().out
    assert "With the limits 2026.1: 2 flagged, 1 unknown, 1 not flagged" in told
    assert "With the limits 2026.1-narrow: 2 not flagged, 1 flagged, 1 unknown" in told


def test_another_answer_is_another_version() -> None:
    """What the vectors are answered, by version: whoever changes an answer raises the version."""
    answered = {}
    for id in SCORED:
        vectors = read_rows(VECTORS / f"{id}.csv").rows
        rows = [calculated(CALCULATIONS[id], row) for row in vectors]
        outputs = [[_rounded(row[name]) for name in CALCULATIONS[id].outputs] for row in rows]
        digest = hashlib.sha256(json.dumps(outputs).encode()).hexdigest()[:16]
        answered[id] = f"{CALCULATIONS[id].version} {digest}"
    assert answered == json.loads(GOLDEN.read_text(encoding="utf-8"))


def _rounded(value: object) -> object:
    return round(value, 9) if isinstance(value, float) else value
