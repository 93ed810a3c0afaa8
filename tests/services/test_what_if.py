"""What-if: only what could change, only as far as is likely, never kept (F54)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import BadInput
from clinicdesk.models.registry import card
from clinicdesk.models.what_if import WHAT_IF, round_step
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.risk import Risks
from clinicdesk.services.what_if import WhatIf
from clinicdesk.storage import risks as stored
from clinicdesk.storage.database import Database
from clinicdesk.storage.tables import ObservationRow, RiskAssessmentRow
from tests.storage.factories import add_observation, add_patient, database_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LAST_WEEK = NOW - timedelta(days=7)
GLUCOSE_2H, DBP, BMI, WEIGHT, HEIGHT = "1518-0", "8462-4", "39156-5", "29463-7", "8302-2"


@pytest.fixture
def store(clinic: Clinic) -> Database:
    return database_of(clinic)


@pytest.fixture(scope="module")
def compute() -> Iterator[ComputeProcess]:
    process = ComputeProcess()
    yield process
    process.shutdown()


@pytest.fixture
def what_if(clinic: Clinic, compute: ComputeProcess) -> WhatIf:
    return WhatIf(clinic._access, clinic._guard, compute, clinic.zone, lambda: NOW)


@pytest.fixture
def patient(store: Database) -> PatientId:
    """A woman of 50, 170 cm, 97 kg, with a 2 h glucose of 148 mg/dL."""
    patient = add_patient(store, "M1", born=date(1976, 5, 1))
    for code, value, unit in (
        (GLUCOSE_2H, 148.0, "mg/dL"),
        (DBP, 72.0, "mm[Hg]"),
        (WEIGHT, 97.0, "kg"),
        (HEIGHT, 170.0, "cm"),
    ):
        add_observation(store, patient, code, value, unit=unit, at=LAST_WEEK)
    return patient


def test_age_and_what_nobody_can_change_are_no_levers(what_if: WhatIf, patient: PatientId) -> None:
    offered = {str(each.name): each for each in what_if.levers(patient, "diabetes")}
    fixed = {each.name for each in card("diabetes").inputs if not each.modifiable}
    assert not fixed & {each.moves for each in offered.values()}
    assert "Age" not in offered
    glucose = offered["Glucose"]
    wanted = card("diabetes").input("Glucose")
    assert glucose.value == 148.0
    assert wanted.trained_low <= glucose.low < glucose.high <= wanted.trained_high
    assert (glucose.low % glucose.step, glucose.high % glucose.step) == (0, 0)


def test_weight_moves_the_index_through_the_height(what_if: WhatIf, patient: PatientId) -> None:
    offered = {str(each.name): each for each in what_if.levers(patient, "diabetes")}
    assert "BMI" not in offered
    assert offered["Weight"].value == 97.0
    estimate = what_if.estimate(patient, "diabetes", {"Weight": 72.25})
    bmi = next(each for each in estimate.inputs if each.name == "BMI")
    assert bmi.value == pytest.approx(25.0)
    assert bmi.source == WHAT_IF


def test_without_a_height_the_index_itself_is_moved(what_if: WhatIf, store: Database) -> None:
    patient = add_patient(store, "M2", born=date(1976, 5, 1))
    add_observation(store, patient, GLUCOSE_2H, 148.0, unit="mg/dL", at=LAST_WEEK)
    add_observation(store, patient, BMI, 33.0, unit="kg/m2", at=LAST_WEEK)
    offered = {each.name for each in what_if.levers(patient, "diabetes")}
    assert "BMI" in offered
    assert "Weight" not in offered


def test_it_is_the_model_s_own_answer_for_those_values(
    what_if: WhatIf, patient: PatientId, clinic: Clinic, compute: ComputeProcess, store: Database
) -> None:
    hypothetical = what_if.estimate(patient, "diabetes", {"Glucose": 100.0})
    add_observation(store, patient, GLUCOSE_2H, 100.0, unit="mg/dL", at=NOW - timedelta(hours=1))
    real = Risks(clinic._access, clinic._guard, compute, clinic.zone, lambda: NOW).estimate(
        patient, save=False
    )
    assert hypothetical.number == pytest.approx(real.number, abs=1e-12)
    assert hypothetical.hypothetical
    assert not real.hypothetical


def test_nothing_of_it_is_kept(what_if: WhatIf, patient: PatientId, store: Database) -> None:
    def counts() -> list[int | None]:
        with store.reading() as session:
            tables = (RiskAssessmentRow, ObservationRow)
            return [session.scalar(select(func.count()).select_from(each)) for each in tables]

    before = counts()
    hypothetical = what_if.estimate(patient, "diabetes", {"Glucose": 100.0})
    assert counts() == before
    with store.writing() as session, pytest.raises(ValueError, match="hypothetical"):
        stored.save(session, patient, hypothetical, version_id=1, user_id=1, at=NOW)


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ({"Age": 30.0}, "cannot be changed"),
        ({"Glucose": 20.0}, "between"),
        ({"Glucose": 900.0}, "between"),
        ({"Weight": 20.0}, "between"),
        ({"Luck": 1.0}, "What can be"),
    ],
)
def test_a_move_nobody_could_make_is_refused(
    what_if: WhatIf, patient: PatientId, to: dict[str, float], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        what_if.estimate(patient, "diabetes", to)


@pytest.mark.parametrize(
    ("width", "step"),
    [(0.013, 0.02), (0.1, 0.1), (0.27, 0.5), (1.29, 2), (4.8, 5), (5.26, 10), (0, 1), (123, 200)],
)
def test_a_step_is_a_round_number(width: float, step: float) -> None:
    assert round_step(width) == pytest.approx(step)
