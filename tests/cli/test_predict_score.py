"""predict STORE SCORE: a published score from the record, and what was typed beside it."""

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
    clinic = unlock_clinic(tmp_path / "store", login=LOGIN, password=PASSWORD)
    store = database_of(clinic)
    patient = add_patient(store, "M1", born=date(1946, 5, 1), gender="female")
    at = datetime.now(UTC) - timedelta(hours=2)
    add_observation(store, patient, "9279-1", 32.0, unit="/min", at=at)
    add_observation(store, patient, "8480-6", 85.0, unit="mm[Hg]", at=at)
    clinic.lock()
    return command


def test_a_score_says_what_it_found_and_what_is_missing(asked: Callable[..., Any]) -> None:
    code, told, _ = asked("predict", "curb_65", "--patient", "M1")
    assert code == 0
    assert told["missing"] == ["New confusion", "Urea"]
    assert told["message"] == "CURB-65 3-5, missing: New confusion, Urea."
    rate = next(each for each in told["inputs"] if each["name"] == "rr")
    assert (rate["value"], rate["unit"]) == (32.0, "/min")
    assert rate["date"]
    assert rate["source"].startswith("observation")


def test_what_is_given_completes_it(asked: Callable[..., Any]) -> None:
    given = ["--given", "confusion=1", "--given", "urea_mmol_l=7.5"]
    code, told, _ = asked("predict", "curb_65", "--patient", "M1", *given)
    assert (code, told["total"], told["band"]) == (0, 5, "severe")
    code, shown, _ = asked("predict", "curb_65", "--patient", "M1", *given, plain=True)
    assert code == 0
    assert shown.startswith("CURB-65 5 - severe")
    assert "typed" in shown


def test_an_input_that_the_score_does_not_have_is_wrong_usage(asked: Callable[..., Any]) -> None:
    code, _, told = asked("predict", "curb_65", "--patient", "M1", "--given", "sex=male")
    assert code == 2
    assert "confusion, urea_mmol_l" in told
