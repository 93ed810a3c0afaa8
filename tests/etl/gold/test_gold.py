"""Gold transforms: the same rows on every engine, and what they say worked out by hand (F36)."""

from typing import Any

import numpy as np
import pandas as pd

from clinicdesk.etl.gold.diagnoses import diagnoses
from clinicdesk.etl.gold.encounters import encounters
from clinicdesk.etl.gold.newest import newest
from clinicdesk.etl.gold.patients import Known, patients
from clinicdesk.etl.gold.prescriptions import prescriptions
from tests.engines import on_every_engine

DAY = 86_400_000
JAN_2 = 1_767_312_000_000  # 2026-01-02 00:00 UTC
BERLIN = "Europe/Berlin"


def test_the_newest_value_wins_and_of_two_at_once_the_one_stored_last() -> None:
    frame = pd.DataFrame(
        {
            "patient_id": [1, 1, 1, 2, 2],
            "code": [0, 0, 1, 0, 0],
            "at": [10, 20, 5, 30, 30],
            "id": [4, 3, 5, 2, 1],
            "value": [1.0, 2.0, 3.0, 4.0, 5.0],
        }
    )
    rows = on_every_engine(newest, frame, order=("patient_id", "code"))
    assert [(row["patient_id"], row["code"], row["value"]) for row in rows] == [
        (1, 0, 2.0),
        (1, 1, 3.0),
        (2, 0, 4.0),
    ]


def test_the_newest_of_parts_is_the_newest_of_all() -> None:
    rng = np.random.default_rng(7)
    size = 3000
    frame = pd.DataFrame(
        {
            "patient_id": rng.integers(1, 40, size),
            "code": rng.integers(0, 5, size),
            "at": rng.integers(0, 50, size),  # many at one instant
            "id": rng.permutation(size),
            "value": rng.normal(size=size),
        }
    )
    whole = on_every_engine(newest, frame, order=("patient_id", "code"))
    parts = [frame.iloc[at : at + 700] for at in range(0, size, 700)]
    kept = pd.concat([_native(newest, part) for part in parts])
    assert on_every_engine(newest, kept, order=("patient_id", "code")) == whole


def test_a_patient_has_habits_body_mass_and_a_risk_level_that_is_never_guessed() -> None:
    """High: obese and smoking; medium: one of them, or overweight and smoking; else low."""
    bmi = {1: 31.0, 2: 26.0, 3: 31.0, 4: 22.0, 5: 22.0, 6: 26.0}  # nobody measured 7
    smoking = {
        1: "Current every day smoker",
        2: "Yes",
        3: "Never",
        4: "yes",
        5: "Former smoker",
        6: "Unknown if ever smoked",
        7: "daily",
    }
    rows = _patients(_values(bmi), _nothing(), _nothing(), _words(smoking), list(range(1, 8)))
    assert [row["risk_level"] for row in rows] == [
        "high", "medium", "medium", "medium", "low", "", "",
    ]  # fmt: skip
    assert [row["bmi_category"] for row in rows][:2] == ["obese", "overweight"]
    assert [row["smoker"] for row in rows] == ["yes", "yes", "no", "yes", "no", "", "yes"]
    assert rows[6]["bmi"] is None
    assert rows[6]["bmi_category"] == ""


def test_weight_and_height_make_the_body_mass_index_where_they_are_newer() -> None:
    measured = pd.DataFrame({"patient_id": [1, 2], "value": [25.0, 25.0], "at": [100, 100]})
    weight = pd.DataFrame(
        {"patient_id": [1, 2, 3], "value": [90.0, 90.0, 80.0], "at": [99, 101, 1]}
    )
    height = pd.DataFrame(
        {"patient_id": [1, 2, 3], "value": [180.0, 180.0, 200.0], "at": [1, 1, 1]}
    )
    rows = _patients(measured, weight, height, _words({}), [1, 2, 3])
    assert [round(row["bmi"], 2) for row in rows] == [25.0, 27.78, 20.0]
    assert [row["bmi_at"] for row in rows] == [100.0, 101.0, 1.0]


