"""The models of a hospital stay, asked of a record: what they find, what they cannot, for whom."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskInput, Task
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_inputs import MissingInputs
from clinicdesk.storage.database import Database
from tests.storage.factories import (
    add_condition,
    add_encounter,
    add_medication,
    add_observation,
    add_patient,
    database_of,
)

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
BEGAN = NOW - timedelta(days=6)
DRUGS = tuple(f"Drug {letter}" for letter in "abcdefghijkl")
PROBLEMS = ("Heart failure", "Hypertension", "Atrial fibrillation", "Chronic pain", "Anaemia")


@pytest.fixture(scope="module")
def compute() -> Iterator[ComputeProcess]:
    process = ComputeProcess()
    yield process
    process.shutdown()


@pytest.fixture
def store(clinic: Clinic) -> Database:
    return database_of(clinic)


@pytest.fixture
def risks(clinic: Clinic, compute: ComputeProcess) -> Risks:
    return Risks(clinic._access, clinic._guard, compute, clinic.zone, lambda: NOW)


@pytest.fixture
def patient(store: Database) -> PatientId:
    """A woman of 78 with heart failure, on insulin, in hospital for the third time this year."""
    patient = add_patient(store, "M1", born=date(1948, 3, 1))
    for number, days in (("E1", 100), ("E2", 200), ("E3", 500)):
        at = BEGAN - timedelta(days=days)
        add_encounter(store, patient, number, class_="IMP", started_at=at, length_of_stay=4.0)
    add_encounter(store, patient, "E0", class_="IMP", started_at=BEGAN, reason_code="I50.9")
    add_medication(store, patient, "Insulin glargine 100 U/mL", BEGAN.date().isoformat())
    for name in DRUGS:
        add_medication(store, patient, name, BEGAN.date().isoformat())
    for name in ("Type 2 diabetes mellitus", *PROBLEMS):
        add_condition(store, patient, name)
    for hour in range(36):
        at = BEGAN + timedelta(hours=3 + hour)
        add_observation(store, patient, "2823-3", 4.1, unit="mmol/L", at=at)
    add_observation(store, patient, "4548-4", 8.6, unit="%", at=BEGAN + timedelta(hours=2))
    return patient


def inputs(found: list[RiskInput]) -> dict[str, RiskInput]:
    return {each.name: each for each in found}


def test_readmission_is_asked_of_the_newest_stay(risks: Risks, patient: PatientId) -> None:
    estimate = risks.estimate(patient, "readmission30")
    found = inputs(list(estimate.inputs))
    assert (found["Days"].value, found["InpatientBefore"].value) == (6, 2)
    assert found["MainDiagnosis"].shown == "heart failure"
    assert (found["insulin"].shown, found["HbA1c"].shown) == ("yes", "above 8 %")
    assert {"Discharged to", "Kind of admission"} <= set(estimate.missing)
    moved = sum(each.contribution for each in estimate.contributions)
    assert estimate.base + moved == pytest.approx(estimate.probability, abs=1e-9)
    assert estimate.in_scope


def test_more_stays_are_more_risk_of_another(
    risks: Risks, store: Database, patient: PatientId
) -> None:
    before = risks.estimate(patient, "readmission30").probability
    for number in range(4):
        at = BEGAN - timedelta(days=20 + 10 * number)
        add_encounter(store, patient, f"F{number}", class_="IMP", started_at=at, length_of_stay=3.0)
    assert risks.estimate(patient, "readmission30").probability > before


def test_days_in_hospital_are_days(risks: Risks, patient: PatientId) -> None:
    estimate = risks.estimate(patient, "length-of-stay")
    assert (estimate.task, estimate.unit) == (Task.VALUE, "d")
    assert 1 <= estimate.number <= 14
    assert estimate.shown.endswith(" d")
    assert estimate.interval is not None
    low, high = estimate.interval
    assert low <= estimate.number <= high
    with pytest.raises(TypeError):
        _ = estimate.probability


def test_without_a_stay_there_is_no_estimate(risks: Risks, store: Database) -> None:
    outpatient = add_patient(store, "M2", born=date(1950, 1, 1))
    add_encounter(store, outpatient, "A1", class_="AMB", started_at=BEGAN)
    for model in ("readmission30", "length-of-stay"):
        with pytest.raises(MissingInputs):
            risks.estimate(outpatient, model)


def test_a_stay_of_long_ago_is_out_of_scope(risks: Risks, store: Database) -> None:
    patient = add_patient(store, "M3", born=date(1950, 1, 1))
    at = NOW - timedelta(days=120)
    add_encounter(store, patient, "B1", class_="IMP", started_at=at, length_of_stay=5.0)
    estimate = risks.estimate(patient, "readmission30")
    assert not estimate.in_scope
    assert any("ended longer ago" in each for each in estimate.warnings)
