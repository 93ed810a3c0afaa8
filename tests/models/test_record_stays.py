"""LACE and HOSPITAL from the record's own stays: what counts, what does not, what stays missing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.encounter import Encounter, EncounterClass, EncounterId
from clinicdesk.domain.observation import Observation, ObservationId
from clinicdesk.domain.patient import AdministrativeGender, PatientId, PatientSummary
from clinicdesk.domain.risk import RiskInput, ScoreResult
from clinicdesk.models.features import Moment
from clinicdesk.models.record_scores import one_score, record_scores
from clinicdesk.models.record_stays import lace_charlson
from clinicdesk.models.record_values import Record
from clinicdesk.models.scores import SCORES

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
IMP, EMER, AMB = EncounterClass.INPATIENT, EncounterClass.EMERGENCY, EncounterClass.AMBULATORY
HAEMOGLOBIN, SODIUM = "718-7", "2951-2"


def encounter(
    kind: EncounterClass,
    days_ago: float,
    days: float | None = None,
    *,
    text: str = "",
    stated: float | None = None,
    number: int = 1,
) -> Encounter:
    """days: how long it took; without them it has no end."""
    start = NOW - timedelta(days=days_ago)
    end = None if days is None else start + timedelta(days=days)
    return Encounter(EncounterId(number), "V", kind, start, end, text, "", "", None, stated, None)


def laboratory(code: str, value: float, unit: str, days_ago: float) -> Observation:
    at = NOW - timedelta(days=days_ago)
    return Observation(ObservationId(1), code, code, at, value, "", unit, str(value), unit)


def record(
    *encounters: Encounter,
    conditions: Sequence[str] = (),
    laboratories: Sequence[Observation] = (),
    died: date | None = None,
) -> Record:
    person = PatientSummary(
        *(PatientId(1), "M1", "DOE", "Jo", date(1946, 5, 1), AdministrativeGender.FEMALE),
        deceased_on=died,
    )
    system = "http://hl7.org/fhir/sid/icd-10"
    problems = [Condition(7, system, code, code, None, None) for code in conditions]
    newest_first = sorted(encounters, key=lambda each: each.started_at, reverse=True)
    newest = {each.code: each for each in laboratories}
    return Record(person, newest, problems, newest_first, Moment(NOW, UTC))


def inputs(result: ScoreResult) -> dict[str, RiskInput]:
    return {each.name: each for each in result.inputs}


def shown(of: Record) -> dict[str, ScoreResult]:
    return {each.score: each for each in record_scores(of) if each.score in ("lace", "hospital")}


def test_a_stay_through_the_emergency_department_gives_a_whole_lace() -> None:
    """7 for a fortnight, 3 unplanned, 5 for an index of 4, 2 for emergencies: 17."""
    stay = encounter(IMP, 16, 14.5)
    led_in = encounter(EMER, 16.3, 0.2, number=2)
    earlier = [encounter(EMER, 40), encounter(EMER, 150)]
    too_early = encounter(EMER, 16 + 184)
    of = record(stay, led_in, *earlier, too_early, conditions=["I50.9", "E11.2"])
    result = shown(of)["lace"]
    assert (result.values["total"], result.values["band"]) == (17, "high")
    found = inputs(result)
    assert found["los_days"].value == 14.5
    assert found["ed_visits_6mo"].value == 2
    assert found["acute_admission"].source == "encounter 2 led to it"
    assert "04-Nov-2026 to 18-Nov-2026" in result.message
    assert "elsewhere" in result.message


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Elective", "no"),
        ("EMERGENCY admission", "yes"),
        ("Unplanned", "yes"),
        ("Non-elective", ""),
        ("General medicine", ""),
    ],
)
def test_the_words_of_a_stay_say_whether_it_was_planned(text: str, answer: str) -> None:
    found = inputs(shown(record(encounter(IMP, 5, 2, text=text)))["lace"])
    assert found["acute_admission"].text == answer
    assert found["acute_admission"].missing == (not answer)


def test_what_is_not_recorded_leaves_bounds_and_no_number() -> None:
    result = shown(record(encounter(IMP, 5, 2)))["lace"]
    assert result.values == {}
    assert len(result.missing) == 2  # planned or not, and the comorbidities
    assert "LACE 2-10" in result.message
    assert "The stay of" in result.message


def test_what_somebody_types_completes_it() -> None:
    of = record(encounter(IMP, 5, 2))
    result = one_score(SCORES["lace"], of, {"acute_admission": "no", "charlson": "0"})
    assert result.values["total"] == 2


def test_hospital_takes_the_laboratory_of_the_stay_and_the_admissions_before() -> None:
    stay, before = encounter(IMP, 10, 6, text="Oncology, elective"), encounter(IMP, 100, 3)
    long_ago = encounter(IMP, 400, 3)
    blood = [laboratory(HAEMOGLOBIN, 10.4, "g/dL", 5), laboratory(SODIUM, 131, "mmol/L", 5)]
    of = record(stay, before, long_ago, laboratories=blood)
    result = one_score(SCORES["hospital"], of, {"procedure": "yes"})
    # haemoglobin 1, oncology 2, sodium 1, procedure 1, planned 0, one admission 0, 6 days 2
    assert result.values["total"] == 7
    assert inputs(result)["admissions_prev_12mo"].value == 1
    assert shown(of)["hospital"].missing == ["Any procedure during the stay"]


def test_a_laboratory_value_after_the_stay_is_not_that_of_discharge() -> None:
    stay = encounter(IMP, 10, 6)
    of = record(stay, laboratories=[laboratory(HAEMOGLOBIN, 10.4, "g/dL", 1)])
    assert inputs(shown(of)["hospital"])["hb_g_dl"].missing


def test_a_stay_that_goes_on_is_judged_as_if_it_ended_now() -> None:
    of = record(encounter(IMP, 3), conditions=["I10"])
    result = one_score(SCORES["lace"], of, {"acute_admission": "yes"})
    assert inputs(result)["los_days"].value == 3
    assert "as if it ended now" in result.message


def test_the_stated_length_goes_before_the_dates() -> None:
    result = shown(record(encounter(IMP, 9, stated=4.0)))["lace"]
    assert inputs(result)["los_days"].value == 4


@pytest.mark.parametrize(
    ("encounters", "there"),
    [
        ([], False),
        ([encounter(AMB, 1)], False),
        ([encounter(IMP, 60, 29)], False),  # left 31 days ago
        ([encounter(IMP, 60, 31)], True),
        ([encounter(IMP, 60)], True),
        ([encounter(IMP, 200)], False),  # nobody ended it in the record
    ],
)
def test_they_are_shown_while_they_still_look_ahead(
    encounters: Sequence[Encounter], there: bool
) -> None:
    assert bool(shown(record(*encounters))) is there


def test_a_severe_form_stands_for_its_mild_one() -> None:
    assert lace_charlson(["E119"]) == 1
    assert lace_charlson(["E119", "E112"]) == 2
    assert lace_charlson(["C509"]) == 2
    assert lace_charlson(["C509", "C787"]) == 6


@pytest.mark.parametrize(
    ("code", "points"), [("N183", 2), ("N184", 4), ("Z992", 4), ("N19", 2), ("B20", 4), ("K27", 0)]
)
def test_a_kidney_is_weighed_by_its_stage(code: str, points: int) -> None:
    assert lace_charlson([code]) == points


def test_of_the_dead_nothing_is_foretold() -> None:
    of = record(encounter(IMP, 5, 2), conditions=["I10"], died=date(2026, 11, 18))
    assert {each.message for each in shown(of).values()} == {
        "The patient has died: what is to come is not estimated."
    }


def test_without_a_stay_it_asks_for_everything() -> None:
    result = one_score(SCORES["lace"], record(encounter(AMB, 1)))
    assert set(result.missing) >= {"Length of stay", "Unplanned admission"}
