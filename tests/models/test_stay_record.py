"""A stay in hospital, read from a record in the words of the register the models learnt from."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.encounter import Encounter, EncounterClass, EncounterId
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation, ObservationId
from clinicdesk.domain.patient import AdministrativeGender, PatientId, PatientSummary
from clinicdesk.domain.risk import RiskInput
from clinicdesk.errors import BadInput
from clinicdesk.models.card import CardInput
from clinicdesk.models.choices import choice_of, choice_of_code
from clinicdesk.models.features import Moment
from clinicdesk.models.learned import inpatient, readmission30
from clinicdesk.models.learned.diagnosis_groups import GROUPS
from clinicdesk.models.prediction import extrapolations
from clinicdesk.models.registry import shipped
from clinicdesk.models.rows import columns_of, features
from clinicdesk.models.stay_record import (
    _FINDERS,
    StayRecord,
    asks_about_stay,
    of_stay,
    outside_stay,
)

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
BEGAN = NOW - timedelta(days=5)
PERSON = PatientSummary(
    PatientId(1), "M1", "Berg", "Ada", date(1950, 1, 1), AdministrativeGender.FEMALE
)


def visit(kind: EncounterClass, began: datetime, number: int = 1, **more: object) -> Encounter:
    plain = Encounter(EncounterId(number), "", kind, began, None, "", "", "", None, None, None)
    return replace(plain, **more)  # type: ignore[arg-type]  # fields by name


def drug(name: str, day: date) -> MedicationRequest:
    return MedicationRequest(1, "", "", "", name, "", "", None, None, None, day, None, "")


def result(code: str, value: float, unit: str, at: datetime) -> Observation:
    return Observation(ObservationId(9), code, "", at, value, "", unit, "", "")


STAY = visit(EncounterClass.INPATIENT, BEGAN, 7, reason_code="I50.9")


def record(*visits: Encounter, **more: object) -> StayRecord:
    plain = StayRecord(PERSON, visits, (), (), (), Moment(NOW, UTC))
    return replace(plain, **more)  # type: ignore[arg-type]  # fields by name


def found(wanted: CardInput, at: StayRecord) -> RiskInput:
    card = replace(shipped("diabetes").card, inputs=(wanted,))
    return of_stay(card, [RiskInput(wanted.name, wanted.label, None, wanted.unit)], at)[0]


def test_every_finder_is_asked_and_every_question_has_one() -> None:
    asked = {each.found.partition(":")[0] for each in readmission30.SPEC.inputs} - {""}
    assert asked == set(_FINDERS)
    assert asks_about_stay(replace(shipped("diabetes").card, inputs=readmission30.SPEC.inputs))
    assert not asks_about_stay(shipped("diabetes").card)


def test_days_so_far_or_as_stated() -> None:
    assert found(inpatient.DAYS, record(STAY)).value == 5
    stated = replace(STAY, length_of_stay=3.0)
    assert found(inpatient.DAYS, record(stated)).value == 3
    assert found(inpatient.DAYS, record(replace(STAY, started_at=NOW))).value == 1


def test_the_main_diagnosis_is_the_group_of_the_reason() -> None:
    diagnosis = found(inpatient.MAIN_DIAGNOSIS, record(STAY))
    assert (diagnosis.shown, "I50.9" in diagnosis.source) == ("heart failure", True)
    assert found(inpatient.MAIN_DIAGNOSIS, record(replace(STAY, reason_code=""))).missing


def test_visits_are_counted_in_the_year_before_the_stay() -> None:
    before = [
        visit(EncounterClass.INPATIENT, BEGAN - timedelta(days=days), 20 + days)
        for days in (30, 200, 364, 370)
    ]
    emergency = visit(EncounterClass.EMERGENCY, BEGAN - timedelta(days=2), 3)
    later = visit(EncounterClass.EMERGENCY, BEGAN + timedelta(days=1), 4)
    whole = record(STAY, *before, emergency, later)
    assert found(inpatient.INPATIENT_BEFORE, whole).value == 3
    assert found(inpatient.EMERGENCY_BEFORE, whole).value == 1
    assert found(inpatient.OUTPATIENT_BEFORE, whole).value == 0


def test_an_emergency_visit_within_a_day_is_where_it_began() -> None:
    near = visit(EncounterClass.EMERGENCY, BEGAN - timedelta(hours=6), 3)
    far = visit(EncounterClass.EMERGENCY, BEGAN - timedelta(days=3), 3)
    assert found(inpatient.ADMITTED_FROM, record(STAY, near)).shown == "emergency room"
    assert found(inpatient.ADMITTED_FROM, record(STAY, far)).missing


def test_a_drug_is_a_no_only_where_drugs_are_recorded() -> None:
    day = BEGAN.date()
    given = record(STAY, medications=[drug("Insulin glargine", day), drug("Ramipril", day)])
    assert found(inpatient.INSULIN, given).shown == "yes"
    assert found(inpatient.METFORMIN, given).shown == "no"
    assert found(inpatient.MEDICATIONS, given).value == 2
    old = record(STAY, medications=[drug("Insulin", day - timedelta(days=90))])
    assert found(inpatient.INSULIN, old).missing


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(6.5, "%", "7 % and below"), (7.4, "%", "above 7 %"), (75.0, "mmol/mol", "above 8 %")],
)
def test_hba1c_of_the_stay_in_the_steps_of_the_register(
    value: float, unit: str, shown: str
) -> None:
    results = [result("2160-0", 1.0, "mg/dL", BEGAN), result("4548-4", value, unit, BEGAN)]
    assert found(inpatient.HBA1C, record(STAY, results=results)).shown == shown
    assert found(inpatient.HBA1C, record(STAY, results=results[:1])).shown == "not measured"
    assert found(inpatient.HBA1C, record(STAY)).missing
    assert found(inpatient.LAB_TESTS, record(STAY, results=results)).value == 2


def test_without_a_stay_nothing_is_found_and_it_is_said() -> None:
    nobody = record(visit(EncounterClass.AMBULATORY, BEGAN))
    assert found(inpatient.INPATIENT_BEFORE, nobody).missing
    assert "no stay in hospital" in outside_stay(nobody)[0]
    assert outside_stay(record(STAY)) == []
    long_ago = visit(EncounterClass.INPATIENT, NOW - timedelta(days=90), length_of_stay=4.0)
    assert "ended longer ago" in outside_stay(record(long_ago))[0]


def test_problems_are_counted_once() -> None:
    problems = [
        Condition(1, "", "E11.9", "Type 2 diabetes", None, None),
        Condition(2, "", "E11.9", "Diabetes", None, None),
        Condition(3, "", "I10", "Hypertension", None, date(2020, 1, 1)),
    ]
    assert found(inpatient.DIAGNOSES, record(STAY, conditions=problems)).value == 1
    assert found(inpatient.DIAGNOSES, record(STAY)).missing


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("250", "diabetes without complications"),
        ("250.02", "diabetes without complications"),
        ("250.83", "diabetes with complications"),
        ("E11", "diabetes without complications"),
        ("E11.9", "diabetes without complications"),
        ("E112", "diabetes with complications"),
        ("428", "heart failure"),
        ("I50.21", "heart failure"),
        ("403", "kidney failure"),
        ("N18.4", "kidney failure"),
        ("V57", "rehabilitation"),
        ("V45", "care without a disease"),
        ("V45.2", "care without a disease"),
        ("V457", "injury or poisoning"),
        ("E909", "injury or poisoning"),
        ("Z50.1", "rehabilitation"),
        ("C50", "tumour"),
        ("38", "sepsis"),
        ("8", "other infection"),
        ("786", "chest pain or other signs of heart and lungs"),
        ("789", "other symptoms"),
    ],
)
def test_old_and_new_codes_fall_into_the_same_group(code: str, label: str) -> None:
    choice = choice_of_code(GROUPS, code)
    assert choice is not None
    assert choice.label == label


def test_words_of_the_register_are_read() -> None:
    header = ["age", "gender", "diag_1", "A1Cresult", "insulin", "discharge_disposition_id"]
    inputs = readmission30.SPEC.inputs
    row = dict(zip(header, ["[70-80)", "Male", "?", "None", "Steady", "25"], strict=True))
    values = features(inputs, columns_of(inputs, header), row)
    assert (values["Age"], values["Sex"], values["HbA1c"], values["insulin"]) == (75, 1, 0, 1)
    assert values["MainDiagnosis"] is None
    assert choice_of(inpatient.DISCHARGED_TO.choices, "25") == inpatient.DISCHARGED_TO.choices[-1]
    with pytest.raises(BadInput, match="female, male"):
        features(inputs, columns_of(inputs, header), row | {"gender": "tall"})
    unknown = row | {"gender": "Unknown/Invalid"}
    assert features(inputs, columns_of(inputs, header), unknown)["Sex"] is None


def test_a_word_is_never_outside_a_range() -> None:
    card = shipped("readmission30").card
    assert extrapolations(card.inputs, {"MainDiagnosis": 34.0, "DischargedTo": 10.0}) == []
    assert len(extrapolations(card.inputs, {"Age": 5.0})) == 1
