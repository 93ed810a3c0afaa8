"""Scores of a record: what they take of it, how old, what they do not assume."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.encounter import Encounter, EncounterClass, EncounterId
from clinicdesk.domain.habits import ALCOHOL, SMOKING
from clinicdesk.domain.observation import Observation, ObservationId
from clinicdesk.domain.patient import AdministrativeGender, PatientId, PatientSummary
from clinicdesk.domain.risk import ScoreResult
from clinicdesk.models.features import Moment
from clinicdesk.models.record_scores import one_score, record_scores
from clinicdesk.models.record_values import Record, acvpu_letter, found
from clinicdesk.models.scores import SCORES

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ICD10 = "http://hl7.org/fhir/sid/icd-10"
CREATININE, UACR, WEIGHT, HR, SBP, RR = "2160-0", "9318-7", "29463-7", "8867-4", "8480-6", "9279-1"
EUROPE = {"north_america": "0", "region": "low"}
LABS = {"1751-7": (3.9, "g/dL"), "2777-1": (3.9, "mg/dL"), "1963-8": (25.0, "mmol/L")}


def observation(code: str, value: float | str, unit: str = "", days: float = 1) -> Observation:
    number = None if isinstance(value, str) else value
    text = value if isinstance(value, str) else ""
    at = NOW - timedelta(days=days)
    return Observation(ObservationId(1), code, code, at, number, text, unit, str(value), unit)


def condition(code: str, system: str = ICD10, onset: date | None = None) -> Condition:
    return Condition(7, system, code, code, onset, None)


def visit(days: float, severity: int | None) -> Encounter:
    at = NOW - timedelta(days=days)
    number, kind = EncounterId(int(days)), EncounterClass.AMBULATORY
    return Encounter(number, "V", kind, at, None, "", "", "", severity, None, None)


def record(
    *observations: Observation,
    conditions: Sequence[Condition] = (),
    encounters: Sequence[Encounter] = (),
    born: date = date(1946, 5, 1),
    clinic: Mapping[str, str] = EUROPE,
) -> Record:
    person = PatientSummary(PatientId(1), "M1", "DOE", "Jo", born, AdministrativeGender.FEMALE)
    newest = {each.code: each for each in observations}
    return Record(person, newest, conditions, encounters, Moment(NOW, UTC), clinic=clinic)


def by_score(of: Record) -> Mapping[str, ScoreResult]:
    return {each.score: each for each in record_scores(of)}


def test_an_empty_record_shows_what_the_usual_scores_need_and_nothing_else() -> None:
    results = record_scores(record())
    shown = ["news2", "ckd_epi_2021", "kfre", "kfre", "bmi_who"]
    assert [each.score for each in results] == shown
    assert all(each.missing and not each.headline for each in results)
    assert all(each.title == SCORES[each.score].title for each in results)


def test_the_kidney_scores_share_one_filtration_rate() -> None:
    results = by_score(
        record(
            observation(CREATININE, 2.0, "mg/dL"),
            observation(UACR, 400.0, "mg/g"),
            observation(WEIGHT, 70.0, "kg"),
        )
    )
    rate = results["ckd_epi_2021"].values["egfr_ml_min_1_73m2"]
    [used] = [each for each in results["kdigo_stage"].inputs if each.name == "egfr"]
    assert used.value == rate
    assert used.source == "CKD-EPI 2021 from creatinine"
    assert results["kdigo_stage"].values["combined"] == "G4A3"
    assert "3 months" in results["kdigo_stage"].message
    assert results["cockcroft_gault"].headline == "Creatinine clearance 25 mL/min (actual weight)"


def test_a_unit_is_converted_and_an_unknown_one_is_missing() -> None:
    micromol = by_score(record(observation(CREATININE, 176.84, "umol/L")))
    milligram = by_score(record(observation(CREATININE, 2.0, "mg/dL")))
    wanted = "egfr_ml_min_1_73m2"
    rates = [float(each["ckd_epi_2021"].values[wanted] or 0) for each in (micromol, milligram)]
    assert rates[0] == pytest.approx(rates[1], rel=1e-3)
    strange = by_score(record(observation(CREATININE, 2.0, "pint")))
    assert strange["ckd_epi_2021"].missing == ["Creatinine"]


def test_kidney_failure_needs_the_clinic_s_region_and_assumes_none() -> None:
    kidney = [observation(CREATININE, 2.0, "mg/dL"), observation(UACR, 400.0, "mg/g")]
    undecided = by_score(record(*kidney, clinic={}))["kfre"]
    assert (undecided.values, undecided.missing) == ({}, ["North American calibration"])
    assert "Settings" in undecided.message
    europe = by_score(record(*kidney))["kfre"]
    america = by_score(record(*kidney, clinic={"north_america": "1"}))["kfre"]
    assert float(america.values["risk"] or 0) > float(europe.values["risk"] or 0) > 0
    [region] = [each for each in europe.inputs if each.name == "north_america"]
    assert (region.text, region.source) == ("no", "set for the clinic")


def test_the_risk_of_heart_and_vessels_appears_where_the_clinic_said_its_region() -> None:
    chart = [
        observation(SBP, 150, "mm[Hg]"),
        observation("2093-3", 6.1, "mmol/L"),
        observation("2085-9", 1.2, "mmol/L"),
        observation(SMOKING, "Current smoker"),
    ]
    born = date(1966, 5, 1)
    low = by_score(record(*chart, born=born))["score2"]
    high = by_score(record(*chart, born=born, clinic={"region": "very_high"}))["score2"]
    assert float(high.values["risk"] or 0) > float(low.values["risk"] or 0) > 0
    assert "score2" not in by_score(record(*chart, born=born, clinic={}))


def test_the_longer_kidney_equations_appear_where_the_record_has_all_of_them() -> None:
    kidney = [observation(CREATININE, 2.0, "mg/dL"), observation(UACR, 400.0, "mg/g")]
    labs = [observation(code, *value) for code, value in LABS.items()]
    calcium = observation("17861-6", 9.4, "mg/dL")
    three = [each for each in record_scores(record(*kidney, *labs)) if each.score == "kfre"]
    assert [len(each.inputs) for each in three] == [7, 7]
    all_four = record_scores(record(*kidney, *labs, calcium))
    long = [each.headline for each in all_four if "(8 variables)" in each.headline]
    assert [headline.split(" in ")[1] for headline in long] == [
        "2 years (8 variables)",
        "5 years (8 variables)",
    ]
    both = [condition("E11.9"), condition("I10")]
    six = record_scores(record(*kidney, conditions=both))
    assert sum("(6 variables)" in each.headline for each in six) == 2
    one = record_scores(record(*kidney, conditions=both[:1]))
    assert not any("(6 variables)" in each.headline for each in one)  # no hypertension recorded


def test_comorbidity_counts_what_is_coded_and_says_what_it_is_not() -> None:
    coded = [
        condition("I21.4"),
        condition("e11.9"),
        condition("44054006", "http://snomed.info/sct"),
    ]
    result = by_score(record(conditions=coded))["charlson_elixhauser"]
    assert result.values["groups"] == "mi;diab"
    assert result.values["age_adjusted_1987"] == 1 + 1 + 4
    assert "1 recorded without a code of ICD-10 do not count" in result.message
    assert "not assumed to be absent" in result.message
    assert "charlson_elixhauser" not in by_score(record(conditions=coded[2:]))


def test_a_condition_that_is_not_recorded_is_missing_and_not_a_no() -> None:
    ill = [condition("I48.0"), condition("I50.9", onset=date(2020, 1, 2))]
    result = by_score(record(conditions=ill))["cha2ds2_vasc"]
    assert result.values == {}
    assert result.message.startswith("CHA2DS2-VASc 4-9, missing: Hypertension, Diabetes, Stroke")
    assert "not assumed to be absent" in result.message
    [failure] = [each for each in result.inputs if each.name == "chf"]
    assert (failure.shown, failure.source) == ("yes", "condition I50.9, since 02-Jan-2020")
    assert "cha2ds2_vasc" not in by_score(record(conditions=ill[1:]))  # for fibrillation only


def test_vital_signs_of_one_set_alone_make_a_shock_index() -> None:
    apart = by_score(record(observation(HR, 120, "/min", 0.01), observation(SBP, 80, "mm[Hg]", 2)))
    assert "shock_index" not in apart
    together = by_score(
        record(observation(HR, 120, "/min", 0.01), observation(SBP, 80, "mm[Hg]", 0.02))
    )
    assert together["shock_index"].headline == "Shock index 1.50 - high"
    assert not together["shock_index"].stale
    old = by_score(record(observation(HR, 120, "/min", 2), observation(SBP, 80, "mm[Hg]", 2)))
    assert old["shock_index"].stale


def test_a_senior_with_a_fast_heart_is_flagged_without_a_news2() -> None:
    fast = [observation(HR, 110, "/min", 0.1)]
    assert "heart rate above 100" in by_score(record(*fast))["seniors_at_risk"].headline
    assert "seniors_at_risk" not in by_score(record(*fast, born=date(1980, 1, 1)))
    calm = [observation(HR, 70, "/min", 0.1)]
    assert "seniors_at_risk" not in by_score(record(*calm))  # without NEWS2 nobody knows


def test_the_visit_index_is_of_the_newest_visit_that_was_judged() -> None:
    habits = [observation(SMOKING, "Current every day smoker"), observation(ALCOHOL, "Never")]
    visits = [visit(3, None), visit(10, 6), visit(90, 2), visit(400, 9)]
    result = by_score(record(*habits, encounters=visits))["visit_risk_index"]
    assert result.values["visit_points"] == 4  # two visits before it
    assert result.headline == (
        "Visit risk index 74 - high = "
        "age 30 + severity 30 + smoking 10 + alcohol 0 + visits before 4"
    )
    assert "visit_risk_index" not in by_score(record(habits[0], encounters=visits))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Never smoker", "no"),
        ("Ex-smoker (finding)", "no"),
        ("Former", "no"),
        ("Non-smoker", "no"),
        ("Smokes tobacco daily", "yes"),
        ("Current", "yes"),
        ("No", "no"),
        ("Unknown if ever smoked", ""),
        ("Smoker, current status unknown", ""),
        ("Smoking cessation advice", ""),
        ("Not asked", ""),
        ("", ""),
    ],
)
def test_how_charts_write_smoking(text: str, answer: str) -> None:
    score = SCORES["framingham_cvd_2008"]
    [smoker] = [
        each for each in found(score, record(observation(SMOKING, text))) if each.name == "smoker"
    ]
    assert smoker.text == answer
    assert smoker.missing == (not answer)


@pytest.mark.parametrize(
    ("text", "letter"), [("a", "A"), ("Verbal", "V"), ("asleep", ""), ("", "")]
)
def test_how_charts_write_consciousness(text: str, letter: str) -> None:
    assert acvpu_letter(text) == letter


def test_any_score_takes_what_is_found_and_what_is_typed_and_says_which() -> None:
    mine = record(observation(RR, 32, "/min", 0.01), observation(SBP, 85, "mm[Hg]", 0.01))
    partial = one_score(SCORES["curb_65"], mine)
    assert partial.message == (
        "CURB-65 3-5, missing: New confusion, Urea."  # a low systolic needs no diastolic
    )
    typed = one_score(SCORES["curb_65"], mine, {"confusion": "1", "urea_mmol_l": "7.5"})
    assert typed.headline == "CURB-65 5 - severe"
    sources = {each.name: each.source for each in typed.inputs}
    assert sources["urea_mmol_l"] == sources["confusion"] == "typed"
    assert sources["rr"] == "observation 1"
    wrong = one_score(SCORES["curb_65"], mine, {"confusion": "1", "urea_mmol_l": "lots"})
    assert wrong.values == {}
    assert "not a number" in wrong.message


@pytest.mark.parametrize("id", sorted(SCORES))
def test_every_score_can_be_asked_of_any_record(id: str) -> None:
    result = one_score(SCORES[id], record())
    assert [each.name for each in result.inputs] == [each.name for each in SCORES[id].inputs]
    assert result.values == {}
    assert result.missing


def test_nobody_foretells_what_comes_for_the_dead() -> None:
    kidney = record(observation(CREATININE, 2.0, "mg/dL"), observation(UACR, 400.0, "mg/g"))
    gone = replace(kidney, patient=replace(kidney.patient, deceased_on=date(2026, 11, 1)))
    results = record_scores(gone)
    assert {each.message for each in results if each.score == "kfre"} == {
        "The patient has died: what is to come is not estimated."
    }
    assert not any("Kidney failure" in each.headline for each in results)
    assert one_score(SCORES["findrisc"], gone).values == {}
    assert next(each for each in results if each.score == "ckd_epi_2021").headline


def test_the_second_saturation_scale_is_said_by_somebody() -> None:
    of_now = [observation("59408-5", 90, "%", 0.01), observation("3151-8", 0, "L/min", 0.01)]
    assert "NEWS2 3-" in one_score(SCORES["news2"], record(*of_now)).message
    second = one_score(SCORES["news2"], record(*of_now), {"spo2_scale": "2"})
    assert "NEWS2 0-" in second.message
    assert next(each for each in second.inputs if each.name == "spo2_scale").source == "typed"


def test_an_acute_score_takes_no_vital_signs_of_other_days_and_says_when_they_are_old() -> None:
    old = [observation(RR, 32, "/min", 150), observation(SBP, 85, "mm[Hg]", 150)]
    urea = observation("22664-7", 5.0, "mmol/L", 160)
    result = one_score(SCORES["curb_65"], record(*old, urea), {"confusion": "0"})
    assert result.headline == "CURB-65 3 - severe"
    assert result.stale
    assert "not the present state" in result.message
    mixed = [observation(RR, 32, "/min", 0.01), observation(SBP, 85, "mm[Hg]", 150)]
    assert "Systolic blood pressure" in one_score(SCORES["curb_65"], record(*mixed, urea)).missing


@pytest.mark.parametrize(
    ("score", "code", "onset", "said"),
    [
        ("score2", "E11.9", None, "diabetes is recorded (E11.9)"),
        ("score2", "I25.1", date(2001, 1, 1), "cardiovascular disease"),
        ("findrisc", "E10.9", None, "diabetes"),
        ("kfre", "Z99.2", None, "kidney replacement therapy"),
        ("news2", "O80", date(2026, 10, 1), "pregnancy"),
        ("news2", "O80", date(2025, 10, 1), ""),  # a year ago
        ("bmi_who", "Z33", None, "pregnancy"),
        ("ckd_epi_2021", "N17.9", date(2026, 11, 1), "acute kidney injury"),
        ("ckd_epi_2021", "N18.3", None, ""),
        ("news2", "E11.9", None, ""),
    ],
)
def test_a_recorded_reason_not_to_use_a_score_is_said_loudly(
    score: str, code: str, onset: date | None, said: str
) -> None:
    message = one_score(SCORES[score], record(conditions=[condition(code, onset=onset)])).message
    assert ("NOT MADE FOR THIS PATIENT" in message) == bool(said)
    assert said in message
