"""An estimate from a record brings its explanation, and keeps it (F47-F53)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.risk import Risks
from clinicdesk.storage.database import Database
from tests.models.test_sentences import CAUSAL
from tests.storage.factories import add_observation, add_patient, database_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
GLUCOSE_2H, DBP, BMI = "1518-0", "8462-4", "39156-5"


@pytest.fixture
def store(clinic: Clinic) -> Database:
    return database_of(clinic)


@pytest.fixture(scope="module")
def compute() -> Iterator[ComputeProcess]:
    process = ComputeProcess()
    yield process
    process.shutdown()


@pytest.fixture
def risks(clinic: Clinic, compute: ComputeProcess) -> Risks:
    return Risks(clinic._access, clinic._guard, compute, clinic.zone, lambda: NOW)


def screened(store: Database, days_ago: float = 30, glucose: float = 148.0) -> PatientId:
    patient = add_patient(store, "M1", born=date(1976, 5, 1))
    at = NOW - timedelta(days=days_ago)
    add_observation(store, patient, GLUCOSE_2H, glucose, unit="mg/dL", at=at)
    add_observation(store, patient, BMI, 33.6, unit="kg/m2", at=at)
    add_observation(store, patient, DBP, 72.0, unit="mm[Hg]", at=at)
    return patient


def test_it_says_in_words_what_the_chart_shows(risks: Risks, store: Database) -> None:
    estimate = risks.estimate(screened(store))
    why = estimate.explanation
    assert why is not None
    assert 2 <= len(why.sentences) <= 4
    assert estimate.shown in why.sentences[0]
    assert "148 mg/dL on 21-Oct-2026" in why.sentences[1]
    assert why.doubt
    assert not any(CAUSAL.search(each) for each in [*why.sentences, why.doubt])


def test_what_is_missing_has_a_range_that_holds_what_a_value_then_gives(
    risks: Risks, store: Database
) -> None:
    why = risks.estimate(screened(store)).explanation
    assert why is not None
    assert {each.feature for each in why.gaps} == {
        "Insulin",
        "SkinThickness",
        "DiabetesPedigreeFunction",
        "Pregnancies",
    }
    assert why.possible is not None
    low, high = why.possible
    for gap in why.gaps:
        assert low <= gap.low <= gap.high <= high
        assert 2 * gap.left <= high - low
    assert why.best_test is not None
    assert why.best_test.feature == "Pregnancies", "of the missing, a record has a place for it"


def test_the_reference_range_of_the_patient_stands_beside_the_value(
    risks: Risks, store: Database
) -> None:
    found = {each.name: each for each in risks.estimate(screened(store)).inputs}
    assert found["BloodPressure"].reference
    assert found["Insulin"].reference == ""


def test_old_values_are_the_weak_point(risks: Risks, store: Database) -> None:
    estimate = risks.estimate(screened(store, days_ago=400))
    assert estimate.explanation is not None
    assert len(estimate.explanation.stale) == 3
    assert all(each.stale for each in estimate.inputs if each.name in ("Glucose", "BMI"))


def test_somebody_unlike_every_training_patient_is_grey(risks: Risks, store: Database) -> None:
    patient = screened(store, glucose=500.0)
    add_observation(store, patient, BMI, 13.0, unit="kg/m2", at=NOW - timedelta(days=1))
    add_observation(store, patient, DBP, 190.0, unit="mm[Hg]", at=NOW - timedelta(days=1))
    estimate = risks.estimate(patient)
    assert not estimate.in_scope
    assert any("as unusual as this one" in each for each in estimate.warnings)
    assert estimate.explanation is not None
    assert estimate.explanation.nearer is not None
    assert estimate.explanation.nearer >= 0.99
    assert "unusual" in estimate.explanation.doubt


def test_age_and_sex_are_never_what_could_change(risks: Risks, store: Database) -> None:
    why = risks.estimate(screened(store)).explanation
    assert why is not None
    assert "Glucose" in why.modifiable
    assert not {"Age", "Pregnancies", "DiabetesPedigreeFunction"} & set(why.modifiable)


def test_it_is_kept_word_for_word_with_its_end(
    risks: Risks, clinic: Clinic, store: Database
) -> None:
    patient = screened(store)
    shown = risks.estimate(patient)
    kept = clinic.records.risks(patient)[0]
    assert kept.estimate == shown
    assert kept.expires_at == NOW - timedelta(days=30) + timedelta(days=365)
    assert not kept.over(NOW)
    assert kept.over(NOW + timedelta(days=336))
