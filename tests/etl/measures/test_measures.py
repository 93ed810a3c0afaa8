"""Every measure on 40 patients, counted once more by hand (F82, F83, F84)."""

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest

from clinicdesk.domain.measure import Filter, Kind, Measure
from clinicdesk.domain.proportions import Share
from clinicdesk.etl.measures.counting import computed, listed
from clinicdesk.etl.measures.declared import declared
from clinicdesk.etl.measures.tables import Tables, filtered
from tests.engines import ENGINES

TODAY = 20261120
NONE = float("nan")
AGES = (10, 25, 40, 57, 70)  # one for each group of eight patients
BMI = (17.0, 22.0, 27.0, 32.0)


@dataclass(frozen=True)
class Somebody:
    """One of the 40, as a person would write the list down."""

    id: int
    age: float
    gender: str
    bmi: float
    smoker: str
    heart_rate: float
    died: bool

    @property
    def level(self) -> str:
        if np.isnan(self.bmi) or not self.smoker:
            return ""
        smokes = self.smoker == "yes"
        if self.bmi >= 30 and smokes:
            return "high"
        return "medium" if self.bmi >= 30 or smokes else "low"


def somebody(at: int) -> Somebody:
    """Patients 0 to 39: eight of each age; of patient 39 nobody knows the age."""
    return Somebody(
        id=at + 1,
        age=NONE if at == 39 else AGES[at // 8],
        gender="unknown" if at >= 38 else ("female", "male")[at % 2],
        bmi=NONE if at % 5 == 4 else BMI[at % 4],
        smoker=("yes", "no", "")[at % 3],
        heart_rate=70.0 + at if at % 2 == 0 else NONE,
        died=at in {7, 23},
    )


PEOPLE = [somebody(at) for at in range(40)]


def category(bmi: float) -> str:
    if np.isnan(bmi):
        return ""
    return ("underweight", "normal", "overweight", "obese")[sum(bmi >= x for x in (18.5, 25, 30))]


def patients() -> dict[str, Any]:
    return {
        "patient_id": [p.id for p in PEOPLE],
        "gender": [p.gender for p in PEOPLE],
        "born": [(2026 - p.age) * 10_000 + 101 for p in PEOPLE],
        "age_years": [NONE] * 40,
        "age_true_on": [NONE] * 40,
        "died": [20_000.0 if p.died else NONE for p in PEOPLE],
        "bmi": [p.bmi for p in PEOPLE],
        "bmi_category": [category(p.bmi) for p in PEOPLE],
        "heart_rate": [p.heart_rate for p in PEOPLE],
        "smoker": [p.smoker for p in PEOPLE],
        "alcohol": [""] * 40,
        "risk_level": [p.level for p in PEOPLE],
    }


def visits() -> dict[str, Any]:
    """Patients 1 to 10 have a visit in October and a stay in November; 1 and 2 come again."""
    ids = [*range(1, 11)] * 2
    first = [True] * 10 + [False] * 10
    return {
        "encounter_id": [*range(20)],
        "patient_id": ids,
        "class": ["AMB" if early else "IMP" for early in first],
        "day": [20261005.0 if early else 20261110.0 for early in first],
        "month": [202610 if early else 202611 for early in first],
        "age": [30.0] * 20,
        "severity": [float(id) if early else NONE for id, early in zip(ids, first, strict=True)],
        "days": [NONE] * 10 + [2.0, 4.0, 6.0, 8.0, 10.0, NONE, 2.0, 4.0, 6.0, 8.0],
        "readmitted": [1.0, 0.0] + [NONE] * 18,
        "readmitted_after": [NONE] * 10 + [29.0, 31.0] + [NONE] * 8,
        "previous_visits": [0 if early else 1 for early in first],
        "prescriptions": [2, 1] + [0] * 18,
    }


def diagnoses() -> dict[str, Any]:
    return {
        "patient_id": [1, 2, 3, 1],
        "origin": ["visit", "visit", "visit", "list"],
        "code": ["I10", "I10", "E11.9", ""],
        "text": ["Hypertension", "Hypertension", "", "Hypertension"],
        "day": [20261005.0, 20261005.0, 20261005.0, NONE],
        "severity": [1.0, 2.0, 3.0, NONE],
    }


def prescriptions() -> dict[str, Any]:
    return {"patient_id": [1, 1, 2], "day": [20261005.0, 20261005.0, 20261005.0]}


def tables(asked: Filter | None = None, engine: str = "pandas") -> Tables[Any]:
    made = [
        nw.from_native(ENGINES[engine](pd.DataFrame(columns)), eager_only=True)
        for columns in (patients(), visits(), diagnoses(), prescriptions())
    ]
    return filtered(Tables(*made), asked or Filter(), TODAY)


def bars(name: str, asked: Filter | None = None) -> dict[str, Any]:
    found = computed(declared()[name], tables(asked))
    return {bar.label: (bar.value, bar.n) for bar in found.bars}


def known(values: list[float]) -> list[float]:
    return [value for value in values if not np.isnan(value)]


def counted(words: list[str], *groups: str) -> dict[str, tuple[float, int]]:
    return {group: (float(words.count(group)), words.count(group)) for group in groups}


def test_the_people_are_counted() -> None:
    assert bars("patients") == {"All": (40, 40)}
    ages = known([p.age for p in PEOPLE])
    assert bars("age") == {"All": (pytest.approx(sum(ages) / 39), 39)}
    bmi = known([p.bmi for p in PEOPLE])
    assert bars("bmi") == {"All": (pytest.approx(sum(bmi) / 32), 32)}
    assert bars("gender") == {
        "female": (19, 19), "male": (19, 19), "other": (0, 0), "unknown": (2, 2)
    }  # fmt: skip
    assert bars("age_groups") == {
        "0-17": (8, 8), "18-34": (8, 8), "35-49": (8, 8), "50-64": (8, 8), "65+": (7, 7)
    }  # fmt: skip
    assert bars("life_stage") == {"child": (8, 8), "adult": (24, 24), "senior": (7, 7)}
    assert bars("bmi_category") == counted(
        [category(p.bmi) for p in PEOPLE], "underweight", "normal", "overweight", "obese"
    )
    assert bars("smokers") == {"All": (pytest.approx(14 / 27), 27)}
    assert bars("died") == {"All": (pytest.approx(2 / 40), 40)}


def test_the_visits_are_counted() -> None:
    assert bars("visits") == {"All": (20, 20)}
    assert bars("prescriptions") == {"All": (3, 3)}
    assert bars("stay") == {"All": (pytest.approx(50 / 9), 9)}
    assert bars("severity") == {"All": (pytest.approx(5.5), 10)}
    assert bars("high_severity") == {"All": (pytest.approx(0.4), 10)}
    assert bars("prescribed") == {"All": (pytest.approx(3 / 20), 20)}
    assert bars("readmission") == {"All": (pytest.approx(1 / 9), 9)}
    assert bars("readmitted") == {"All": (pytest.approx(1 / 2), 2)}
    assert bars("months") == {"2026-10": (10, 10), "2026-11": (10, 10)}
    assert bars("diagnoses") == {"Hypertension": (3, 3), "E11.9": (1, 1)}
    assert bars("diagnosis_severity") == {"Hypertension": (1.5, 2), "E11.9": (3, 1)}


def test_the_risks_are_counted() -> None:
    levels = [p.level for p in PEOPLE]
    assert bars("risk_level") == counted(levels, "high", "medium", "low")
    high, told = levels.count("high"), 40 - levels.count("")
    assert bars("high_risk") == {"All": (pytest.approx(high / told), told)}
    of_each = bars("risk_by_age")
    seniors = [p.level for p in PEOPLE if p.age >= 65 and p.level]
    assert of_each["65+"] == (pytest.approx(seniors.count("high") / len(seniors)), len(seniors))
    assert bars("heart_rate")["65+"] == (pytest.approx((102 + 104 + 106 + 108) / 4), 4)
    assert bars("fast_seniors") == {"All": (1.0, 4)}


def measures(asked: Filter | None = None) -> list[Measure]:
    held = tables(asked)
    return [computed(each, held) for each in declared().values()]


def test_the_list_behind_every_bar_has_as_many_as_the_bar_says() -> None:
    """F84: on every visual, whatever it counts."""
    held, bars_seen = tables(), 0
    for name, each in declared().items():
        found = computed(each, held)
        for bar in found.bars:
            assert len(listed(each, held, bar.label)) == bar.count, (name, bar.label)
            if found.definition.kind is Kind.SHARE and bar.n:
                assert bar.count == round(bar.value * bar.n)
            bars_seen += 1
    assert bars_seen >= 50


def test_nobody_is_lost_between_what_is_counted_and_what_is_left_out() -> None:
    for each in measures():
        if each.definition.of == "patients" and each.definition.name != "fast_seniors":
            assert each.n + each.left_out == 40, each.definition.name


def test_a_share_has_the_interval_of_its_count_and_a_mean_that_of_student() -> None:
    """F85: nothing is said of one value alone."""
    smokers = computed(declared()["smokers"], tables()).bars[0]
    assert smokers.interval == Share(14, 27).interval
    stay = computed(declared()["stay"], tables()).bars[0]
    days = [2, 4, 6, 8, 10, 2, 4, 6, 8]
    half = 2.306004 * np.std(days, ddof=1) / 3  # t of 8 degrees
    assert stay.interval == pytest.approx((50 / 9 - half, 50 / 9 + half), abs=1e-4)
    alone = computed(declared()["diagnosis_severity"], tables()).bars[1]
    assert (alone.n, alone.interval) == (1, None)


@pytest.mark.parametrize(
    ("asked", "patients_left", "visits_left"),
    [
        (Filter(age_group="0-17"), 8, 16),
        (Filter(gender="female"), 19, 10),
        (Filter(first=20261101), 40, 10),
        (Filter(last=20261031), 40, 10),
        (Filter(class_="IMP"), 40, 10),
        (Filter(diagnosis="i10"), 2, 4),
        (Filter(diagnosis="hyperten"), 2, 4),
        (Filter(risk_level="high"), sum(p.level == "high" for p in PEOPLE), None),
        (Filter(diagnosis="nothing like it"), 0, 0),
    ],
)
def test_a_filter_applies_to_everything(
    asked: Filter, patients_left: int, visits_left: int | None
) -> None:
    assert bars("patients", asked)["All"] == (patients_left, patients_left)
    if visits_left is not None:
        assert bars("visits", asked)["All"] == (visits_left, visits_left)
    for each in measures(asked):
        assert all(bar.n >= 0 for bar in each.bars)  # an empty clinic is no error


def test_another_engine_says_the_same() -> None:
    for name, each in declared().items():
        here = computed(each, tables())
        there = computed(each, tables(engine="polars"))
        assert there.n == here.n, name
        assert {bar.label: bar.count for bar in there.bars} == {
            bar.label: bar.count for bar in here.bars
        }, name
        values = [bar.value for bar in here.bars]
        assert [bar.value for bar in there.bars] == pytest.approx(values), name
