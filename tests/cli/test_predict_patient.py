"""`predict STORE MODEL --patient`: the explanation and what-if in the shell (F47-F54)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.services.session import unlock_clinic
from tests.conftest import LOGIN, PASSWORD
from tests.storage.factories import add_observation, add_patient, database_of


@pytest.fixture
def asked(command: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """A woman of 50 with three of eight inputs."""
    clinic = unlock_clinic(tmp_path / "store", login=LOGIN, password=PASSWORD)
    store = database_of(clinic)
    patient = add_patient(store, "M1", born=date(1976, 5, 1), gender="female")
    at = datetime.now(UTC) - timedelta(days=30)
    for code, value, unit in (
        ("1518-0", 148.0, "mg/dL"),
        ("39156-5", 33.6, "kg/m2"),
        ("8462-4", 72.0, "mm[Hg]"),
    ):
        add_observation(store, patient, code, value, unit=unit, at=at)
    clinic.lock()
    return command


def test_json_and_words_have_the_same_facts(asked: Callable[..., Any]) -> None:
    code, told, _ = asked("predict", "diabetes", "--patient", "M1", "--explain")
    assert code == 0
    why = told["explanation"]
    assert 2 <= len(why["sentences"]) <= 4
    assert why["doubt"]
    assert set(why["modifiable"]) | set(why["fixed"]) == {
        each["name"] for each in told["inputs"] if each["value"] is not None
    }
    assert "Age" in why["fixed"]
    assert {each["feature"] for each in why["missing"]} == set(told["missing"])
    assert why["possible"][0] < told["probability"] < why["possible"][1]
    moved = told["base"] + sum(each["contribution"] for each in told["contributions"])
    assert moved == pytest.approx(told["probability"], abs=1e-6)
    code, shown, _ = asked("predict", "diabetes", "--patient", "M1", "--explain", plain=True)
    assert code == 0
    for fact in (*why["sentences"], why["doubt"]):
        assert fact in shown
    for title in ("Speaks for it", "Speaks against it", "Not recorded", "What could be changed"):
        assert f"{title}:" in shown


def test_without_explain_it_stays_short(asked: Callable[..., Any]) -> None:
    _, told, _ = asked("predict", "diabetes", "--patient", "M1")
    assert "explanation" not in told
    assert "contributions" not in told


def test_what_if_is_marked_and_not_kept(asked: Callable[..., Any]) -> None:
    given = ["--what-if", "Glucose=100"]
    code, told, _ = asked("predict", "diabetes", "--patient", "M1", *given)
    assert (code, told["hypothetical"]) == (0, True)
    _, shown, _ = asked("predict", "diabetes", "--patient", "M1", *given, plain=True)
    assert shown.startswith("HYPOTHETICAL")
    _, record, _ = asked("patient", "M1")
    assert record["risks"] == []
    code, _, said = asked("predict", "diabetes", "--patient", "M1", "--what-if", "Age=30")
    assert code == 1
    assert "cannot be changed" in said
    code, _, said = asked("predict", "diabetes", "--patient", "M1", "--what-if", "Glucose=low")
    assert code == 2
