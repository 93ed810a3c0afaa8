"""What is measured is written into the record: all of it or nothing, as it was written."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from clinicdesk.domain.allergy_check import AgainstAllergy
from clinicdesk.domain.encounter import EncounterClass
from clinicdesk.domain.entry import (
    NewAllergy,
    NewEncounter,
    NewEntry,
    NewPrescription,
    NewProblem,
)
from clinicdesk.domain.patient import AllergyStatus, PatientId
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
            nurse.recording.entry(patient, NewProblem("Asthma"))
    finally:
        nurse.lock()


TODAY = NOW.date()


@pytest.mark.parametrize(
    "entry",
    [
        NewProblem("Type 2 diabetes mellitus", "e11.9", date(2019, 5, 1)),
        NewPrescription("Metformin 500 mg tablet", "1 tablet twice a day", TODAY),
        NewAllergy("Penicillin V", "medication", "rash", "moderate", TODAY),
        NewEncounter(EncounterClass.AMBULATORY, NOON, NOW, "Cough", 3),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_an_entry_is_in_the_record_and_in_the_audit(
    clinic: Clinic, patient: PatientId, entry: NewEntry
) -> None:
    row = clinic.recording.entry(patient, entry)
    again = clinic.recording.entry(patient, entry)
    assert row != again  # written twice is two: nothing is overwritten
    records = clinic.records
    kept = {
        NewProblem: records.conditions,
        NewPrescription: records.medications,
        NewAllergy: records.allergies,
        NewEncounter: records.encounters,
    }[type(entry)](patient)
    assert {each.id for each in kept} == {row, again}  # type: ignore[attr-defined]  # of four kinds
    assert events(clinic, "action").count("record.enter") == 2


@pytest.mark.parametrize(
    "entry",
    [
        NewProblem("  "),
        NewProblem("Asthma", onset=TODAY + timedelta(days=1)),
        NewProblem("Asthma", onset=date(1944, 1, 1)),  # before the birth
        NewPrescription("Metformin", authored_on=TODAY, ended_on=TODAY - timedelta(days=1)),
        NewAllergy("Latex", severity="terrible"),
        NewEncounter(EncounterClass.INPATIENT, NOW + timedelta(hours=1)),
        NewEncounter(EncounterClass.INPATIENT, NOON, NOON - timedelta(hours=1)),
        NewEncounter(EncounterClass.INPATIENT, NOON, severity=11),
    ],
)
def test_what_cannot_be_is_not_entered(clinic: Clinic, patient: PatientId, entry: NewEntry) -> None:
    with pytest.raises(BadInput):
        clinic.recording.entry(patient, entry)
    assert "record.enter" not in events(clinic, "action")


def test_an_allergy_is_known_and_none_is_said_only_of_an_empty_list(
    clinic: Clinic, patient: PatientId
) -> None:
    """F03: four states, each with its date; nothing turns into `none` by itself."""
    assert clinic.records.open(patient).allergy_status is AllergyStatus.NOT_RECORDED
    clinic.recording.no_known_allergies(patient)
    asked = clinic.records.open(patient)
    assert (asked.allergy_status, asked.allergy_status_on) == (AllergyStatus.NONE_KNOWN, TODAY)
    clinic.recording.entry(patient, NewAllergy("Latex"))
    assert clinic.records.open(patient).allergy_status is AllergyStatus.KNOWN
    with pytest.raises(BadInput, match="has an allergy"):
        clinic.recording.no_known_allergies(patient)


def test_a_drug_against_an_allergy_needs_a_reason_that_stands_beside_it(
    clinic: Clinic, patient: PatientId
) -> None:
    """F13: by name and by class; the audit knows which allergy."""
    clinic.recording.entry(patient, NewAllergy("Allergy to penicillin"))
    drug = NewPrescription("Amoxicillin 500 MG Oral Capsule")
    with pytest.raises(AgainstAllergy, match="Allergy to penicillin"):
        clinic.recording.entry(patient, drug)
    assert clinic.records.medications(patient) == []
    clinic.recording.entry(patient, drug, despite="Tolerated twice since")
    [kept] = clinic.records.medications(patient)
    assert kept.reason == "Despite allergy (Allergy to penicillin): Tolerated twice since"
    clinic.recording.entry(patient, NewPrescription("Metformin 500 mg tablet"))
