"""A record and a file of hours are read as the training data were: the same hours, the same row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from clinicdesk.domain.encounter import Encounter, EncounterClass, EncounterId
from clinicdesk.domain.observation import Observation, ObservationId
from clinicdesk.domain.patient import AdministrativeGender, PatientId, PatientSummary
from clinicdesk.domain.risk import RiskInput
from clinicdesk.errors import BadInput
from clinicdesk.models.card import ModelCard
from clinicdesk.models.features import Moment, record_inputs
from clinicdesk.models.learned.deterioration import SPEC
from clinicdesk.models.learned.vitals_inputs import INPUTS
from clinicdesk.models.prediction import extrapolations
from clinicdesk.models.rows import Features
from clinicdesk.models.vitals_features import HOURS, VITALS, Floats, features, names
from clinicdesk.models.vitals_record import (
    asks_over_time,
    by_hour,
    outside_hospital,
    over_time,
    since,
)
from clinicdesk.models.vitals_rows import hour_features
from tests.models.test_vitals_features import stay_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MOMENT = Moment(NOW, UTC)
SIGNS = [vital.column for vital in VITALS]


def card() -> ModelCard:
    return ModelCard(
        id=SPEC.id,
        version=SPEC.version,
        title=SPEC.title,
        outcome_label=SPEC.outcome_label,
        outcome_codes=(),
        outcome_words=(),
        inputs=SPEC.inputs,
        minimum=SPEC.minimum,
        minimum_age=SPEC.minimum_age,
        sexes=SPEC.sexes,
        bands=SPEC.bands,
        n=1,
        events=1,
        metrics={},
        sections={},
        references=(),
    )


def observed(hours: Floats) -> list[Observation]:
    """A stay as a record has it, its last hour the present one; oldest first."""
    made: list[Observation] = []
    for ago, values in zip(range(len(hours) - 1, -1, -1), hours, strict=True):
        at = NOW - timedelta(hours=ago, minutes=20)
        for vital, value in zip(VITALS, values, strict=True):
            if not np.isnan(value):
                number = ObservationId(len(made) + 1)
                made.append(
                    Observation(number, vital.code, "", at, value, "", vital.unit, "", vital.unit)
                )
    return made


def found_in(series: list[Observation]) -> dict[str, RiskInput]:
    person = PatientSummary(
        *(PatientId(1), "M1", "DOE", "Jo", date(1950, 1, 1), AdministrativeGender.MALE)
    )
    newest = {each.code: each for each in series}
    inputs = record_inputs(card(), person, newest, [], MOMENT)
    return {each.name: each for each in over_time(card(), inputs, series, MOMENT)}


def test_the_inputs_of_the_cards_are_those_that_the_function_makes() -> None:
    assert [each.name for each in INPUTS] == [*names(), "age"]
    assert asks_over_time(card())


@pytest.mark.parametrize("seed", range(10))
def test_a_record_says_what_the_stay_says(seed: int) -> None:
    stay = stay_of(HOURS + seed, seed)
    found = found_in(observed(stay))
    expected = dict(zip(names(), features(stay)[-1], strict=True))
    for name, value in expected.items():
        if np.isnan(value):
            assert found[name].missing, name
        else:
            assert found[name].value == pytest.approx(value), name
    assert found["age"].value == 76


def test_every_input_has_its_source_and_its_time() -> None:
    stay = np.full((3, len(VITALS)), np.nan)
    stay[:, 0] = [80, 90, 100]
    found = found_in(observed(stay))
    assert (found["hr_now"].code, found["hr_now"].source) == ("8867-4", "observation 3")
    assert found["hr_mean_6h"].source == "3 observations, the newest 3"
    assert found["hr_sd_6h"].effective_at == NOW - timedelta(minutes=20)
    assert found["rr_now"].missing


def test_what_is_older_than_8_hours_is_not_the_present() -> None:
    old = observed(stay_of(HOURS, 2, missing=0.0))
    before = [each for each in old if each.effective_at < NOW - timedelta(hours=9)]
    found = found_in(before)
    assert all(found[name].missing for name in SPEC.minimum if name != "age")
    assert since(MOMENT) == NOW - timedelta(hours=HOURS)


def test_of_two_values_in_an_hour_the_newer_one_counts_and_a_unit_is_never_assumed() -> None:
    at = NOW - timedelta(minutes=30)
    first, second = (
        Observation(ObservationId(n), "8310-5", "", at, value, "", unit, "", unit)
        for n, value, unit in ((1, 37.0, "Cel"), (2, 38.0, "Cel"))
    )
    strange = Observation(ObservationId(3), "8867-4", "", at, 80.0, "", "pint", "", "pint")
    hours = by_hour([first, second, strange], NOW)
    assert hours[-1, 2] == 38.0
    assert np.isnan(hours[-1, 0])


def told(rows: list[dict[str, str]]) -> list[Features | BadInput]:
    header = list(rows[0]) if rows else []
    return hour_features(header, rows)


def file_rows(stay: Floats, patient: str = "p1", first: int = 0) -> list[dict[str, str]]:
    return [
        {
            "patient_id": patient,
            "hour": str(first + hour),
            "Age": "70",
            **{s: "" if np.isnan(v) else str(v) for s, v in zip(SIGNS, values, strict=True)},
        }
        for hour, values in enumerate(stay)
    ]


def test_each_row_of_a_file_is_told_its_patient_s_hours_up_to_it() -> None:
    one, other = stay_of(40, 4), stay_of(12, 5)
    rows = file_rows(one) + file_rows(other, "p2")
    made = told(rows)
    expected = np.vstack([features(one), features(other)])
    for values, wanted in zip(made, expected, strict=True):
        assert not isinstance(values, BadInput)
        ours = [np.nan if values[name] is None else values[name] for name in names()]
        np.testing.assert_allclose(np.array(ours, dtype=float), wanted)
        assert values["age"] == 70


def test_the_order_of_patients_does_not_matter_and_a_long_gap_begins_anew() -> None:
    stay = stay_of(6, 6, missing=0.0)
    near, far = file_rows(stay[:3]), file_rows(stay[3:], first=400)
    other = file_rows(stay_of(3, 9), "p2")
    mixed = [row for three in zip(near, other, far, strict=True) for row in three]
    alone = told(file_rows(stay[3:]))
    assert told(mixed)[2::3] == alone


def test_a_row_that_cannot_be_read_is_refused_and_the_others_are_not() -> None:
    rows = file_rows(stay_of(4, 7, missing=0.0))
    rows[1]["HR"] = "fast"
    rows[3]["hour"] = "0"  # there before
    kinds = [isinstance(each, BadInput) for each in told(rows)]
    assert kinds == [False, True, False, True]
    third = told(rows)[2]
    assert not isinstance(third, BadInput)
    assert third["hr_now"] is not None


def test_a_file_without_a_vital_sign_is_said() -> None:
    with pytest.raises(BadInput, match="O2Sat"):
        told([{"patient_id": "p1", "Glucose": "5"}])


@pytest.mark.parametrize(
    ("kind", "began", "ended", "stated", "inside"),
    [
        ("IMP", 3, None, None, True),
        ("IMP", 3, None, 2.0, False),  # its stated length is over
        ("IMP", 3, 1, None, False),
        ("EMER", 0.1, None, None, True),
        ("AMB", 0.1, None, None, False),
    ],
)
def test_somebody_outside_hospital_is_out_of_scope(
    kind: str, began: float, ended: float | None, stated: float | None, inside: bool
) -> None:
    end = None if ended is None else NOW - timedelta(days=ended)
    start = NOW - timedelta(days=began)
    stay = Encounter(
        *(EncounterId(1), "V", EncounterClass(kind), start, end, "", "", "", None, stated, None)
    )
    assert (not outside_hospital([stay], MOMENT)) is inside
    assert "inpatients" in outside_hospital([], MOMENT)[0]


def test_many_strange_values_are_one_warning_and_few_have_their_ranges() -> None:
    """A wall of warnings is not read."""
    seen = [replace(each, trained_low=0.0, trained_high=1.0) for each in INPUTS]
    few = extrapolations(seen, {"hr_now": 2.0, "rr_now": 0.5, "temp_now": 38.0})
    assert [line.partition(" is outside")[0] for line in few] == ["Heart rate", "Temperature"]
    assert "(0 to 1)" in few[0]
    [many] = extrapolations(seen, {each.name: 2.0 for each in seen})
    assert many.startswith("28 values are outside what the model has seen")
    assert many.endswith("Age.")
