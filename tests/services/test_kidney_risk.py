"""The model of kidney disease: what it takes from a record, and for whom it is not (F48)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskEstimate, RiskInput
from clinicdesk.models.registry import card
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_inputs import MissingInputs
from clinicdesk.storage.database import Database
from tests.storage.factories import add_condition, add_observation, add_patient, database_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LAST_WEEK = NOW - timedelta(days=7)
CREATININE, EGFR, HBA1C = "2160-0", "98979-8", "4548-4"


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


@pytest.fixture
def patient(store: Database) -> PatientId:
    """A woman of 70 with a creatinine of 0.8 mg/dL and nothing else on record."""
    patient = add_patient(store, "M1", born=date(1956, 5, 1))
    add_observation(store, patient, CREATININE, 0.8, unit="mg/dL", at=LAST_WEEK)
    return patient


def inputs(estimate: RiskEstimate) -> dict[str, RiskInput]:
    return {each.name: each for each in estimate.inputs}


def test_the_filtration_rate_is_calculated_from_creatinine(
    risks: Risks, patient: PatientId
) -> None:
    egfr = inputs(risks.estimate(patient, "ckd35"))["eGFRBaseline"]
    assert egfr.value == pytest.approx(79.1, abs=0.5)
    assert "creatinine" in egfr.source
    assert egfr.effective_at == LAST_WEEK


def test_a_newer_measured_rate_goes_before_the_calculated(
    risks: Risks, store: Database, patient: PatientId
) -> None:
    add_observation(store, patient, EGFR, 88, unit="mL/min/{1.73_m2}", at=NOW - timedelta(days=1))
    assert inputs(risks.estimate(patient, "ckd35"))["eGFRBaseline"].value == 88


def test_a_problem_that_is_not_recorded_is_missing_and_not_absent(
    risks: Risks, store: Database, patient: PatientId
) -> None:
    assert "Diabetes" in risks.estimate(patient, "ckd35").missing
    add_condition(store, patient, "Migraine")
    assert "Diabetes" in risks.estimate(patient, "ckd35").missing
    add_condition(store, patient, "Type 2 diabetes mellitus")
    yes = inputs(risks.estimate(patient, "ckd35"))["HistoryDiabetes"]
    assert (yes.value, yes.text) == (1.0, "yes")


def test_diabetes_a_worse_rate_and_age_raise_the_risk(
    risks: Risks, store: Database, patient: PatientId
) -> None:
    add_condition(store, patient, "Migraine")
    before = risks.estimate(patient, "ckd35").probability
    add_condition(store, patient, "Type 2 diabetes mellitus")
    add_observation(store, patient, HBA1C, 9.5, unit="%", at=LAST_WEEK)
    assert risks.estimate(patient, "ckd35").probability > before


def test_whoever_has_a_low_rate_already_is_out_of_scope(
    risks: Risks, store: Database, patient: PatientId
) -> None:
    add_observation(store, patient, EGFR, 41, unit="mL/min/{1.73_m2}", at=NOW - timedelta(hours=1))
    estimate = risks.estimate(patient, "ckd35")
    assert not estimate.in_scope
    assert any("60 mL/min" in warning for warning in estimate.warnings)


def test_without_creatinine_there_is_no_estimate(risks: Risks, store: Database) -> None:
    bare = add_patient(store, "M2", born=date(1956, 5, 1))
    with pytest.raises(MissingInputs, match="eGFR"):
        risks.estimate(bare, "ckd35")


def test_the_card_says_how_good_it_is_and_by_how_much_it_misses() -> None:
    about = card("ckd35")
    assert about.metrics["auroc"].value >= 0.86
    assert 0.9 <= about.metrics["calibration_slope"].value <= 1.1
    assert len(about.inputs) <= 5, "44 events do not carry more"
    assert "0.885" in about.sections["validation"]
    assert not {"TimeToEventMonths", "TIME_YEAR"} & {each.name for each in about.inputs}
