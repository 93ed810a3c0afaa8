"""Scores are kept with their inputs, once, beside what models said and apart from it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.risk import Risks
from clinicdesk.storage.database import Database
from clinicdesk.storage.tables import ModelVersionRow
from clinicdesk.storage.trail_tables import AuditEventRow
from tests.conftest import LOGIN
from tests.storage.factories import add_observation, add_patient, database_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CREATININE, WEIGHT = "2160-0", "29463-7"


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clinic: Clinic) -> Database:
    return database_of(clinic)


@pytest.fixture
def risks(clinic: Clinic, clock: Clock) -> Iterator[Risks]:
    compute = ComputeProcess()
    yield Risks(clinic._access, clinic._guard, compute, clinic.zone, clock)
    compute.shutdown()


@pytest.fixture
def patient(store: Database) -> PatientId:
    patient = add_patient(store, "M1", born=date(1946, 5, 1), gender="female")
    at = NOW - timedelta(days=10)
    add_observation(store, patient, CREATININE, 2.0, unit="mg/dL", at=at)
    add_observation(store, patient, WEIGHT, 70.0, unit="kg", at=at)
    return patient


def test_a_score_is_kept_with_its_inputs_and_its_version(
    risks: Risks, store: Database, patient: PatientId
) -> None:
    assert risks.keep_scores(patient) == 2
    kept = {each.result.score: each for each in risks.kept_scores(patient)}
    assert kept.keys() == {"ckd_epi_2021", "cockcroft_gault"}
    shown = next(each for each in risks.scores(patient) if each.score == "ckd_epi_2021")
    assert kept["ckd_epi_2021"].result == shown
    assert kept["ckd_epi_2021"].assessed_at == NOW
    with store.reading() as session:
        versions = session.scalars(select(ModelVersionRow)).all()
        assert {(each.model, each.kind) for each in versions} == {
            ("ckd_epi_2021", "score"),
            ("cockcroft_gault", "score"),
        }
        assert all("doi" in each.card for each in versions)


def test_the_same_result_is_kept_once_and_a_new_value_makes_another(
    risks: Risks, store: Database, clock: Clock, patient: PatientId
) -> None:
    risks.keep_scores(patient)
    clock.now = NOW + timedelta(days=800)  # grown old and two years older: another clearance
    assert risks.keep_scores(patient) == 1
    assert risks.keep_scores(patient) == 0
    add_observation(store, patient, CREATININE, 2.4, unit="mg/dL", at=clock.now - timedelta(1))
    assert risks.keep_scores(patient) == 2
    rates = [
        each.result.values["egfr_ml_min_1_73m2"]
        for each in risks.kept_scores(patient)
        if each.result.score == "ckd_epi_2021"
    ]
    assert len(rates) == 2
    assert float(rates[0] or 0) < float(rates[1] or 0)


def test_what_was_typed_is_kept_as_typed(risks: Risks, patient: PatientId) -> None:
    answers = {f"q{item}": "always" for item in range(1, 7)}
    result = risks.score(patient, "hit_6", answers)
    assert result.headline == "HIT-6 78 - severe"
    [kept] = risks.kept_scores(patient)
    assert kept.result == result
    assert {each.source for each in kept.result.inputs} == {"typed"}
    risks.score(patient, "midas", {"q1": "3"})  # no number, nothing to keep
    risks.score(patient, "hit_6", {**answers, "q1": "never"}, save=False)
    assert len(risks.kept_scores(patient)) == 1


def test_models_and_scores_are_read_apart(risks: Risks, clinic: Clinic, patient: PatientId) -> None:
    risks.keep_scores(patient)
    assert clinic.records.risks(patient) == []


def test_the_audit_names_the_scores_and_no_value(
    risks: Risks, store: Database, patient: PatientId
) -> None:
    risks.keep_scores(patient)
    risks.keep_scores(patient)
    with store.reading() as session:
        events = session.scalars(select(AuditEventRow)).all()
        [detail] = [each.detail for each in events if each.action == Action.RISK_ESTIMATE]
    assert "cockcroft_gault" in str(detail)
    assert "2.0" not in str(detail)


def test_the_second_saturation_scale_is_decided_by_somebody_and_taken_back(
    risks: Risks, store: Database, patient: PatientId
) -> None:
    """SpO2 scale 2 is explicit, has a name and a date, and goes away again (NEWS2, RCP 2017)."""
    vitals = {"9279-1": (16.0, "/min"), "59408-5": (90.0, "%"), "8480-6": (130.0, "mm[Hg]")}
    vitals |= {"8867-4": (70.0, "/min"), "8310-5": (37.0, "Cel"), "3151-8": (0.0, "L/min")}
    at = NOW - timedelta(hours=1)
    for code, (value, unit) in vitals.items():
        add_observation(store, patient, code, value, unit=unit, at=at)
    add_observation(store, patient, "67775-7", None, unit="", at=at, text="A")

    def shown() -> str:
        return next(each.headline for each in risks.scores(patient) if each.score == "news2")

    assert shown() == "NEWS2 3 - low-medium"
    risks.score(patient, "news2", {"spo2_scale": "2"}, save=False)
    assert shown() == "NEWS2 3 - low-medium"  # asking decides nothing
    risks.score(patient, "news2", {"spo2_scale": "2"})
    assert shown() == "NEWS2 0 - low"
    result = next(each for each in risks.scores(patient) if each.score == "news2")
    assert result.message == f"SpO2 scale 2, chosen by {LOGIN} on 20-Nov-2026."
    for scale, said in (("1", "NEWS2 3 - low-medium"), ("2", "NEWS2 0 - low")) * 2:
        risks.score(patient, "news2", {"spo2_scale": scale})
        assert shown() == said
