"""The next visit's severity: learnt from the clinic's own visits, and said to be untrained."""

import csv
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from clinicdesk.cli import run
from clinicdesk.errors import BadInput
from clinicdesk.models.learned.training import SPECS
from clinicdesk.models.learned.visit_severity import FEWEST, INPUTS, read_visits
from clinicdesk.models.registry import PUBLIC_KEYS, TRAINABLE, UNTRAINED, folder_of

NAMES = [each.name for each in INPUTS]
HEADER = "visit_id,patient_id,visit_date,severity_score,blood_pressure,length_of_stay,heart_rate"


def visits(path: Path, patients: int = 60, each: int = 8) -> Path:
    """Severities that drift back to five, so that a high one is mostly followed by a lower."""
    rng = np.random.default_rng(4)
    lines = [HEADER]
    for patient in range(patients):
        severity = 5.0
        for at in range(each):
            severity = float(
                np.clip(round(severity + 0.5 * (5 - severity) + rng.normal(0, 2)), 1, 10)
            )
            day = f"20{10 + at}-03-{1 + patient % 28:02d}"
            lines.append(
                f"v{patient}-{at},p{patient},{day},{severity:g},{120 + at}/84,{at % 3},{70 + at}"
            )
    rng.shuffle(lines[1:])
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_every_visit_that_was_followed_is_a_row(tmp_path: Path) -> None:
    table = read_visits(visits(tmp_path / "visits.csv"))
    assert (len(table.y), table.patients) == (60 * 7, 60)
    assert set(table.y) == {0.0, 1.0, 2.0}
    first = table.x[table.x[:, NAMES.index("VisitsBefore")] == 0]
    assert np.isnan(first[:, NAMES.index("Gap")]).all()
    assert (table.x[:, NAMES.index("Systolic")] == 120 + table.x[:, 3]).all()


def test_the_outcome_is_of_the_next_visit_alone(tmp_path: Path) -> None:
    """Turned round by hand: the change of each row is that of the row after it, to the sign."""
    path = visits(tmp_path / "visits.csv", patients=60, each=7)
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(
            csv.DictReader(file), key=lambda r: (int(r["patient_id"][1:]), r["visit_date"])
        )
    table, expected = read_visits(path), []
    for one, after in pairwise(rows):
        if one["patient_id"] == after["patient_id"]:
            change = float(after["severity_score"]) - float(one["severity_score"])
            expected.append(1 + np.sign(change))
    assert table.y.tolist() == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("visit_id,patient_id,visit_date\n1,2,2020-01-01\n", "severity_score"),
        (f"{HEADER}\n1,p,31/01/2020,5,,,\n", "row 1"),
        (f"{HEADER}\n1,p,2020-01-01,5,,,\n2,p,2020-02-01,6,,,\n", str(FEWEST)),
    ],
)
def test_visits_that_teach_nothing_are_said(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(text)
    with pytest.raises(BadInput, match=words):
        read_visits(file)


def test_it_trains_from_the_shell_and_says_what_it_reaches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = visits(tmp_path / "visits.csv"), tmp_path / "out"
    assert (
        run(["models", "train", "visit-severity", "--data", str(data), "--out", str(out), "--json"])
        == 0
    )
    card = json.loads(capsys.readouterr().out)
    assert card["classes"] == ["improving", "stable", "worsening"]
    assert sum(card["class_counts"].values()) == card["n"] == 420
    assert card["metrics"]["log_loss"]["value"] < card["metrics"]["log_loss_of_shares"]["value"]
    assert (out / "MANIFEST.sig").is_file()


def test_it_ships_untrained_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert not folder_of("visit-severity").exists()
    assert run(["models", "list", "--json"]) == 0
    listed = {each["id"]: each for each in json.loads(capsys.readouterr().out)["models"]}
    assert listed["visit-severity"]["versions"] == []
    assert "own visits" in listed["visit-severity"]["untrained"]
    assert run(["models", "show", "visit-severity"]) == 1
    assert "not trained" in capsys.readouterr().err


def test_whatever_ships_can_be_trained() -> None:
    assert set(TRAINABLE) == set(SPECS)
    assert set(PUBLIC_KEYS) | set(UNTRAINED) <= set(TRAINABLE)
