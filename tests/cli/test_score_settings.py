"""`settings` and `seniors`: what a clinic decides for published scores, and what it would flag."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clinicdesk.services.session import unlock_clinic
from tests.conftest import LOGIN, PASSWORD
from tests.storage.factories import add_observation, add_patient, database_of

Command = Callable[..., Any]

NOTHING = {"north_america": None, "region": None, "thresholds": None}


def test_settings_are_shown_set_and_taken_back(command: Command) -> None:
    assert command("settings")[:2] == (0, {"scores": NOTHING})
    code, shown, _ = command("settings", "--set", "region=high", "--set", "north_america=0")
    assert (code, shown["scores"]["region"]) == (0, "high")
    assert command("settings", "--set", "region=")[1]["scores"] == {**NOTHING, "north_america": "0"}
    words = command("settings", plain=True)[1]
    assert "not decided" in words
    assert "very_high" in words


def test_a_setting_that_is_none_is_said(command: Command) -> None:
    code, _, said = command("settings", "--set", "age=70")
    assert code == 1
    assert "thresholds" in said
    assert command("settings", "--set", "region")[0] == 2
    assert command("settings", "--set", "region=moon")[0] == 1


def test_seniors_are_counted_under_every_choice(command: Command, tmp_path: Path) -> None:
    folder = next(path.parent for path in tmp_path.rglob("clinic.keys"))
    clinic = unlock_clinic(folder, login=LOGIN, password=PASSWORD)
    store = database_of(clinic)
    patient = add_patient(store, "M1", born=date(1940, 1, 1))
    add_observation(
        store, patient, "8867-4", 95.0, unit="/min", at=clinic.now() - timedelta(hours=1)
    )
    clinic.lock()
    code, found, _ = command("seniors")
    assert code == 0
    assert found["chosen"] == "2026.1"
    assert {name: each["flagged"] for name, each in found["counts"].items()} == {
        "2026.1": 0,
        "2026.1-wide": 1,
        "2026.1-narrow": 0,
    }
    command("settings", "--set", "thresholds=2026.1-wide")
    assert "2026.1-wide (chosen)" in command("seniors", plain=True)[1]
