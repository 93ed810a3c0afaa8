"""What is measured is written into the record: all of it or nothing, as it was written."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.vital_signs import (
    ACVPU,
    DIASTOLIC,
    HEART_RATE,
    O2_FLOW,
    RESPIRATORY_RATE,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    BadVitalSigns,
    Measured,
    VitalSet,
)
from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.services.clinic import Clinic
from tests.services.stores import OWN_PASSWORD, Clock, add_account, events, make_store, unlock
from tests.storage.factories import NOON, add_patient, database_of

NOW = NOON + timedelta(hours=2)
SET = (
    Measured(RESPIRATORY_RATE, "22", "/min"),
    Measured(SPO2, "94", "%"),
    Measured(O2_FLOW, "0", "L/min"),
    Measured(SYSTOLIC, "104", "mm[Hg]"),
    Measured(DIASTOLIC, "61", "mm[Hg]"),
    Measured(HEART_RATE, "112", "/min"),
    Measured(ACVPU, "a", ""),
    Measured(TEMPERATURE, "101.3", "[degF]"),
)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store", Clock(NOW))
    yield clinic
    clinic.lock()


@pytest.fixture
def patient(clinic: Clinic) -> PatientId:
    return add_patient(database_of(clinic), "M1", born=date(1945, 7, 14))


def test_a_set_is_kept_in_canonical_units_beside_what_was_written(
    clinic: Clinic, patient: PatientId
) -> None:
    assert clinic.recording.vitals(patient, VitalSet(NOON, SET)) == len(SET)
    kept = {each.code: each for each in clinic.records.observations(patient)}
    assert kept[TEMPERATURE].value == pytest.approx(38.5, abs=0.01)
    assert (kept[TEMPERATURE].original_value, kept[TEMPERATURE].original_unit) == (
        "101.3",
        "[degF]",
    )
    assert kept[ACVPU].text == "A"
    assert {each.effective_at for each in kept.values()} == {NOON}
    assert "record.enter" in events(clinic, "action")


def test_eight_written_values_are_a_whole_news2(clinic: Clinic, patient: PatientId) -> None:
    """F75: and without one of them there are bounds, never a plain score."""
    clinic.recording.vitals(patient, VitalSet(NOON, SET[:-1]))
    partial = next(each for each in clinic.risks.scores(patient) if each.score == "news2")
    assert partial.missing == ["Temperature"]
    clinic.recording.vitals(patient, VitalSet(NOON, SET[-1:]))
    whole = next(each for each in clinic.risks.scores(patient) if each.score == "news2")
    assert whole.headline == "NEWS2 7 - high"


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept(
    clinic: Clinic, patient: PatientId
) -> None:
    wrong = (
        Measured(HEART_RATE, "720", "/min"),
        Measured(TEMPERATURE, "37,1", "Cel"),
        Measured(SYSTOLIC, "84", "mm[Hg]"),
        Measured(DIASTOLIC, "128", "mm[Hg]"),
        Measured(ACVPU, "X", ""),
        Measured(SPO2, "97", "%"),
    )
    with pytest.raises(BadVitalSigns) as caught:
        clinic.recording.vitals(patient, VitalSet(NOON, wrong))
    assert caught.value.wrong.keys() == {HEART_RATE, TEMPERATURE, DIASTOLIC, ACVPU}
    assert clinic.records.observations(patient) == []


@pytest.mark.parametrize("away", [timedelta(hours=3), timedelta(days=-40_000)])
def test_a_time_that_cannot_be_is_refused(
    clinic: Clinic, patient: PatientId, away: timedelta
) -> None:
    with pytest.raises(BadInput, match="time is"):
        clinic.recording.vitals(patient, VitalSet(NOON + away, SET))


def test_nothing_is_measured_after_a_death(clinic: Clinic) -> None:
    dead = add_patient(database_of(clinic), "M2", deceased_on=date(2026, 2, 20))
    with pytest.raises(BadInput, match="after the patient's death"):
        clinic.recording.vitals(dead, VitalSet(NOON, SET))


def test_an_empty_set_is_none(clinic: Clinic, patient: PatientId) -> None:
    with pytest.raises(BadInput, match="Nothing is written"):
        clinic.recording.vitals(patient, VitalSet(NOON, ()))


def test_measured_twice_in_one_minute_is_two_measurements(
    clinic: Clinic, patient: PatientId
) -> None:
    for value in ("80", "84"):
        pulse = Measured(HEART_RATE, value, "/min")
        clinic.recording.vitals(patient, VitalSet(NOON, (pulse,)))
    assert [each.value for each in clinic.records.observations(patient)] == [80, 84]


def test_a_nurse_writes_them_down_and_a_researcher_never_does(clinic: Clinic) -> None:
    """F96: by role, beneath the window."""
    patient = add_patient(database_of(clinic), "M3")
    add_account(clinic, "nora", "nurse")
    nurse = unlock(clinic.folder, "nora", OWN_PASSWORD)
    assert isinstance(nurse, Clinic)
    try:
        assert nurse.recording.vitals(patient, VitalSet(NOON, SET)) == len(SET)
        with pytest.raises(NotAllowed):
            nurse.editing.correct_patient(patient, 1, None, "x")  # type: ignore[arg-type]  # refused before it is looked at
    finally:
        nurse.lock()
