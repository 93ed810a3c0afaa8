"""Risks and scores from a record: what they take, what they name as missing, what they keep."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskEstimate, ScoreResult
from clinicdesk.domain.roles import Action, Role, may
from clinicdesk.errors import BadInput, Cancelled, NotAllowed, RecordNotFound, UserFacingError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.progress import Silent
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_inputs import MissingInputs, PatientDied
from clinicdesk.storage.database import Database
from clinicdesk.storage.tables import ModelVersionRow, RiskAssessmentRow
from clinicdesk.storage.trail_tables import AuditEventRow
from tests.storage.factories import (
    add_condition,
    add_observation,
    add_patient,
    database_of,
)

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
GLUCOSE_2H, GLUCOSE, DBP, BMI, WEIGHT, HEIGHT = (
    "1518-0",
    "2345-7",
    "8462-4",
    "39156-5",
    "29463-7",
    "8302-2",
)
ACVPU, O2_FLOW, CREATININE, UACR = "67775-7", "3151-8", "2160-0", "9318-7"


@pytest.fixture
def store(clinic: Clinic) -> Database:
    return database_of(clinic)


@pytest.fixture(scope="module")
def compute() -> Iterator[ComputeProcess]:
    process = ComputeProcess()
    yield process
    process.shutdown()


@pytest.fixture
def risks(clinic: Clinic, store: Database, compute: ComputeProcess) -> Risks:
    return Risks(clinic._access, clinic._guard, compute, clinic.zone, lambda: NOW)


def woman(store: Database, mrn: str = "M1", **more: object) -> PatientId:
    return add_patient(store, mrn, born=date(1976, 5, 1), **more)


def test_nobody_tells_the_future_of_the_dead(store: Database, risks: Risks) -> None:
    patient = woman(store, deceased_on=date(2024, 3, 1))
    screened(store, patient)
    with pytest.raises(PatientDied):
        risks.estimate(patient)


def screened(store: Database, patient: PatientId, days_ago: float = 30) -> None:
    at = NOW - timedelta(days=days_ago)
    add_observation(store, patient, GLUCOSE_2H, 148.0, unit="mg/dL", at=at)
    add_observation(store, patient, BMI, 33.6, unit="kg/m2", at=at)
    add_observation(store, patient, DBP, 72.0, unit="mm[Hg]", at=at)


def by_name(result: RiskEstimate | ScoreResult) -> dict[str, float | None]:
    return {each.name: each.value for each in result.inputs}


def score(risks: Risks, patient: PatientId, id: str) -> ScoreResult:
    return next(each for each in risks.scores(patient) if each.score == id)


def test_the_reasons_add_up_and_every_input_has_its_date(risks: Risks, store: Database) -> None:
    patient = woman(store)
    screened(store, patient)
    estimate = risks.estimate(patient)
    moved = sum(each.contribution for each in estimate.contributions)
    assert estimate.base + moved == pytest.approx(estimate.probability, abs=1e-9)
    assert by_name(estimate)["Glucose"] == 148.0
    assert by_name(estimate)["Age"] == 50.0
    glucose = next(each for each in estimate.inputs if each.name == "Glucose")
    assert glucose.effective_at == NOW - timedelta(days=30)
    assert glucose.source.startswith("observation ")
    low, high = estimate.interval or (1.0, 0.0)
    assert low <= estimate.probability <= high
    assert estimate.in_scope
    assert not estimate.warnings


def test_what_is_missing_is_named_and_is_not_zero(risks: Risks, store: Database) -> None:
    patient = woman(store)
    screened(store, patient)
    estimate = risks.estimate(patient)
    assert "Triceps skin fold" in estimate.missing
    assert by_name(estimate)["SkinThickness"] is None
    add_observation(store, patient, DBP, 0.0, unit="mm[Hg]", at=NOW - timedelta(days=1))
    with pytest.raises(BadInput, match="Diastolic"):
        risks.estimate(patient)


def test_below_the_minimum_set_there_is_no_estimate(risks: Risks, store: Database) -> None:
    patient = woman(store)
    add_observation(store, patient, DBP, 72.0, unit="mm[Hg]", at=NOW - timedelta(days=1))
    with pytest.raises(MissingInputs, match=r"Glucose.*Body mass index"):
        risks.estimate(patient)
    with store.reading() as session:
        assert session.scalars(select(RiskAssessmentRow)).all() == []


def test_only_values_before_now_count_and_the_newest_of_them(risks: Risks, store: Database) -> None:
    patient = woman(store)
    screened(store, patient)
    for minutes, value in ((-1, 111.0), (0, 122.0), (1, 133.0)):
        at = NOW + timedelta(minutes=minutes)
        add_observation(store, patient, GLUCOSE_2H, value, unit="mg/dL", at=at)
    assert by_name(risks.estimate(patient))["Glucose"] == 111.0


def test_a_newer_text_does_not_hide_an_older_number(risks: Risks, store: Database) -> None:
    patient = woman(store)
    screened(store, patient)
    at = NOW - timedelta(days=1)
    add_observation(store, patient, GLUCOSE_2H, None, unit="", at=at, text="haemolysed")
    assert by_name(risks.estimate(patient))["Glucose"] == 148.0


def test_units_are_converted_once_and_an_unknown_one_is_missing(
    risks: Risks, store: Database
) -> None:
    patient = woman(store)
    screened(store, patient)
    at = NOW - timedelta(days=1)
    add_observation(store, patient, GLUCOSE_2H, 10.0, unit="mmol/L", at=at)
    assert by_name(risks.estimate(patient))["Glucose"] == pytest.approx(180.156)
    add_observation(store, patient, GLUCOSE_2H, 10.0, unit="", at=NOW - timedelta(hours=1))
    with pytest.raises(MissingInputs, match="Glucose"):
        risks.estimate(patient)


def test_another_glucose_is_used_and_says_so(risks: Risks, store: Database) -> None:
    patient = woman(store)
    at = NOW - timedelta(days=1)
    add_observation(store, patient, GLUCOSE, 99.0, unit="mg/dL", at=at)
    add_observation(store, patient, BMI, 30.0, unit="kg/m2", at=at)
    estimate = risks.estimate(patient)
    found = next(each for each in estimate.inputs if each.name == "Glucose")
    moved = next(each for each in estimate.contributions if each.feature == "Glucose")
    assert (found.value, found.code) == (99.0, GLUCOSE)
    assert found.label == moved.label == "Plasma glucose, timing unknown"
    assert any("unknown timing" in warning for warning in estimate.warnings)


def test_the_index_is_calculated_when_its_parts_are_newer(risks: Risks, store: Database) -> None:
    patient = woman(store)
    screened(store, patient)
    at = NOW - timedelta(days=2)
    add_observation(store, patient, WEIGHT, 100.0, unit="kg", at=at)
    add_observation(store, patient, HEIGHT, 200.0, unit="cm", at=NOW - timedelta(days=900))
    found = next(each for each in risks.estimate(patient).inputs if each.name == "BMI")
    assert found.value == 25.0
    assert found.source.startswith("calculated from")


def test_an_old_value_is_called_old(risks: Risks, store: Database) -> None:
    patient = woman(store)
    screened(store, patient, days_ago=400)
    assert sum("too old" in warning for warning in risks.estimate(patient).warnings) == 3


@pytest.mark.parametrize(
    ("gender", "born", "reason"),
    [
        ("male", date(1976, 5, 1), "women"),
        ("unknown", date(1976, 5, 1), "not recorded"),
        ("female", date(2008, 5, 1), "21 years"),
    ],
)
def test_whoever_the_model_was_not_made_for_is_told_loudly(
    risks: Risks, store: Database, gender: str, born: date, reason: str
) -> None:
    patient = add_patient(store, "M1", born=born, gender=gender)
    screened(store, patient)
    estimate = risks.estimate(patient)
    assert not estimate.in_scope
    assert estimate.warnings[0].startswith("OUT OF SCOPE")
    assert reason in estimate.warnings[0]


@pytest.mark.parametrize("condition", ["Type 2 diabetes", "E11.9 Diabetes", "DIABETES MELLITUS"])
def test_somebody_who_has_diabetes_is_out_of_scope(
    risks: Risks, store: Database, condition: str
) -> None:
    patient = woman(store)
    screened(store, patient)
    for not_yet in ("Prediabetes", "Family history of type 2 diabetes", "Gestational diabetes"):
        add_condition(store, patient, not_yet)
    assert risks.estimate(patient).in_scope
    add_condition(store, patient, condition)
    estimate = risks.estimate(patient)
    assert not estimate.in_scope
    assert "already" in estimate.warnings[0]


def test_an_age_written_down_counts_from_its_day(risks: Risks, store: Database) -> None:
    patient = add_patient(store, "M1", born=None, age_years=40, age_true_on=date(2020, 1, 1))
    screened(store, patient)
    found = next(each for each in risks.estimate(patient).inputs if each.name == "Age")
    assert found.value == 46.0
    assert "written down" in found.source


def test_an_estimate_is_kept_as_it_was_shown(risks: Risks, clinic: Clinic, store: Database) -> None:
    patient = woman(store)
    screened(store, patient)
    shown = [risks.estimate(patient), risks.estimate(patient)]
    risks.estimate(patient, save=False)
    kept = clinic.records.risks(patient)
    assert [each.estimate for each in kept] == shown
    assert kept[0].assessed_at == NOW
    with store.reading() as session:
        assert len(session.scalars(select(ModelVersionRow)).all()) == 1
        events = session.scalars(select(AuditEventRow)).all()
        assert sum(each.action == Action.RISK_ESTIMATE for each in events) == 3  # E01: kept or not


def test_a_cancelled_estimate_leaves_nothing(risks: Risks, store: Database) -> None:
    class Stopped(Silent):
        def raise_if_cancelled(self) -> None:
            raise Cancelled

    patient = woman(store)
    screened(store, patient)
    with pytest.raises(Cancelled):
        risks.estimate(patient, progress=Stopped())
    with store.reading() as session:
        assert session.scalars(select(RiskAssessmentRow)).all() == []


def test_an_unknown_model_and_an_unknown_patient_are_said(risks: Risks, store: Database) -> None:
    with pytest.raises(UserFacingError, match="diabetes"):
        risks.estimate(woman(store), "astrology")
    with pytest.raises(RecordNotFound):
        risks.estimate(PatientId(99))


def test_a_locked_store_answers_nothing(risks: Risks, clinic: Clinic, store: Database) -> None:
    patient = woman(store)
    clinic.lock()
    for asked in (risks.estimate, risks.scores):
        with pytest.raises(NotAllowed):
            asked(patient)


def test_a_nurse_may_not_estimate() -> None:
    assert not may(Role.NURSE, Action.RISK_ESTIMATE)


def vitals(store: Database, patient: PatientId, at: datetime, **values: float) -> None:
    codes = {"rr": "9279-1", "spo2": "59408-5", "sbp": "8480-6", "hr": "8867-4", "temp": "8310-5"}
    units = {"rr": "/min", "spo2": "%", "sbp": "mm[Hg]", "hr": "/min", "temp": "Cel"}
    usual = {"rr": 22.0, "spo2": 95.0, "sbp": 105.0, "hr": 95.0, "temp": 38.5}
    for name, value in {**usual, **values}.items():
        add_observation(store, patient, codes[name], value, unit=units[name], at=at)


def test_a_whole_set_of_vital_signs_is_scored(risks: Risks, store: Database) -> None:
    patient = woman(store)
    at = NOW - timedelta(hours=1)
    vitals(store, patient, at)
    add_observation(store, patient, ACVPU, None, unit="", at=at, text="Alert")
    add_observation(store, patient, O2_FLOW, 2.0, unit="L/min", at=at)
    result = score(risks, patient, "news2")
    assert result.values["total"] == 2 + 1 + 2 + 1 + 1 + 0 + 1
    assert result.values["risk_band"] == "high"
    assert result.as_of == at
    assert not result.stale
    assert next(each for each in result.inputs if each.name == "spo2_scale").source == "chosen"


def test_a_partial_set_gets_bounds_and_never_a_score(risks: Risks, store: Database) -> None:
    patient = woman(store)
    vitals(store, patient, NOW - timedelta(hours=1))
    result = score(risks, patient, "news2")
    assert result.values == {}
    assert result.headline == ""
    assert result.missing == ["Supplemental oxygen", "Consciousness (ACVPU)"]
    assert "NEWS2 6-11, missing: " in result.message


def test_values_outside_the_window_are_not_part_of_the_set(risks: Risks, store: Database) -> None:
    patient = woman(store)
    add_observation(store, patient, ACVPU, None, unit="", at=NOW - timedelta(hours=5), text="A")
    add_observation(store, patient, O2_FLOW, 0.0, unit="L/min", at=NOW - timedelta(hours=5))
    vitals(store, patient, NOW - timedelta(hours=1))
    assert "Consciousness (ACVPU)" in score(risks, patient, "news2").missing


def test_an_old_set_is_marked_old(risks: Risks, store: Database) -> None:
    patient = woman(store)
    at = NOW - timedelta(hours=25)
    vitals(store, patient, at)
    add_observation(store, patient, ACVPU, None, unit="", at=at, text="A")
    add_observation(store, patient, O2_FLOW, 0.0, unit="L/min", at=at)
    result = score(risks, patient, "news2")
    assert result.stale
    assert "not the present state" in result.message


def test_kidney_scores_rest_on_creatinine(clinic: Clinic, risks: Risks, store: Database) -> None:
    clinic.settings.decide_for_scores({"north_america": "0"})
    patient = add_patient(store, "M1", born=date(1966, 1, 1), gender="male")
    at = NOW - timedelta(days=10)
    add_observation(store, patient, CREATININE, 2.5, unit="mg/dL", at=at)
    egfr = score(risks, patient, "ckd_epi_2021")
    assert egfr.values["g_category"] == "G4"
    kidney = [each for each in risks.scores(patient) if each.score == "kfre"]
    assert [each.missing for each in kidney] == [["Urine albumin/creatinine ratio"]] * 2
    add_observation(store, patient, UACR, 300.0, unit="mg/g", at=at)
    two, five = (each for each in risks.scores(patient) if each.score == "kfre")
    assert 0 < float(two.values["risk"] or 0) < float(five.values["risk"] or 0) < 1
    assert by_name(two)["north_america"] == 0.0
    assert by_name(two)["egfr"] == egfr.values["egfr_ml_min_1_73m2"]
    assert "5 years" in five.headline
    clinic.settings.decide_for_scores({"north_america": "1"})
    here = [each for each in risks.scores(patient) if each.score == "kfre"]
    assert float(here[0].values["risk"] or 0) > float(two.values["risk"] or 0)


def test_good_kidneys_get_no_failure_risk(clinic: Clinic, risks: Risks, store: Database) -> None:
    clinic.settings.decide_for_scores({"north_america": "0"})
    patient = woman(store)
    at = NOW - timedelta(days=10)
    add_observation(store, patient, CREATININE, 0.7, unit="mg/dL", at=at)
    add_observation(store, patient, UACR, 10.0, unit="mg/g", at=at)
    result = score(risks, patient, "kfre")
    assert result.values == {}
    assert "below 60" in result.message


def test_a_child_gets_no_adult_category(risks: Risks, store: Database) -> None:
    patient = add_patient(store, "M1", born=date(2015, 1, 1))
    at = NOW - timedelta(days=10)
    add_observation(store, patient, WEIGHT, 30.0, unit="kg", at=at)
    add_observation(store, patient, HEIGHT, 130.0, unit="cm", at=at)
    assert score(risks, patient, "bmi_who").values == {}
    vitals(store, patient, NOW - timedelta(hours=1))
    assert "16 years" in score(risks, patient, "news2").message


def test_an_empty_record_has_no_score_and_says_why(risks: Risks, store: Database) -> None:
    patient = woman(store)
    for result in risks.scores(patient):
        assert result.values == {}
        assert result.missing
        assert result.message
        assert "needs: " in result.message  # no bounds where nothing is known
