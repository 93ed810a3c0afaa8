"""Similar patients: counted, never named, and only where there are enough (F55)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.similar import LEAST, wilson
from clinicdesk.domain.similar_words import similar_section
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.similar import Similar
from clinicdesk.storage.database import Database
from tests.storage.factories import add_condition, add_observation, add_patient, database_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
THEN = NOW - timedelta(days=500)
GLUCOSE_2H, BMI = "1518-0", "39156-5"


@pytest.fixture
def store(clinic: Clinic) -> Database:
    return database_of(clinic)


@pytest.fixture
def similar(clinic: Clinic) -> Similar:
    return Similar(clinic._access, clinic._guard, clinic.zone, lambda: NOW)


def woman(store: Database, mrn: str, glucose: float, at: datetime = THEN) -> PatientId:
    patient = add_patient(store, mrn, born=date(1976, 5, 1))
    add_observation(store, patient, GLUCOSE_2H, glucose, unit="mg/dL", at=at)
    add_observation(store, patient, BMI, 33.0, unit="kg/m2", at=at)
    return patient


@pytest.fixture
def patient(store: Database) -> PatientId:
    return woman(store, "M1", 150.0, NOW - timedelta(days=3))


@pytest.fixture
def others(store: Database) -> list[PatientId]:
    """Seventy: thirty with a glucose near 150, forty near 90."""
    near = [woman(store, f"N{at}", 145.0 + at / 3) for at in range(30)]
    return near + [woman(store, f"F{at}", 85.0 + at / 4) for at in range(40)]


def test_the_nearest_are_counted_with_what_was_recorded_since(
    similar: Similar, store: Database, patient: PatientId, others: list[PatientId]
) -> None:
    for each in others[10:20]:  # within five of 150
        add_condition(store, each, "Type 2 diabetes mellitus", "2026-03-01")
    found = similar.of_patient(patient, "diabetes")
    assert (found.count, found.cohort, found.with_outcome) == (LEAST, 70, 10)
    glucose = next(each for each in found.differences if each.label.startswith("Glucose"))
    assert glucose.own == 150.0
    assert abs(glucose.median - 150.0) < 5
    said = " ".join(similar_section(found).lines)
    assert "10 have had diabetes recorded since: 50.0 %" in said
    assert "N1" not in said


def test_who_had_it_already_is_no_comparison_and_undated_neither(
    similar: Similar, store: Database, patient: PatientId, others: list[PatientId]
) -> None:
    add_condition(store, others[0], "Type 2 diabetes mellitus", "2020-03-01")
    add_condition(store, others[1], "Type 2 diabetes mellitus")
    found = similar.of_patient(patient, "diabetes")
    assert (found.cohort, found.with_outcome) == (68, 0)


def test_of_few_nothing_is_said(similar: Similar, store: Database, patient: PatientId) -> None:
    for at in range(LEAST):
        woman(store, f"N{at}", 150.0)
    found = similar.of_patient(patient, "diabetes")
    assert found.count == 0
    assert "nothing is said" in found.refusal
    assert similar_section(found).lines == [found.refusal]


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(0, 20, 0.0, 0.161), (10, 20, 0.299, 0.701), (20, 20, 0.839, 1)],
)
def test_wilson_s_interval(found: int, of: int, low: float, high: float) -> None:
    """Newcombe 1998, method 3."""
    assert wilson(found, of) == pytest.approx((low, high), abs=0.001)
