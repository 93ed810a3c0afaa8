"""Kept estimates expire, are answered, and keep the version they were made by (F58, F60)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import Verdict
from clinicdesk.errors import BadInput, RecordNotFound
from clinicdesk.models.registry import shipped
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.progress import SILENT
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_history import RiskHistory
from clinicdesk.storage import shares
from clinicdesk.storage.database import Database
from clinicdesk.storage.risk_tables import RiskAnswerRow
from clinicdesk.storage.trail_tables import AuditEventRow
from tests.storage.factories import add_observation, add_patient, database_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
GLUCOSE_2H, BMI = "1518-0", "39156-5"


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(clinic: Clinic) -> Database:
    return database_of(clinic)


@pytest.fixture(scope="module")
def compute() -> Iterator[ComputeProcess]:
    process = ComputeProcess()
    yield process
    process.shutdown()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def risks(clinic: Clinic, compute: ComputeProcess, clock: Clock) -> Risks:
    return Risks(clinic._access, clinic._guard, compute, clinic.zone, clock)


@pytest.fixture
def history(clinic: Clinic, clock: Clock) -> RiskHistory:
    return RiskHistory(clinic._access, clinic._guard, clinic.zone, clock)


@pytest.fixture
def patient(store: Database) -> PatientId:
    patient = add_patient(store, "M1", born=date(1976, 5, 1))
    at = NOW - timedelta(days=30)
    add_observation(store, patient, GLUCOSE_2H, 148.0, unit="mg/dL", at=at)
    add_observation(store, patient, BMI, 33.6, unit="kg/m2", at=at)
    return patient


def test_an_estimate_holds_until_its_first_input_is_too_old(
    risks: Risks, history: RiskHistory, patient: PatientId, clock: Clock
) -> None:
    risks.estimate(patient)
    (kept,) = history.of_patient(patient)
    assert kept.expires_at == NOW + timedelta(days=335)
    assert not kept.over(clock.now)
    clock.now = NOW + timedelta(days=335)
    assert history.of_patient(patient)[0].over(clock.now)


def test_a_new_value_ends_an_estimate_and_a_birthday_does_not(
    risks: Risks, history: RiskHistory, patient: PatientId, store: Database, clock: Clock
) -> None:
    risks.estimate(patient)
    clock.now = NOW + timedelta(days=200)  # she is 51 by then
    assert history.of_patient(patient)[0].changed == []
    add_observation(store, patient, GLUCOSE_2H, 99.0, unit="mg/dL", at=NOW + timedelta(days=1))
    (kept,) = history.of_patient(patient)
    assert kept.changed == ["Glucose, 2 h after 75 g"]
    assert kept.over(clock.now)


def test_every_kept_estimate_names_the_very_model(
    risks: Risks, history: RiskHistory, patient: PatientId
) -> None:
    risks.estimate(patient)
    (kept,) = history.of_patient(patient)
    assert kept.artefact == shipped("diabetes").sha256


def test_the_inputs_of_a_kept_estimate_give_its_number_again(
    risks: Risks, history: RiskHistory, patient: PatientId, compute: ComputeProcess
) -> None:
    """F61: to the last bit."""
    risks.estimate(patient)
    (kept,) = history.of_patient(patient)
    row = [each.value for each in kept.estimate.inputs]
    job = "clinicdesk.models.learned.serving:predict"
    (again,) = compute.call(SILENT, job, "diabetes", [row])
    assert again.number == kept.estimate.number


def test_a_clinician_agrees_or_decides_otherwise_with_a_reason(
    risks: Risks, history: RiskHistory, patient: PatientId, store: Database
) -> None:
    risks.estimate(patient)
    assert history.of_patient(patient)[0].answer is None
    history.answer(patient, "diabetes", Verdict.AGREE)
    answered = history.answer(patient, "diabetes", Verdict.OVERRIDE, " On steroids last week. ")
    assert answered.answer is not None
    assert answered.answer.verdict is Verdict.OVERRIDE
    assert answered.answer.reason == "On steroids last week."
    with store.reading() as session:
        assert len(session.scalars(select(RiskAnswerRow)).all()) == 2, "the first answer stays"
        events = [each.action for each in session.scalars(select(AuditEventRow))]
    assert events.count("risk.answer") == 2


def test_an_override_without_a_reason_is_refused(
    risks: Risks, history: RiskHistory, patient: PatientId
) -> None:
    risks.estimate(patient)
    with pytest.raises(BadInput, match="why"):
        history.answer(patient, "diabetes", Verdict.OVERRIDE, "  ")
    with pytest.raises(RecordNotFound):
        history.answer(patient, "ckd35", Verdict.AGREE)


def test_what_is_over_is_shared_with_nobody(
    risks: Risks, clinic: Clinic, patient: PatientId, clock: Clock
) -> None:
    risks.estimate(patient)
    with database_of(clinic).reading() as session:
        shared = [
            len(shares.copy(session, patient, NOW + timedelta(days=days)).risks)
            for days in (0, 334, 335)
        ]
    assert shared == [1, 1, 0]
