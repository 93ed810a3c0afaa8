"""Deterioration from a record: its own vital signs by the hour, for inpatients, for some hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from clinicdesk.domain.patient import PatientId
from clinicdesk.models.vitals_features import VITALS, features, names
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_inputs import MissingInputs
from clinicdesk.storage.database import Database
from tests.storage.factories import add_encounter, add_observation, add_patient, database_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CALM = {"hr": 84.0, "spo2": 95.0, "temp": 37.4, "sbp": 118.0, "dbp": 66.0, "rr": 19.0}
WORSE = {"hr": 126.0, "spo2": 91.0, "temp": 38.9, "sbp": 96.0, "dbp": 55.0, "rr": 25.0}


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


def inpatient(store: Database) -> PatientId:
    patient = add_patient(store, "M1", born=date(1956, 5, 1), gender="female")
    add_encounter(store, patient, "V1", class_="IMP", started_at=NOW - timedelta(days=2))
    return patient


def chart(
    store: Database, patient: PatientId, *, values: dict[str, float] = CALM, ago: float = 0.5
) -> None:
    """Eight sets of vital signs, an hour apart, the last one so many hours ago."""
    for hour in range(8):
        for vital in VITALS:
            at = NOW - timedelta(hours=ago + 7 - hour)
            value = values[vital.name] + 0.1 * hour
            add_observation(store, patient, vital.code, value, unit=vital.unit, at=at)


def test_the_inputs_are_those_of_the_hours_of_the_record(risks: Risks, store: Database) -> None:
    patient = inpatient(store)
    chart(store, patient)
    estimate = risks.estimate(patient, "deterioration")
    hours = np.array([[CALM[v.name] + 0.1 * hour for v in VITALS] for hour in range(8)])
    expected = dict(zip(names(), features(hours)[-1], strict=True))
    given = {each.name: each.value for each in estimate.inputs if each.name != "age"}
    assert given == pytest.approx(expected, nan_ok=False)
    assert estimate.in_scope
    total = estimate.base + sum(each.contribution for each in estimate.contributions)
    assert total == pytest.approx(estimate.probability, abs=1e-9)
    assert estimate.interval is not None
    assert estimate.interval[0] <= estimate.probability <= estimate.interval[1]


def test_who_gets_worse_is_at_more_risk_than_who_does_not(risks: Risks, store: Database) -> None:
    patient = inpatient(store)
    chart(store, patient, ago=3)
    calm = risks.estimate(patient, "deterioration").probability
    for name, value in (("8867-4", 108.0), ("9279-1", 23.0), ("8480-6", 101.0)):
        unit = next(vital.unit for vital in VITALS if vital.code == name)
        add_observation(store, patient, name, value, unit=unit, at=NOW - timedelta(minutes=10))
    assert risks.estimate(patient, "deterioration").probability > calm


def test_the_course_has_a_probability_for_each_way_it_may_go(risks: Risks, store: Database) -> None:
    patient = inpatient(store)
    chart(store, patient)
    found = risks.estimate(patient, "trajectory")
    assert list(found.probabilities) == ["improving", "stable", "worsening"]
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.in_scope
    assert found.number == found.probabilities[found.explained] == max(found.probabilities.values())
    total = found.base + sum(each.contribution for each in found.contributions)
    assert total == pytest.approx(found.number, abs=1e-9)


def test_without_a_stay_that_goes_on_it_is_out_of_scope(risks: Risks, store: Database) -> None:
    patient = add_patient(store, "M1", born=date(1956, 5, 1), gender="female")
    chart(store, patient)
    estimate = risks.estimate(patient, "deterioration")
    assert not estimate.in_scope
    assert any("inpatients" in warning for warning in estimate.warnings)


@pytest.mark.parametrize("model", ["deterioration", "trajectory"])
def test_who_is_ill_already_is_out_of_scope(risks: Risks, store: Database, model: str) -> None:
    """From a NEWS2 of 7 on most come down: "improving" would reassure where nothing should."""
    patient = inpatient(store)
    chart(store, patient, values=WORSE)
    estimate = risks.estimate(patient, model)
    assert not estimate.in_scope
    assert any("NEWS2 of five vital signs" in warning for warning in estimate.warnings)


def test_vital_signs_of_this_morning_say_nothing_of_tonight(risks: Risks, store: Database) -> None:
    patient = inpatient(store)
    chart(store, patient, ago=9)
    with pytest.raises(MissingInputs, match="of the last 8 hours"):
        risks.estimate(patient, "deterioration")