def test_an_encounter_knows_its_day_the_age_on_it_and_what_came_before() -> None:
    rows = _encounters(
        [
            # one minute before the 29th in UTC is the 29th in Berlin
            _visit(1, 1, "AMB", JAN_2 - DAY // 24 // 60, severity=8.0),
            _visit(2, 1, "AMB", JAN_2 + 10 * DAY),
        ],
        born={1: 19800102.0},
        prescribed=[1, 1],
    )
    assert [(row["day"], row["month"], row["age"]) for row in rows] == [
        (20260102, 202601, 46.0),
        (20260112, 202601, 46.0),
    ]
    assert [row["previous_visits"] for row in rows] == [0, 1]
    assert [row["prescriptions"] for row in rows] == [2, 0]
    assert rows[0]["gap"] is None
    assert round(rows[1]["gap"], 3) == 10.001


def test_a_readmission_counts_from_the_discharge_alive_to_the_next_stay() -> None:
    """First stay to the next 4 days after it; a transfer and a death in hospital are none."""
    rows = _encounters(
        [
            _visit(1, 1, "IMP", JAN_2, ended_at=JAN_2 + 3.0 * DAY),
            _visit(2, 1, "EMER", JAN_2 + 5 * DAY),  # not a stay
            _visit(3, 1, "IMP", JAN_2 + 7 * DAY, length_of_stay=2.0),
            _visit(4, 1, "IMP", JAN_2 + 8 * DAY, ended_at=JAN_2 + 9.0 * DAY),  # a transfer
            _visit(5, 2, "IMP", JAN_2, ended_at=JAN_2 + 3.0 * DAY),  # died there
            _visit(6, 2, "IMP", JAN_2 + 6 * DAY, ended_at=JAN_2 + 7.0 * DAY),
            _visit(7, 3, "IMP", JAN_2),  # nobody knows when it ended
            _visit(8, 3, "IMP", JAN_2 + 6 * DAY),
        ],
        born={1: 19800102.0, 2: 19500101.0, 3: None},
        died={2: float(JAN_2 + 2 * DAY)},
    )
    assert {row["encounter_id"]: row["readmitted_after"] for row in rows} == {
        1: 4.0, 2: None, 3: None, 4: None, 5: None, 6: None, 7: None, 8: None,
    }  # fmt: skip
    assert [row["days"] for row in rows][:4] == [3.0, None, 2.0, 1.0]
    assert rows[6]["age"] is None


def test_diagnoses_are_of_the_problem_list_and_of_visits() -> None:
    listed = pd.DataFrame(
        {
            "patient_id": [1], "encounter_id": [np.nan], "code": ["I10"],
            "text": ["Hypertension"], "day": [np.nan],
        }
    )  # fmt: skip
    visits = pd.DataFrame(
        {
            "patient_id": [1, 2], "encounter_id": [7, 8], "day": [20260102, 20260103],
            "severity": [8.0, np.nan], "reason_code": ["G43.9", ""],
            "reason_text": ["Migraine", ""],
        }
    )  # fmt: skip
    rows = on_every_engine(diagnoses, listed, visits, order=("origin",))
    assert [(r["origin"], r["code"], r["day"], r["severity"], r["encounter_id"]) for r in rows] == [
        ("list", "I10", None, None, None),
        ("visit", "G43.9", 20260102.0, 8.0, 7.0),
    ]


def test_a_prescription_has_its_month() -> None:
    frame = pd.DataFrame(
        {
            "patient_id": [1, 1], "encounter_id": [np.nan, 3.0], "name": ["Ramipril", "Warfarin"],
            "category": ["ACE inhibitor", ""], "day": [20261120.0, np.nan],
        }
    )  # fmt: skip
    rows = on_every_engine(prescriptions, frame, order=("name",))
    assert [row["month"] for row in rows] == [202611.0, None]


def _native(transform: Any, frame: pd.DataFrame) -> pd.DataFrame:
    import narwhals.stable.v2 as nw

    return nw.to_native(transform(nw.from_native(frame, eager_only=True)))


def _patients(
    bmi: pd.DataFrame,
    weight: pd.DataFrame,
    height: pd.DataFrame,
    smoking: pd.DataFrame,
    ids: list[int],
) -> list[dict[str, Any]]:
    def made(people: Any, *values: Any) -> Any:
        bmi, weight, height, rate, smoking, alcohol = values
        return patients(people, Known(bmi, weight, height, rate, smoking, alcohol))

    people = _people(ids)
    frames = (bmi, weight, height, _nothing(), smoking, _words({}))
    return on_every_engine(made, people, *frames, order=("patient_id",))


def _encounters(
    visits: list[dict[str, Any]],
    born: dict[int, float | None],
    died: dict[int, float] | None = None,
    prescribed: list[int] | None = None,
) -> list[dict[str, Any]]:
    people = _people(list(born))
    people["born"] = [np.nan if day is None else day for day in born.values()]
    people["died_at"] = [(died or {}).get(id, np.nan) for id in born]
    given = pd.DataFrame({"encounter_id": np.array([*(prescribed or []), np.nan])})
    return on_every_engine(
        lambda *frames: encounters(*frames, BERLIN),
        pd.DataFrame(visits),
        people,
        given,
        order=("encounter_id",),
    )


def _people(ids: list[int]) -> pd.DataFrame:
    unknown = np.full(len(ids), np.nan)
    return pd.DataFrame(
        {
            "patient_id": ids, "gender": ["female"] * len(ids), "born": unknown,
            "age_years": unknown, "age_true_on": unknown, "died": unknown, "died_at": unknown,
        }
    )  # fmt: skip


def _visit(id: int, patient: int, class_: str, at: float, **rest: Any) -> dict[str, Any]:
    said = {
        "ended_at": np.nan, "severity": np.nan, "length_of_stay": np.nan, "readmitted": np.nan,
        "reason_code": "", "reason_text": "",
    }  # fmt: skip
    key = {"encounter_id": id, "patient_id": patient, "class": class_, "started_at": int(at)}
    return {**key, **said, **rest}


def _values(values: dict[int, float]) -> pd.DataFrame:
    return pd.DataFrame({"patient_id": [*values], "value": [*values.values()], "at": 1})


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(
        {"patient_id": np.zeros(0, np.int64), "value": np.zeros(0), "at": np.zeros(0, np.int64)}
    )


def _words(words: dict[int, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient_id": np.array([*words], np.int64),
            "text": pd.Series([*words.values()], dtype="str"),
            "at": np.ones(len(words), np.int64),
        }
    )
