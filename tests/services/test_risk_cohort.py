"""A model asked for everybody says of each what it says of that record alone (F45)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from clinicdesk.domain.patient import AdministrativeGender
from clinicdesk.errors import UserFacingError
from clinicdesk.models.registry import PUBLIC_KEYS, card
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.gold import Gold
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_cohort import CohortRisks
from clinicdesk.storage.database import Database
from tests.storage.factories import add_condition, add_observation, add_patient, database_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
VALUES = {  # LOINC -> unit, from, to
    "1518-0": ("mg/dL", 80, 220),
    "2345-7": ("mg/dL", 70, 200),
    "8462-4": ("mm[Hg]", 55, 110),
    "39156-5": ("kg/m2", 19, 45),
    "29463-7": ("kg", 50, 120),
    "8302-2": ("cm", 150, 190),
    "2160-0": ("mg/dL", 0.5, 1.6),
    "98979-8": ("mL/min/{1.73_m2}", 40, 110),
    "62238-1": ("mL/min/{1.73_m2}", 40, 110),
    "4548-4": ("%", 5, 11),
}
PROBLEMS = ("Type 2 diabetes mellitus", "Migraine", "Prediabetes", "Chronic kidney disease stage 3")


@pytest.fixture(scope="module")
def compute() -> Iterator[ComputeProcess]:
    process = ComputeProcess()
    yield process
    process.shutdown()


@pytest.fixture
def store(clinic: Clinic) -> Database:
    """Forty people, each with some of the values, at some time, and some problems."""
    store, rng = database_of(clinic), np.random.default_rng(8)
    genders = [*AdministrativeGender]
    for number in range(40):
        gender = genders[int(rng.integers(0, len(genders)))] if number % 5 == 0 else genders[1]
        born = date(1935 + int(rng.integers(0, 75)), int(rng.integers(1, 13)), 3)
        patient = add_patient(store, f"M{number}", born=born, gender=gender)
        for code, (unit, low, high) in VALUES.items():
            if rng.uniform() < 0.6:
                at = NOW - timedelta(hours=float(rng.uniform(1, 20_000)))
                add_observation(
                    store, patient, code, round(float(rng.uniform(low, high)), 2), unit=unit, at=at
                )
        for problem in PROBLEMS:
            if rng.uniform() < 0.15:
                add_condition(store, patient, problem)
    return store


@pytest.fixture
def cohort(clinic: Clinic, compute: ComputeProcess) -> CohortRisks:
    gold = Gold(database_of(clinic), clinic._access, clinic.zone, lambda: NOW)
    return CohortRisks(clinic._access, gold, compute, clinic.zone, lambda: NOW)


@pytest.mark.parametrize("model", ["diabetes", "ckd35"])
def test_everybody_at_once_is_each_one_alone(
    clinic: Clinic, store: Database, cohort: CohortRisks, compute: ComputeProcess, model: str
) -> None:
    risks = Risks(clinic._access, clinic._guard, compute, clinic.zone, lambda: NOW)
    found = cohort.numbers(model)
    alone = {}
    for patient in clinic.patients.find(""):
        try:
            estimate = risks.estimate(patient, model, save=False)
        except UserFacingError:
            continue
        alone[int(patient)] = (estimate.number, estimate.in_scope)
    assert len(alone) > 8
    assert found.ids.tolist() == sorted(alone)
    for patient_id, number, scope in zip(found.ids, found.numbers, found.scope, strict=True):
        assert number == pytest.approx(alone[int(patient_id)][0], abs=1e-9)
        assert scope == alone[int(patient_id)][1]
    assert 0 < found.scope.sum() < len(found.ids)
    assert found.unanswered == 40 - len(alone)


def test_a_model_of_more_than_gold_has_is_asked_alone(cohort: CohortRisks, store: Database) -> None:
    of_one = [each for each in PUBLIC_KEYS if any(i.found for i in card(each).inputs)]
    assert of_one
    for model in of_one:
        with pytest.raises(UserFacingError, match="one patient at a time"):
            cohort.numbers(model)


def test_an_empty_store_has_no_numbers(clinic: Clinic, cohort: CohortRisks) -> None:
    found = cohort.numbers("diabetes")
    assert (len(found.ids), found.unanswered) == (0, 0)
